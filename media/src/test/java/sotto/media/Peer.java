package sotto.media;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Optional;

/** A phone's socket on loopback. */
final class Peer implements AutoCloseable {
    private static final int LONG_MS = 2_000;

    private final DatagramSocket socket;

    Peer() throws IOException {
        this(InetAddress.getLoopbackAddress());
    }

    Peer(InetAddress local) throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(local, 0));
        socket.setReceiveBufferSize(1 << 20);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    void send(int port, byte[] datagram) throws IOException {
        socket.send(new DatagramPacket(datagram, datagram.length, socket.getLocalAddress(), port));
    }

    /** The next datagram; fails where none comes. */
    byte[] receive() throws IOException {
        return receive(LONG_MS).orElseThrow(() -> new AssertionError("nothing came within " + LONG_MS + " ms"));
    }

    Optional<byte[]> receive(int atMostMs) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[4_096], 4_096);
        socket.setSoTimeout(atMostMs);
        try {
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        }
        return Optional.of(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    @Override
    public void close() {
        socket.close();
    }
}
