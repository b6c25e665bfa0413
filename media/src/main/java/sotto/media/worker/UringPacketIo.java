package sotto.media.worker;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import sotto.media.net.MediaPort;
import sotto.media.uring.BufferRing;
import sotto.media.uring.HeldSockets;
import sotto.media.uring.Received;
import sotto.media.uring.Ring;
import sotto.media.uring.RingRefused;
import sotto.media.uring.Wakeup;

/**
 * The engine of Linux from 6.1 on: one io_uring, one system call for all that a round sends and one for all that it
 * waits for, or one for both, whichever sockets it is for. Belongs to the worker's thread, which is the one that polls
 * first (docs/adr/0013).
 *
 * <p>A datagram lies where the kernel put it until all that is sent from there is sent, and is wiped then: so packet
 * memory holds no octet of a packet that is done with. The kernel writes to it in {@link #poll} alone.
 *
 * <p>Sends complete as they are asked for, for they do not wait where a socket is full; what waits for their completion
 * all the same is the use of their memory. One port takes 32 datagrams of a round at most before others have their turn.
 */
final class UringPacketIo implements PacketIo {
    /** Datagrams that the kernel has room for between two rounds; the others wait in their sockets. */
    static final int BUFFERS = 1_024;

    private static final int REQUESTS = 1_024;
    private static final int COMPLETIONS = 4_096;
    private static final int SUBMIT_AT = 64; // requests; those before do not wait for the end of a long round
    private static final int BATCH = 64; // packets; a round of so many waits no longer
    private static final int CLOSES_WITHIN = 1_000; // calls to the kernel, which ends a receive in one

    // userData: kind 4 bits, generation 28, slot 12, port 20
    private static final int RECEIVE = 0;
    private static final int SEND = 1;
    private static final int CANCEL = 2;
    private static final int WATCH = 3;

    private static final int BUSY = 0;
    private static final int WAITS = 1;
    private static final int WOKEN = 2;

    private final long spinNs;
    private final int batchUs;
    private final Ring ring;
    private final UringSlots slots;
    private final HeldSockets held;
    private final long memoryAt;
    private final Wakeup wakeup;
    private final AtomicInteger state = new AtomicInteger();
    private final List<@Nullable UringPort> ports = new ArrayList<>(); // by id
    private final BitSet ids = new BitSet();
    private final List<UringPort> disarmed = new ArrayList<>();
    private final List<UringPort> removed = new ArrayList<>();
    private final List<UringPort> closing = new ArrayList<>();
    private int generations;
    private @Nullable Thread owner;
    private boolean watching;
    private boolean closed;

    /**
     * @param spinNs how long to look for a packet before waiting for it; 0 to wait at once
     * @param batchUs how long to wait for more packets where one is there; 0 not to, and where the kernel cannot
     * @param buffers {@link #BUFFERS}, or fewer to see them used up; a power of two
     * @param heldSockets how many sockets are kept without a descriptor, the first ones
     */
    UringPacketIo(long spinNs, int batchUs, int buffers, int heldSockets) throws RingRefused {
        this.spinNs = spinNs;
        ring = new Ring(REQUESTS, COMPLETIONS);
        this.batchUs = spinNs == 0 && ring.hasMinimumWait() ? batchUs : 0;
        try {
            slots = new UringSlots(ring, buffers);
            held = new HeldSockets(ring, heldSockets);
            wakeup = new Wakeup();
        } catch (RingRefused e) {
            ring.close();
            throw e;
        }
        memoryAt = slots.memory().address();
    }

    @Override
    public MemorySegment memory() {
        return slots.memory();
    }

    /** Another one after each send from it. */
    @Override
    public int ownSlot() {
        return UringSlots.offset(slots.own());
    }

    @Override
    public MediaPort port(DatagramChannel bound) {
        return new UringPort(bound, this);
    }

    @Override
    public void add(MediaPort added, Receiver receiver) {
        UringPort port = (UringPort) added;
        if (closed) {
            throw new IllegalStateException("the packets' engine is closed");
        }
        port.listen(receiver);
        if (!port.isKnown()) {
            int id = ids.nextClearBit(0);
            ids.set(id);
            if (id == ports.size()) {
                ports.add(port);
            }
            ports.set(id, port);
            port.known(id, ++generations & 0x0FFF_FFFF);
            port.heldBy(held);
            arm(port);
        }
    }

    @Override
    public void remove(MediaPort gone) {
        UringPort port = (UringPort) gone;
        if (port.isRemoved() && port.isKnown()) {
            return;
        }
        port.fallSilent();
        if (closed) {
            port.close(held);
            return;
        }
        if (port.isArmed()) {
            ring.cancel(userData(RECEIVE, port, 0), userData(CANCEL, port, 0));
        }
        removed.add(port);
    }

    private void arm(UringPort port) {
        ring.receive(port.socket(), BufferRing.GROUP, userData(RECEIVE, port, 0));
        port.arm();
    }

    /** Native address for the peer's name, or 0 where it cannot be sent from there now. */
    long send(UringPort port, int offset, int lengthBytes, int nameBytes) {
        int slot = UringSlots.at(offset);
        if (closed || !slots.maySend(slot) || !port.isKnown() || port.isRemoved()) {
            return 0;
        }
        slots.send(slot, offset, lengthBytes);
        if (ring.queued() >= SUBMIT_AT) {
            ring.submit();
        }
        return ring.send(port.socket(), memoryAt + offset, lengthBytes, nameBytes, userData(SEND, port, slot));
    }

