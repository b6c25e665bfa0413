package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A peer at an address of its own that sends octets as they are, over UDP or TCP. It hears what is sent to any port that
 * its messages name in a Via, for a response goes there (RFC 3261 §18.2.2).
 */
final class Torturer implements AutoCloseable {
    private static final int[] SENT_BY = {5060, 5050, 6050, 19823};
    private static final Duration SOON = Duration.ofSeconds(20);

    final InetAddress address;
    private final InetSocketAddress proxy;
    private final List<DatagramSocket> sockets = new ArrayList<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    Torturer(int proxyPort) throws IOException {
        proxy = new InetSocketAddress(InetAddress.getLoopbackAddress(), proxyPort);
        address = own();
        for (int port : SENT_BY) {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, port));
            sockets.add(socket);
            Thread.ofVirtual().start(() -> hear(socket));
        }
    }

    /** Another loopback address, so that well-known ports are free. */
    private static InetAddress own() throws IOException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        byte[] octets = {127, (byte) random.nextInt(2, 255), (byte) random.nextInt(255), (byte) random.nextInt(1, 255)};
        return InetAddress.getByAddress(octets);
    }

    private void hear(DatagramSocket socket) {
        byte[] buffer = new byte[65_536];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
            } catch (IOException e) {
                return; // closed
            }
            heard.add(new String(buffer, 0, packet.getLength(), ISO_8859_1));
        }
    }

    void send(byte[] message) throws IOException {
        sockets.getFirst().send(new DatagramPacket(message, message.length, proxy));
    }

    /** What came over UDP until now. */
    List<String> heard() {
        return List.copyOf(heard);
    }

    /** Well-formed, and answered at once: when its 200 is here, all before it was dealt with. */
    byte[] marker(String name, String transport) {
        return ("OPTIONS sip:marker@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/" + transport + " " + address.getHostAddress()
                        + ";branch=z9hG4bK" + name + "\r\nMax-Forwards: 70\r\nFrom: <sip:marker@127.0.0.1>;tag=m\r\n"
                        + "To: <sip:marker@127.0.0.1>\r\nCall-ID: " + name + "\r\nCSeq: 1 OPTIONS\r\n"
                        + "Content-Length: 0\r\n\r\n")
                .getBytes(ISO_8859_1);
    }

    void awaitMarker(String name) {
        Rig.until("answer to " + name, () -> heard.stream().anyMatch(m -> m.contains("Call-ID: " + name + "\r\n")));
    }

    Stream connect() throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(address, 0));
        socket.connect(proxy);
        return new Stream(socket);
    }

    /** One connection. */
    static final class Stream implements AutoCloseable {
        private final Socket socket;

        Stream(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
        }

        void send(byte[] octets) throws IOException {
            socket.getOutputStream().write(octets);
        }

        /** The next message, to the end of its header; ours have no body here. Empty where the connection ends. */
        String next() throws IOException {
            socket.setSoTimeout((int) SOON.toMillis());
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            while (!message.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                int octet;
                try {
                    octet = in.read();
                } catch (SocketTimeoutException e) {
                    throw new AssertionError("neither a message nor an end; so far: " + message, e);
                }
                if (octet < 0) {
                    return "";
                }
                message.write(octet);
            }
            return message.toString(ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Override
    public void close() {
        sockets.forEach(DatagramSocket::close);
    }
}
