package sotto.proxy.config;

import java.nio.file.Path;
import sotto.pci.capture.PaymentSettings;

/**
 * The whole configuration, checked.
 *
 * @param stateDirectory where credentials and journal are kept
 */
public record SottoConfig(
        PeerSettings trunk,
        PeerSettings agents,
        GatewaySection gateway,
        SipSettings sip,
        MediaSection media,
        HttpSection http,
        PaymentSettings securePay,
        Path stateDirectory) {}
