package sotto.proxy.sip;

/** A message could not be sent: no route, connection refused, or no listening point of that transport. */
public final class Unreachable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreachable(String what, Throwable cause) {
        super(what, cause);
    }

    Unreachable(String what) {
        super(what);
    }
}
