package sotto.pci.psp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

/** An HTTP peer that answers with given octets, whatever they are, and hangs up. */
public final class RawPeer implements AutoCloseable {
    private final ServerSocket server;
    private volatile String answer;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> hangUps = new CopyOnWriteArrayList<>();

    private RawPeer(ServerSocket server, String answer) {
        this.server = server;
        this.answer = answer;
        Thread.ofVirtual().start(this::serve);
    }

    public static RawPeer answering(String answer) {
        return over(ServerSocketFactory.getDefault(), answer);
    }

    public static RawPeer over(ServerSocketFactory sockets, String answer) {
        try {
            return new RawPeer(sockets.createServerSocket(0, 5, InetAddress.getLoopbackAddress()), answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI uri(String schemeAndHost, String path) {
        return URI.create(schemeAndHost + ":" + server.getLocalPort() + path);
    }

    /** Answers this from now on. */
    public void answer(String octets) {
        answer = octets;
    }

    /** Whole requests, as they came. */
    public List<String> requests() {
        return requests;
    }

    /** How connections without a whole request ended. */
    public List<String> hangUps() {
        return hangUps;
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                requests.add(request(socket.getInputStream()));
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            } catch (IOException e) {
                hangUps.add(e.toString()); // what some tests want; or this peer is closed
            }
        }
    }

    static String request(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        int need = -1;
        while (need < 0 || request.length() < need) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("request cut short");
            }
            request.append((char) octet);
            if (need < 0 && request.toString().endsWith("\r\n\r\n")) {
                int at = request.indexOf("Content-Length: ");
                int length = at < 0 ? 0 : Integer.parseInt(request.substring(at + 16, request.indexOf("\r", at)));
                need = request.length() + length;
            }
        }
        return request.toString();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
