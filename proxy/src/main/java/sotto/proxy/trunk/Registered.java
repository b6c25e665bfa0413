package sotto.proxy.trunk;

/** Whether a peer knows where we are. */
public enum Registered {
    /** Nobody asked it to. */
    NONE,
    /** The first REGISTER has no answer yet. */
    PENDING,
    /** The last REGISTER was answered with 2xx. */
    UP,
    /** It was not. */
    DOWN
}
