package sotto.media.srtp;

/** Chooses the transform that this machine runs best. */
public final class SrtpTransforms {
    private SrtpTransforms() {}

    /**
     * Makes one direction's transform.
     *
     * @param keys not kept: session keys are derived here, the caller still closes them
     */
    public static SrtpTransform of(SrtpKeys keys) {
        throw new UnsupportedOperationException();
    }
}
