package sotto.media.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import sotto.media.net.MediaPort;
import sotto.media.packet.RtpView;

/**
 * The portable engine: one selector, one slot, one datagram at a time. Belongs to the worker's thread.
 *
 * <p>A socket that is ready is read once and then waits for its turn, so a flood on one port does not starve the others.
 */
final class NioPacketIo implements PacketIo {
    private static final int STRIDE_BYTES = SLOT_BYTES + RtpView.TAIL_ROOM_BYTES;

    private final MemorySegment memory = Arena.ofAuto().allocate(2L * STRIDE_BYTES, 64);
    private final ByteBuffer slot = memory.asByteBuffer();
    private final long spinNs;
    private final Selector selector;
    private final Pipe wakeups; // not Selector.wakeup: it takes a lock that the wait takes as well
    private final AtomicBoolean woken = new AtomicBoolean(); // one octet in the pipe at most
    private final ByteBuffer wakeup = ByteBuffer.allocateDirect(1);
    private final List<NioPort> turning = new ArrayList<>();
    private final Consumer<SelectionKey> ready = this::receive; // one object, not one a wait

    /** @param spinNs how long to look for a packet before waiting for it; 0 to wait at once */
    NioPacketIo(long spinNs) {
        this.spinNs = spinNs;
        try {
            selector = Selector.open();
            wakeups = Pipe.open();
            wakeups.sink().configureBlocking(false); // blocking, an interrupt of who writes would close it
            wakeups.source().configureBlocking(false).register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            throw new UncheckedIOException("no selector or pipe for a media worker", e);
        }
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public int ownSlot() {
        return STRIDE_BYTES;
    }

    @Override
    public MediaPort port(DatagramChannel bound) {
        return new NioPort(bound, this, slot);
    }

    @Override
    public void add(MediaPort port, Receiver receiver) {
        ((NioPort) port).listen(receiver);
    }

    @Override
    public void remove(MediaPort port) {
        ((NioPort) port).close();
    }

    @Override
    public void poll(long mostMs) {
        try {
            if (spinNs == 0 || !spin(Math.min(spinNs, mostMs * 1_000_000))) {
                selector.select(ready, mostMs);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("media worker cannot wait for packets", e);
        }
        for (int i = 0; i < turning.size(); i++) { // what a port hands out as it turns may have another one turn
            turning.get(i).turn();
        }
        turning.clear();
    }

    private boolean spin(long forNs) throws IOException {
        long untilNs = System.nanoTime() + forNs;
        do {
            if (selector.selectNow(ready) > 0) {
                return true;
            }
            Thread.onSpinWait();
        } while (System.nanoTime() - untilNs < 0);
        return false;
    }

    /** Has the port turn to its peer when the packet in hand is done with. */
    void turnSoon(NioPort port) {
        turning.add(port);
    }

    void listen(DatagramChannel channel, Receiver receiver) throws ClosedChannelException {
        channel.register(selector, SelectionKey.OP_READ, receiver);
    }

    private void receive(SelectionKey key) {
        if (key.attachment() instanceof Receiver receiver) {
            take((DatagramChannel) key.channel(), receiver);
        } else {
            beAwake();
        }
    }

    /** Hands one datagram out; false where there is none. */
    boolean take(DatagramChannel channel, Receiver receiver) {
        slot.clear().limit(SLOT_BYTES);
        InetSocketAddress source = null;
        try {
            if (channel.isConnected()) {
                if (channel.read(slot) <= 0) {
                    return false;
                }
            } else {
                source = (InetSocketAddress) channel.receive(slot);
                if (source == null) {
                    return false;
                }
            }
        } catch (ClosedChannelException closedSinceTheWait) { // by a packet or command just before
            return false;
        } catch (IOException e) { // PortUnreachableException: ICMP answered what was sent before
            receiver.refused();
            return true;
        }
        receiver.received(0, slot.position(), source);
        return true;
    }

    @Override
    public void wipe() {
        memory.fill((byte) 0);
    }

    /** The owner of that lock may be a thread without a core for as long as others compile or collect: 300 ms were seen. */
    @Override
    public void wakeup() {
        if (!woken.getAndSet(true)) {
            try {
                wakeups.sink().write(ByteBuffer.allocate(1));
            } catch (ClosedChannelException e) { // the worker has ended, nobody waits
                woken.set(true);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot wake a media worker", e);
            }
        }
    }

    /** What is asked for from now on needs another octet; what was asked for before, the worker does after this wait. */
    private void beAwake() {
        try {
            wakeups.source().read(wakeup.clear());
        } catch (IOException e) {
            throw new UncheckedIOException("a media worker cannot hear who wakes it", e);
        }
        woken.set(false);
    }

    @Override
    public void close() {
        wipe();
        try {
            wakeups.sink().close(); // before its other end
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("media worker cannot close its sockets", e);
        }
    }
}
