package sotto.media.srtp;

/**
 * Chooses the transform that this machine runs best: once, when first asked. Any thread.
 *
 * <p>libcrypto where it loads, because it works in place and allocates nothing; else jitsi-srtp (ADR 0004).
 */
public final class SrtpTransforms {
    private static final String LIBCRYPTO = "libcrypto";
    private static final String JITSI = "jitsi-srtp";

    private static final String ENGINE = choose();

    private SrtpTransforms() {}

    /**
     * Makes one direction's transform.
     *
     * @param keys not kept: session keys are derived here, the caller still closes them
     */
    public static SrtpTransform of(SrtpKeys keys) {
        return ENGINE.startsWith(LIBCRYPTO) ? LibcryptoTransform.of(keys) : new JitsiTransform(keys);
    }

    /**
     * What was chosen, for one log line at start: "libcrypto, OpenSSL 3.0.19 27 Jan 2026" or "jitsi-srtp, for …" with
     * the reason why libcrypto does not run.
     */
    public static String engine() {
        return ENGINE;
    }

    private static String choose() {
        try {
            return LIBCRYPTO + ", " + LibCrypto.version();
        } catch (LinkageError e) { // no such library, a function missing, or native access not granted (ADR 0002)
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return JITSI + ", for " + LibCrypto.class.getSimpleName() + " did not load: " + cause.getMessage();
        }
    }
}
