package sotto.proxy.sdp;

/** An SDP body that this call cannot use. */
public final class SdpRefused extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, and what the peer is told. */
    public enum Reason {
        MALFORMED("malformed-sdp", 400, 399),
        NO_AUDIO("no-audio", 488, 304),
        UNKNOWN_CODEC("unknown-codec", 488, 305),
        SRTP_REQUIRED("srtp-required", 488, 302),
        SRTP_FORBIDDEN("srtp-forbidden", 488, 302),
        DTLS_REFUSED("dtls-refused", 488, 302),
        FAX_REFUSED("t38-refused", 488, 304),
        SECURE_PAY("secure-pay", 488, 399);

        private final String cause;
        private final int sipStatus;
        private final int warning;

        Reason(String cause, int sipStatus, int warning) {
            this.cause = cause;
            this.sipStatus = sipStatus;
            this.warning = warning;
        }

        /** Stable short name for a metric. */
        public String cause() {
            return cause;
        }

        public int sipStatus() {
            return sipStatus;
        }

        /** Code of the Warning header (RFC 3261 §20.43). */
        public int warning() {
            return warning;
        }
    }

    private final Reason reason;

    /**
     * @param detail what is wrong and what would do, for the peer's engineer; never quotes a key or the body
     */
    public SdpRefused(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
