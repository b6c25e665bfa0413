package sotto.media.uring;

/**
 * What the kernel puts into a buffer before a datagram: {@code struct io_uring_recvmsg_out}, of which the completion tells
 * all that is needed, and where the datagram came from.
 */
public final class Received {
    /** Place of the source's socket address in the buffer. */
    public static final int NAME = 16;
    /** Place of the datagram. */
    public static final int PAYLOAD = NAME + Ring.NAME_BYTES;

    private Received() {}
}
