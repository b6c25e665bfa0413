package sotto.proxy.stir;

import java.util.Locale;

/** Why a caller's number is not verified, each with the response of RFC 8224 §6.2.2. Names are labels in metrics. */
public enum Failure {
    NO_IDENTITY(428, "Use Identity Header"),
    STALE_DATE(403, "Stale Date"),
    NO_CERTIFICATE(436, "Bad Identity Info"),
    UNTRUSTED_CERTIFICATE(437, "Unsupported Credential"),
    NO_AUTHORITY(437, "Unsupported Credential"),
    OTHER_ALGORITHM(437, "Unsupported Credential"),
    MALFORMED(438, "Invalid Identity Header"),
    OTHER_CALL(438, "Invalid Identity Header"),
    BAD_SIGNATURE(438, "Invalid Identity Header"),
    REPLAYED(438, "Invalid Identity Header");

    private final int sipStatus;
    private final String phrase;

    Failure(int sipStatus, String phrase) {
        this.sipStatus = sipStatus;
        this.phrase = phrase;
    }

    public int sipStatus() {
        return sipStatus;
    }

    public String phrase() {
        return phrase;
    }

    /** Such as {@code no-identity}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What cannot be checked here is not said to be false: a certificate that our store lacks is our gap. */
    Verstat verstat() {
        return this == NO_IDENTITY || this == NO_CERTIFICATE ? Verstat.NONE : Verstat.FAILED;
    }
}
