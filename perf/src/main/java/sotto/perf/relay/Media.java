package sotto.perf.relay;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sotto.media.srtp.SrtpSuite;

/** What the called side speaks; the calling side always has plain RTP. */
enum Media {
    RTP("plain RTP", "", null),
    AES_CM("RTP to SRTP, AES_CM_128_HMAC_SHA1_80", "AesCm", SrtpSuite.AES_CM_128_HMAC_SHA1_80),
    AES_GCM("RTP to SRTP, AEAD_AES_128_GCM", "AesGcm", SrtpSuite.AEAD_AES_128_GCM);

    private final String title;
    private final String key;
    private final Optional<SrtpSuite> suite;

    Media(String title, String key, @Nullable SrtpSuite suite) {
        this.title = title;
        this.key = key;
        this.suite = Optional.ofNullable(suite);
    }

    String title() {
        return title;
    }

    /** How keys of the result that are about it end. */
    String key() {
        return key;
    }

    Optional<SrtpSuite> suite() {
        return suite;
    }
}
