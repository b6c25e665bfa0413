package sotto.pci.psp.connector;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import sotto.pci.psp.SecretHttp;

/**
 * A generic HTTP connector.
 *
 * @param url where payments are posted; {@code url/transaction_id} tells what became of one
 * @param credentialFile file whose first line is a bearer token, or {@code user:password}
 * @param timeout longest wait for an answer, connecting included
 */
public record ConnectorSettings(URI url, Optional<Path> credentialFile, Duration timeout) {
    public ConnectorSettings {
        SecretHttp.checkUrl(url);
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("gateway timeout " + timeout + " is not positive; 30 s is usual");
        }
    }
}
