package sotto.media.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;
import sotto.media.net.MediaPort;
import sotto.media.net.PortPool;
import sotto.media.packet.Verdict;

/**
 * A local port: a doorman that hears everybody, and a socket to the peer once it is known. Belongs to the worker.
 *
 * <p>Both are bound to the same port; the kernel gives a packet to the socket whose peer it matches, else to the younger
 * one. Turning to the peer loses nothing, and lets no stranger in, whenever packets come:
 *
 * <pre>
 *  step                             older socket            younger socket     new packets go to
 *  -                                doorman                                    older
 *  bind the younger one             its queue only shrinks  doorman            younger
 *  hand out what the older holds    empty                                      younger
 *  the JDK connects it, to itself   empty: none to discard                     younger
 *  the kernel connects it, to S     to the peer             doorman            S: older; strangers: younger
 *  hand out what the younger holds                          empty
 * </pre>
 *
 * <p>{@link DatagramChannel#connect} to S at once would do, but for what it does behind the kernel's connect: it reads and
 * discards until the queue is empty. Where {@link KernelConnect} does not run, the doorman alone does all the work.
 *
 * <p>Two sockets on a port want SO_REUSEADDR on both while the second binds. The first was bound without it, and it is off
 * again afterwards, so no other process can share the port at any time but that moment.
 */
final class NioPort implements MediaPort {
    /** The doorman's and the peer's. */
    static final int MOST_DESCRIPTORS = 2;

    private static final int MOST_QUEUED = 1024; // a socket's buffer holds 170 small packets

    private final NioPacketIo io;
    private final ByteBuffer packets;
    private DatagramChannel doorman;
    private PacketIo.@Nullable Receiver receiver;
    private @Nullable DatagramChannel toPeer;
    private @Nullable InetSocketAddress peer;
    private @Nullable InetSocketAddress turnTo;

    NioPort(DatagramChannel bound, NioPacketIo io, ByteBuffer packets) {
        this.doorman = bound;
        this.io = io;
        this.packets = packets;
    }

    void listen(PacketIo.Receiver receiver) {
        this.receiver = receiver;
        try {
            io.listen(doorman, receiver);
            if (toPeer != null) {
                io.listen(toPeer, receiver);
            }
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
    public void reply(int offset, int lengthBytes, InetSocketAddress to) {
        packets.clear().limit(offset + lengthBytes).position(offset);
        try {
            doorman.send(packets, to);
        } catch (IOException lost) { // as any datagram may be; who asked asks again
            packets.clear();
        }
    }

    @Override
    public void silence() {
        turn(null);
    }

    @Override
    public void aim(InetSocketAddress peer) {
        turn(peer);
    }

    private void turn(@Nullable InetSocketAddress to) {
        close(toPeer);
        toPeer = null;
        turnTo = null;
        peer = to;
    }

    @Override
    public void connect(InetSocketAddress peer) {
        if (toPeer == null || !KernelConnect.connect(toPeer, peer)) { // else it has moved, in one step
            aim(peer);
        }
        if (KernelConnect.runs()) {
            turnTo = peer;
            io.turnSoon(this); // the packet in hand lies where the next ones would be put
        }
    }

    /** Does what {@link #connect} asked for, between packets. */
    void turn() {
        PacketIo.Receiver to = receiver;
        if (turnTo == null || to == null || !doorman.isOpen()) { // aimed elsewhere, or closed, since
            return;
        }
        try {
            if (toPeer == null) {
                split(to);
            }
            handOut(doorman, to);
        } catch (IOException | RuntimeException e) {
            to.failed(e);
        } finally {
            turnTo = null;
        }
    }

    private void split(PacketIo.Receiver to) throws IOException {
        InetSocketAddress local = (InetSocketAddress) doorman.getLocalAddress();
        DatagramChannel older = doorman;
        DatagramChannel younger = younger(older, local);
        if (younger == null) {
            return; // the doorman alone does the same work, with a look at each source
        }
        doorman = younger;
        boolean turned = false;
        try {
            io.listen(younger, to);
            handOut(older, to);
            InetSocketAddress now = turnTo; // what was handed out may have moved the peer, or ended the call
            turned = now != null && younger.isOpen() && connects(older, local, now);
        } finally {
            if (turned) {
                toPeer = older;
            } else {
                close(older); // it is empty: all goes to the doorman
            }
        }
    }

    private static @Nullable DatagramChannel younger(DatagramChannel older, InetSocketAddress local)
            throws IOException {
        DatagramChannel younger = null;
        try {
            younger = PortPool.open(local.getAddress());
            younger.setOption(StandardSocketOptions.IP_TOS, older.getOption(StandardSocketOptions.IP_TOS));
            younger.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            older.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            younger.bind(local);
            younger.setOption(StandardSocketOptions.SO_REUSEADDR, false);
            return younger;
        } catch (IOException refusedHere) { // no descriptor left, for one
            close(younger);
            return null;
        } finally {
            older.setOption(StandardSocketOptions.SO_REUSEADDR, false);
        }
    }

    private static boolean connects(DatagramChannel socket, InetSocketAddress local, InetSocketAddress peer) {
        if (local.getAddress().isAnyLocalAddress()) {
            return false; // connecting would choose the address that it is bound to
        }
        try {
            socket.connect(local); // nobody sends from there: the JDK now takes it for connected
        } catch (IOException e) {
            return false;
        }
        return KernelConnect.connect(socket, peer);
    }

    private void handOut(DatagramChannel from, PacketIo.Receiver to) {
        for (int i = 0; i < MOST_QUEUED && io.take(from, to); i++) {
            // in the order in which they came
        }
    }

    /** True where the peer has a socket of its own. */
    boolean isConnected() {
        return toPeer != null;
    }

    /** An older socket that {@link #split} has in hand is closed there. */
    void close() {
        turnTo = null;
        close(toPeer);
        toPeer = null;
        close(doorman);
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
