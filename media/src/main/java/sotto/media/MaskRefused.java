package sotto.media;

/** Secure-pay could not be turned on, so it is off; the message says why. */
public final class MaskRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public MaskRefused(String reason) {
        super(reason);
    }
}
