package sotto.media.worker;

/** A fax cannot be masked: a call is in secure-pay or carries a fax, and the other was asked for. Nothing has changed. */
public final class Excluded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Excluded() {
        super("secure-pay and fax exclude each other");
    }
}
