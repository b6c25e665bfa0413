package sotto.media.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.jspecify.annotations.Nullable;
import sotto.media.net.MediaPort;
import sotto.media.net.PortPool;
import sotto.media.packet.Verdict;

/**
 * A local port: a doorman that hears everybody, and a socket to the peer once it is known. Belongs to the worker.
 *
 * <p>Both are bound to the same port; the kernel gives a packet to the socket whose peer it matches, else to the doorman.
 * That wants SO_REUSEADDR on both while the second binds. The doorman was bound without it, and it is off again
 * afterwards, so no other process can share the port at any time but that moment.
 */
final class NioPort implements MediaPort {
    private final DatagramChannel doorman;
    private final Selector selector;
    private final ByteBuffer packets;
    private PacketIo.@Nullable Receiver receiver;
    private @Nullable DatagramChannel toPeer;
    private @Nullable InetSocketAddress peer;

    NioPort(DatagramChannel bound, Selector selector, ByteBuffer packets) {
        this.doorman = bound;
        this.selector = selector;
        this.packets = packets;
    }

    void listen(PacketIo.Receiver receiver) {
        this.receiver = receiver;
        try {
            doorman.register(selector, SelectionKey.OP_READ, receiver);
        } catch (IOException e) {
            throw new UncheckedIOException("media port closed before its worker took it", e);
        }
    }

    @Override
    public Verdict send(int offset, int lengthBytes) {
        packets.clear().limit(offset + lengthBytes).position(offset);
        try {
            int sent;
            if (toPeer != null) {
                sent = toPeer.write(packets);
            } else if (peer != null) {
                sent = doorman.send(packets, peer);
            } else {
                return Verdict.LEG_NOT_CONNECTED;
            }
            return sent == lengthBytes ? Verdict.NEXT : Verdict.SEND_REFUSED;
        } catch (IOException e) { // port unreachable, no route, buffer full: all the same to the packet, and counted
            return Verdict.SEND_REFUSED;
        }
    }

    @Override
    public void aim(InetSocketAddress peer) {
        closeToPeer();
        this.peer = peer;
    }

    @Override
    public void connect(InetSocketAddress peer) {
        aim(peer);
        DatagramChannel second = null;
        try {
            InetSocketAddress local = (InetSocketAddress) doorman.getLocalAddress();
            second = PortPool.open(local.getAddress());
            second.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            doorman.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            second.bind(local);
            second.connect(peer); // at once: what comes between the two is lost, for connect drops what is queued
            second.setOption(StandardSocketOptions.SO_REUSEADDR, false);
            second.register(selector, SelectionKey.OP_READ, receiver);
            toPeer = second;
        } catch (IOException refusedHere) { // the doorman alone does the same work, with a look at each source
            close(second);
        } finally {
            bindExclusively();
        }
    }

    /** True where the peer has a socket of its own. */
    boolean isConnected() {
        return toPeer != null;
    }

    void close() {
        closeToPeer();
        close(doorman);
    }

    private void bindExclusively() {
        try {
            doorman.setOption(StandardSocketOptions.SO_REUSEADDR, false);
        } catch (IOException e) {
            throw new UncheckedIOException("media port stays open to other processes", e);
        }
    }

    private void closeToPeer() {
        close(toPeer);
        toPeer = null;
    }

    private static void close(@Nullable DatagramChannel channel) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close a media socket", e);
        }
    }
}
