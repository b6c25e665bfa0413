package sotto.pci.psp.stripe;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import sotto.pci.psp.SecretHttp;

/**
 * A Stripe account.
 *
 * @param apiBase {@code https://api.stripe.com}, or what stands in for it; without path
 * @param apiKeyFile file whose first line is a secret or restricted key
 * @param timeout longest wait for a payment, over all its requests
 */
public record StripeSettings(URI apiBase, Path apiKeyFile, Duration timeout) {
    public StripeSettings {
        SecretHttp.checkUrl(apiBase);
        String path = apiBase.getRawPath();
        if ((!path.isEmpty() && !path.equals("/")) || apiBase.getRawQuery() != null) {
            throw new IllegalArgumentException("Stripe API base " + apiBase + " has a path; leave it out");
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("gateway timeout " + timeout + " is not positive; 30 s is usual");
        }
    }
}
