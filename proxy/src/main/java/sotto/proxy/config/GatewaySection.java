package sotto.proxy.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Section {@code gateway}: who takes the money.
 *
 * @param name connector name in the API
 * @param kind adapter
 * @param url endpoint of the connector, or API base of Stripe
 * @param credentialFile file whose first line is the API key or bearer token
 * @param timeout longest wait for an answer
 */
public record GatewaySection(String name, Kind kind, URI url, Optional<Path> credentialFile, Duration timeout) {
    /** Adapters. */
    public enum Kind {
        CONNECTOR,
        STRIPE
    }
}
