package sotto.media.uring;

import static sotto.media.uring.Abi.INT;
import static sotto.media.uring.Abi.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * Sockets that a ring holds by itself, so that the process needs no descriptor for them: of those a process may have a
 * limited number, and so many again in each ring. Belongs to the ring's thread.
 *
 * <p>{@code ss} and {@code lsof} do not tell whose such a socket is.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/io_uring_register.2.html">io_uring_register(2), registered files</a>
 */
public final class HeldSockets {
    private static final int NONE = -1;

    private final Ring ring;
    private final int places;
    private final BitSet taken = new BitSet();
    private final MemorySegment update = Arena.ofAuto().allocate(Abi.FILES_UPDATE_BYTES + Integer.BYTES, 8);
    private final long descriptorAt = Abi.FILES_UPDATE_BYTES;

    /** @param places for how many sockets; 0 to hold none */
    public HeldSockets(Ring ring, int places) throws RingRefused {
        this.ring = ring;
        this.places = places;
        update.set(LONG, Abi.FILES_UPDATE_FDS, update.address() + descriptorAt);
        if (places == 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment table = arena.allocate(Abi.RSRC_REGISTER_BYTES, 8);
            table.set(INT, Abi.RSRC_REGISTER_NR, places);
            table.set(INT, Abi.RSRC_REGISTER_FLAGS, Abi.RSRC_REGISTER_SPARSE);
            int result = ring.register(Abi.REGISTER_FILES2, table.address(), Abi.RSRC_REGISTER_BYTES);
            if (result < 0) {
                throw new RingRefused("io_uring holds no " + places + " sockets, error " + -result);
            }
        }
    }

    /**
     * Takes a socket, whose descriptor may be closed then.
     *
     * @return what names it in the ring's requests, negative; or its descriptor where there is no place left
     */
    public int hold(int descriptor) {
        int place = taken.nextClearBit(0);
        if (place >= places || set(place, descriptor) < 0) {
            return descriptor;
        }
        taken.set(place);
        return ~place;
    }

    /** Lets go of one, which is closed by that once no request is for it; where the ring is closed, the kernel has. */
    public void release(int held) {
        if (!ring.isClosed()) {
            int result = set(~held, NONE);
            if (result < 0) {
                throw new IllegalStateException("io_uring keeps a socket, error " + -result);
            }
            taken.clear(~held);
        }
    }

    private int set(int place, int descriptor) {
        update.set(INT, Abi.FILES_UPDATE_OFFSET, place);
        update.set(INT, descriptorAt, descriptor);
        return ring.register(Abi.REGISTER_FILES_UPDATE, update.address(), 1);
    }
}
