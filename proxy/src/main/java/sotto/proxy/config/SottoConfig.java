package sotto.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import sotto.pci.capture.PaymentSettings;

/**
 * The whole configuration, checked.
 *
 * @param stateDirectory where credentials and journal are kept
 * @param cdrKeep how long call detail records are kept
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
        Duration cdrKeep,
        Duration drainTimeout) {
    /** Long enough to end a sentence, and well below the 90 s after which a service manager kills. */
    public static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);

    /** A quarter's bill can be looked into until the next one is there. */
    public static final Duration DEFAULT_CDR_KEEP = Duration.ofDays(90);

    /** The same with the default drain and the default of what is kept. */
    public SottoConfig(
            Peering peering,
            GatewaySection gateway,
            SipSettings sip,
            MediaSection media,
            HttpSection http,
            PaymentSettings securePay,
            Path stateDirectory) {
        this(peering, gateway, sip, media, http, securePay, stateDirectory, DEFAULT_CDR_KEEP, DEFAULT_DRAIN);
    }
}
