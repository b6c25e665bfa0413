package sotto.proxy.sipp;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS for one SIPp, whose package speaks TCP only; each side shows its certificate. A virtual thread for each direction of a
 * connection.
 *
 * <pre>
 *  SIPp                          here                             the program
 *    | TCP to port() ------------> | TLS from the peer's address ---> |
 *    | <---- TCP to SIPp's port    | <----- TLS to the peer's port    |
 * </pre>
 */
final class TlsTunnel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsTunnel.class);

    private final InetAddress peer;
    private final int sippPort;
    private final int programPort;
    private final SSLContext context;
    private final SSLServerSocket inwards;
    private final ServerSocket outwards;
    private final List<Closeable> open = new CopyOnWriteArrayList<>();

    /**
     * Listens.
     *
     * @param context with the peer's key
     * @param peer its address and port, as the program is configured
     * @param sippPort where SIPp listens, at the same address
     * @param programPort of TLS
     */
    TlsTunnel(SSLContext context, InetSocketAddress peer, int sippPort, int programPort) throws IOException {
        this.context = context;
        this.peer = peer.getAddress();
        this.sippPort = sippPort;
        this.programPort = programPort;
        inwards = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(peer.getPort(), 10, peer.getAddress());
        inwards.setNeedClientAuth(true);
        outwards = new ServerSocket(0, 10, peer.getAddress());
        open.addAll(List.of(inwards, outwards));
        Thread.ofVirtual().start(() -> accept(inwards, () -> new Socket(this.peer, this.sippPort)));
        Thread.ofVirtual().start(() -> accept(outwards, this::toProgram));
    }

    /** What opens the other half of a connection. */
    private interface Opening {
        Socket open() throws IOException;
    }

    private Socket toProgram() throws IOException {
        return context.getSocketFactory().createSocket(InetAddress.ofLiteral("127.0.0.1"), programPort, peer, 0);
    }

    /** Where SIPp is to connect to. */
    int port() {
        return outwards.getLocalPort();
    }

    private void accept(ServerSocket server, Opening other) {
        while (!server.isClosed()) {
            try {
                join(server.accept(), other);
            } catch (IOException e) {
                LOG.debug("a connection came to nothing: closed, or refused; whoever waits for an answer says so", e);
            }
        }
    }

    private void join(Socket here, Opening other) throws IOException {
        open.add(here);
        try {
            Socket there = other.open();
            open.add(there);
            Thread.ofVirtual().start(() -> pump(here, there));
            Thread.ofVirtual().start(() -> pump(there, here));
        } catch (IOException e) {
            here.close();
            throw e;
        }
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            LOG.debug("one end is gone, and so is the other", e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Closeable socket : open) {
            socket.close();
        }
    }
}
