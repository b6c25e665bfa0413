package sotto.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import sotto.pci.capture.PaymentSettings;

/**
 * The whole configuration, checked.
 *
 * @param stateDirectory where credentials and journal are kept
 * @param drainTimeout how long SIGTERM waits for calls
 */
public record SottoConfig(
        Peering peering,
        GatewaySection gateway,
        SipSettings sip,
        MediaSection media,
        HttpSection http,
        PaymentSettings securePay,
        Path stateDirectory,
        Duration drainTimeout) {
    /** Long enough to end a sentence, and well below the 90 s after which a service manager kills. */
    public static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);

    /** The same with the default drain. */
    public SottoConfig(
            Peering peering,
            GatewaySection gateway,
            SipSettings sip,
            MediaSection media,
            HttpSection http,
            PaymentSettings securePay,
            Path stateDirectory) {
        this(peering, gateway, sip, media, http, securePay, stateDirectory, DEFAULT_DRAIN);
    }
}
