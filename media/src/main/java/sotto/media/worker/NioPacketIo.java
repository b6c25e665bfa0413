package sotto.media.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
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
    private final Selector selector;
    private final Consumer<SelectionKey> ready = this::receive; // one object, not one a wait

    NioPacketIo() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("no selector for a media worker", e);
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
        return new NioPort(bound, selector, slot);
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
            selector.select(ready, mostMs);
        } catch (IOException e) {
            throw new UncheckedIOException("media worker cannot wait for packets", e);
        }
    }

    private void receive(SelectionKey key) {
        Receiver receiver = (Receiver) key.attachment();
        DatagramChannel channel = (DatagramChannel) key.channel();
        slot.clear().limit(SLOT_BYTES);
        InetSocketAddress source = null;
        try {
            if (channel.isConnected()) {
                if (channel.read(slot) <= 0) {
                    return;
                }
            } else {
                source = (InetSocketAddress) channel.receive(slot);
                if (source == null) {
                    return;
                }
            }
        } catch (ClosedChannelException closedSinceTheWait) { // by a packet or command just before
            return;
        } catch (IOException e) { // PortUnreachableException: ICMP answered what was sent before
            receiver.refused();
            return;
        }
        receiver.received(0, slot.position(), source);
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public void close() {
        try {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("media worker cannot close its sockets", e);
        }
    }
}
