package sotto.media.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;
import sotto.media.net.MediaPort;
import sotto.media.packet.Verdict;
import sotto.media.uring.HeldSockets;

/**
 * A local port of the {@link UringPacketIo}: one socket, never connected, so there is nothing to turn and no packet to lose
 * while it does. Where a datagram came from is compared with the peer, octet by octet. Belongs to the worker.
 */
final class UringPort implements MediaPort {
    private static final int NONE = -1;

    private final UringPacketIo io;
    private final DatagramChannel channel;
    private int socket; // as the ring names it
    private final boolean v6;
    private final Sockaddr peer = new Sockaddr();
    private final Sockaddr other = new Sockaddr();
    private @Nullable InetSocketAddress otherSource;
    private final Sockaddr asked = new Sockaddr();
    private @Nullable InetSocketAddress askedFrom;
    private PacketIo.@Nullable Receiver receiver;
    private boolean aimed;
    private boolean hearsPeerAlone;
    private boolean armed;
    private boolean released;
    private boolean served;
    private int id = NONE;
    private int generation;

    UringPort(DatagramChannel bound, UringPacketIo io) {
        this.io = io;
        this.channel = bound;
        this.socket = Descriptor.of(bound);
        try {
            this.v6 = ((InetSocketAddress) bound.getLocalAddress()).getAddress() instanceof Inet6Address;
        } catch (IOException e) {
            throw new UncheckedIOException("media port closed before its worker took it", e);
        }
    }

    @Override
    public Verdict send(int offset, int lengthBytes) {
        if (!aimed) {
            return Verdict.LEG_NOT_CONNECTED;
        }
        long name = io.send(this, offset, lengthBytes, peer.bytes());
        if (name == 0) {
            return Verdict.SEND_REFUSED;
        }
        io.write(peer, name);
        return Verdict.NEXT;
    }

    @Override
    public void reply(int offset, int lengthBytes, InetSocketAddress to) {
        if (!to.equals(askedFrom)) { // who asks, asks again and again
            take(asked, to);
            askedFrom = to;
        }
        long name = io.send(this, offset, lengthBytes, asked.bytes());
        if (name != 0) {
            io.write(asked, name);
        }
    }

    @Override
    public void silence() {
        aimed = false;
        hearsPeerAlone = false;
    }

    @Override
    public void aim(InetSocketAddress to) {
        take(peer, to);
        aimed = true;
        hearsPeerAlone = false;
    }

    @Override
    public void connect(InetSocketAddress to) {
        aim(to);
        hearsPeerAlone = true;
    }

    private void take(Sockaddr into, InetSocketAddress address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(Sockaddr.BYTES, 8);
            Sockaddr.write(address, v6, memory, 0);
            into.take(memory, 0);
        }
    }

    /** Hands out one datagram, whose source is written at {@code sourceAt}. */
    void received(int offset, int lengthBytes, long sourceAt) {
        served = true;
        PacketIo.Receiver to = receiver;
        if (to == null) {
            return; // it came before the port was removed
        }
        if (hearsPeerAlone && peer.is(io.memory(), sourceAt)) {
            to.received(offset, lengthBytes, null);
            return;
        }
        InetSocketAddress source = otherSource;
        if (source == null || !other.is(io.memory(), sourceAt)) { // an object for each source, not for each datagram
            other.take(io.memory(), sourceAt);
            source = Sockaddr.read(io.memory(), sourceAt);
            otherSource = source;
        }
        to.received(offset, lengthBytes, source);
    }

    void refused() {
        PacketIo.Receiver to = receiver;
        if (to != null) {
            to.refused();
        }
    }

    void listen(PacketIo.Receiver to) {
        receiver = to;
    }

    void failed(Throwable cause) {
        PacketIo.Receiver to = receiver;
        if (to != null) {
            to.failed(cause);
        }
    }

    /** Nothing is handed out from here on; its socket is open until it is closed. */
    void fallSilent() {
        receiver = null;
        silence();
    }

    int socket() {
        return socket;
    }

    /** Has the ring hold the socket, where it has a place for it. */
    void heldBy(HeldSockets held) {
        socket = held.hold(socket);
        if (socket < 0) {
            closeChannel();
        }
    }

    boolean isKnown() {
        return id != NONE;
    }

    int id() {
        return id;
    }

    int generation() {
        return generation;
    }

    void known(int as, int generation) {
        this.id = as;
        this.generation = generation;
    }

    boolean isRemoved() {
        return receiver == null;
    }

    boolean isArmed() {
        return armed;
    }

    /** True where a datagram came since it was armed. */
    boolean isServed() {
        return served;
    }

    void arm() {
        armed = true;
        served = false;
    }

    void disarm() {
        armed = false;
    }

    /** @param held by whom it may be held */
    void close(HeldSockets held) {
        if (socket < 0 && !released) {
            released = true;
            held.release(socket);
        }
        closeChannel();
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close a media socket", e);
        }
    }
}
