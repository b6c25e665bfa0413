package sotto.media.worker;

/** A command came after its call had ended: nothing to do, and nobody's fault. */
public final class CallEnded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CallEnded() {
        super("the call has ended");
    }
}