    void write(Sockaddr name, long at) {
        name.put(Ring.memory(), at);
    }

    private static long userData(int kind, UringPort port, int slot) {
        return (long) kind << 60 | (long) port.generation() << 32 | (long) slot << 20 | port.id();
    }

    @Override
    public void poll(long mostMs) {
        if (closed) {
            throw new IllegalStateException("the packets' engine is closed");
        }
        if (owner == null) {
            owner = Thread.currentThread();
        }
        if (!watching) {
            ring.watch(wakeup.descriptor(), (long) WATCH << 60);
            watching = true;
        }
        armAgain();
        if (removed.isEmpty()) {
            await(mostMs * 1_000_000);
        }
        state.set(BUSY); // what is asked for from now on ends the next wait
        handOut();
        while (!removed.isEmpty()) { // by who waited for a packet, or now by a packet
            closeRemoved();
        }
    }

    private void await(long mostNs) {
        if (spinNs > 0) {
            ring.enter(0, 0, 0);
            long untilNs = System.nanoTime() + Math.min(spinNs, mostNs);
            while (!ring.isReady() && state.get() == BUSY && System.nanoTime() - untilNs < 0) {
                Thread.onSpinWait();
            }
            if (ring.isReady()) {
                ring.enter(0, 0, 0);
                return;
            }
        }
        if (batchUs > 0 && slots.inFlight() > 0) { // else their completions would be a batch, and end the wait
            ring.submit();
            handOut();
        }
        int packets = batchUs > 0 ? BATCH : 1;
        boolean waits = removed.isEmpty() && state.compareAndSet(BUSY, WAITS);
        ring.enter(waits ? slots.inFlight() + packets : 0, mostNs, batchUs); // sends complete at once, and wake nobody
    }

    /** First those for which no buffer was left at all: who took the last ones may well take these. */
    private void armAgain() {
        if (disarmed.isEmpty() || !slots.canReceive()) {
            return;
        }
        armAgain(false);
        armAgain(true);
        disarmed.clear();
    }

    private void armAgain(boolean served) {
        for (int i = 0; i < disarmed.size(); i++) {
            UringPort port = disarmed.get(i);
            if (port.isServed() == served && !port.isRemoved() && !port.isArmed()) {
                arm(port);
            }
        }
    }

    private void handOut() {
        while (ring.next()) {
            long userData = ring.userData();
            int kind = (int) (userData >>> 60);
            int slot = (int) (userData >>> 20) & 0xFFF;
            switch (kind) {
                case RECEIVE -> received(userData);
                case SEND -> sent(userData, slot);
                case WATCH -> watching = ring.hasMore();
                default -> {} // a receive was told to end, and its own completion says so
            }
        }
    }

    private @Nullable UringPort portOf(long userData) {
        int id = (int) userData & 0xF_FFFF;
        UringPort port = id < ports.size() ? ports.get(id) : null;
        return port != null && port.generation() == ((int) (userData >>> 32) & 0x0FFF_FFFF) ? port : null;
    }

    private void received(long userData) {
        UringPort port = portOf(userData);
        int slot = ring.buffer();
        int bytes = ring.result();
        if (port != null && !ring.hasMore()) {
            port.disarm();
            if (!port.isRemoved()) {
                disarmed.add(port);
            }
        }
        if (slot < 0) {
            if (port != null && bytes < 0 && bytes != Ring.NO_BUFFERS && bytes != Ring.CANCELED) {
                port.failed(new IOException("io_uring receives no more from a media port, error " + -bytes));
            }
            return;
        }
        slots.take(slot, Math.max(bytes, 0));
        try {
            if (port != null && bytes >= Received.PAYLOAD) {
                port.received(UringSlots.offset(slot), bytes - Received.PAYLOAD, UringSlots.source(slot));
            }
        } finally {
            slots.done();
        }
    }

    private void sent(long userData, int slot) {
        if (ring.result() < 0) {
            UringPort port = portOf(userData);
            if (port != null) {
                port.refused();
            }
        }
        slots.sent(slot);
    }

    /** After the sends that are queued, so that none meets a descriptor that is another socket's by then. */
    private void closeRemoved() {
        closing.addAll(removed);
        removed.clear();
        for (int calls = 0; !closing.isEmpty(); calls++) {
            ring.enter(0, 0, 0);
            handOut();
            for (int i = closing.size() - 1; i >= 0; i--) {
                UringPort port = closing.get(i);
                if (!port.isArmed()) {
                    port.close(held);
                    closing.remove(i);
                    if (port.isKnown()) {
                        ports.set(port.id(), null);
                        ids.clear(port.id());
                    }
                }
            }
            if (calls > CLOSES_WITHIN) {
                throw new IllegalStateException("the kernel does not end a receive");
            }
        }
    }

    @Override
    public void wipe() {
        slots.wipe();
    }

    @Override
    public void wakeup() {
        if (state.getAndSet(WOKEN) == WAITS) {
            wakeup.stir();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        List<UringPort> open = ports.stream().filter(Objects::nonNull).toList();
        try {
            if (owner
                    == Thread.currentThread()) { // else nobody polled, or its thread is gone: the kernel ends it later
                open.forEach(this::remove);
                closeRemoved();
            }
        } finally {
            closed = true;
            ring.close();
            slots.wipeAll();
            open.forEach(port -> port.close(held));
            removed.forEach(port -> port.close(held));
        }
    }
}
