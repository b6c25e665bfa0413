package sotto.media.worker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import sotto.media.packet.RtpView;
import sotto.media.uring.BufferRing;
import sotto.media.uring.Received;
import sotto.media.uring.Ring;
import sotto.media.uring.RingRefused;

/**
 * The packet memory of a {@link UringPacketIo}, in slots, and whose each slot is now. Belongs to the worker.
 *
 * <pre>
 *  a slot is                      the
 *  given                          kernel's, to receive into
 *  in hand                        receiver's, until it returns
 *  sent from, any number of times kernel's, until each send has completed
 *  wiped, and given again
 * </pre>
 *
 * <p>Slots for packets of our own are not given: they are lent in turn, one until it is sent from.
 */
final class UringSlots {
    /** Datagrams of our own that may be on their way at once. */
    static final int OWN = 512;

    private static final int STRIDE_BYTES = 2_176; // header, slot and tail room; whole cache lines, and no power of two

    private final int given; // the first slots, to receive into; those of our own follow
    private final int notSentFrom; // the last one, lent where all of our own are on their way
    private final MemorySegment memory;
    private final int[] sending; // sends that have not completed, a slot
    private final int[] usedBytes; // to be wiped, from its first octet on
    private final BufferRing buffers;
    private int free;
    private int inHand;
    private int own;
    private int inFlight;

    /** @param count of slots to receive into, a power of two */
    UringSlots(Ring ring, int count) throws RingRefused {
        given = count;
        notSentFrom = count + OWN;
        own = count;
        inHand = notSentFrom;
        sending = new int[notSentFrom + 1];
        usedBytes = new int[notSentFrom + 1];
        memory = Arena.ofAuto().allocate((long) STRIDE_BYTES * sending.length, 4_096);
        buffers = new BufferRing(ring, count, memory.address(), STRIDE_BYTES, Received.PAYLOAD + PacketIo.SLOT_BYTES);
        for (int slot = 0; slot < count; slot++) {
            give(slot);
        }
    }

    MemorySegment memory() {
        return memory;
    }

    /** Place of a slot's datagram. */
    static int offset(int slot) {
        return slot * STRIDE_BYTES + Received.PAYLOAD;
    }

    /** Place of the source of a slot's datagram. */
    static int source(int slot) {
        return slot * STRIDE_BYTES + Received.NAME;
    }

    /** Slot that a datagram lies in. */
    static int at(int offset) {
        return offset / STRIDE_BYTES;
    }

    /** The one to write a packet of our own to. */
    int own() {
        return own;
    }

    /** False where it is lent though all of our own are on their way. */
    boolean maySend(int slot) {
        return slot != notSentFrom;
    }

    /** Sends that have not completed. */
    int inFlight() {
        return inFlight;
    }

    /** True where the kernel has one to receive into. */
    boolean canReceive() {
        return free > 0;
    }

    /** The kernel has put so many octets into it. */
    void take(int slot, int bytes) {
        free--;
        inHand = slot;
        usedBytes[slot] = bytes + RtpView.TAIL_ROOM_BYTES;
    }

    /** The receiver is done with the one in hand. */
    void done() {
        int slot = inHand;
        inHand = notSentFrom;
        if (sending[slot] == 0) {
            recycle(slot);
        }
    }

    /** A send from it begins. */
    void send(int slot, int offset, int lengthBytes) {
        sending[slot]++;
        inFlight++;
        usedBytes[slot] = Math.max(usedBytes[slot], offset - slot * STRIDE_BYTES + lengthBytes);
        if (slot == own) {
            own = nextOwn();
        }
    }

    /** A send from it has completed. */
    void sent(int slot) {
        inFlight--;
        if (--sending[slot] == 0) {
            recycle(slot);
        }
    }

    private int nextOwn() {
        for (int i = 1; i < OWN; i++) {
            int next = given + (own - given + i) % OWN;
            if (sending[next] == 0) {
                return next;
            }
        }
        return notSentFrom;
    }

    private void recycle(int slot) {
        clear(slot);
        if (slot < given) {
            give(slot);
        } else if (own == notSentFrom) {
            own = slot;
        }
    }

    private void give(int slot) {
        buffers.give(slot);
        free++;
    }

    private void clear(int slot) {
        long at = (long) slot * STRIDE_BYTES;
        int bytes = Math.min(usedBytes[slot], STRIDE_BYTES);
        for (int i = 0; i < bytes; i += 8) { // a few cache lines that are warm
            memory.set(ValueLayout.JAVA_LONG, at + i, 0L);
        }
        usedBytes[slot] = 0;
    }

    /** Wipes what is neither wiped already nor on its way, which will be. */
    void wipe() {
        if (sending[inHand] == 0) {
            clear(inHand);
        }
        usedBytes[own] = STRIDE_BYTES; // written, and perhaps not sent
        clear(own);
    }

    /** Wipes all; nothing is received or sent any more. */
    void wipeAll() {
        memory.fill((byte) 0);
    }
}
