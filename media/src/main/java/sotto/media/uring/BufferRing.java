package sotto.media.uring;

import static sotto.media.uring.Abi.INT;
import static sotto.media.uring.Abi.LONG;
import static sotto.media.uring.Abi.MEMORY;
import static sotto.media.uring.Abi.SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A group of buffers that the kernel receives into, one a datagram, in the order in which they were given. Belongs to the
 * ring's thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/io_uring_register_buf_ring.3.html">io_uring_register_buf_ring(3)</a>
 */
public final class BufferRing {
    /** The one group of a ring. */
    public static final int GROUP = 0;

    private static final VarHandle TAIL = SHORT.varHandle();
    private static final int PAGE_BYTES = 4_096;

    private final MemorySegment entries;
    private final int mask;
    private final long first;
    private final int strideBytes;
    private final int lengthBytes;
    private short tail;

    /**
     * @param count of buffers, a power of two; none is given yet
     * @param first native address of buffer 0
     * @param strideBytes from a buffer's first octet to the next one's
     * @param lengthBytes of a buffer
     */
    public BufferRing(Ring ring, int count, long first, int strideBytes, int lengthBytes) throws RingRefused {
        this.entries = Arena.ofAuto().allocate((long) Abi.BUF_BYTES * count, PAGE_BYTES);
        this.mask = count - 1;
        this.first = first;
        this.strideBytes = strideBytes;
        this.lengthBytes = lengthBytes;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(Abi.BUF_REG_BYTES, 8);
            argument.set(LONG, Abi.BUF_REG_RING_ADDR, entries.address());
            argument.set(INT, Abi.BUF_REG_RING_ENTRIES, count);
            argument.set(SHORT, Abi.BUF_REG_BGID, (short) GROUP);
            int result = ring.register(Abi.REGISTER_PBUF_RING, argument.address(), 1);
            if (result < 0) {
                throw new RingRefused("io_uring took no buffers, error " + -result);
            }
        }
    }

    /** Gives a buffer to the kernel, which has it until a completion names it. */
    public void give(int buffer) {
        long at = entries.address() + (long) Abi.BUF_BYTES * (tail & mask);
        MEMORY.set(LONG, at + Abi.BUF_ADDR, first + (long) strideBytes * buffer);
        MEMORY.set(INT, at + Abi.BUF_LEN, lengthBytes);
        MEMORY.set(SHORT, at + Abi.BUF_BID, (short) buffer);
        tail++;
        TAIL.setRelease(MEMORY, entries.address() + Abi.BUF_RING_TAIL, tail);
    }
}
