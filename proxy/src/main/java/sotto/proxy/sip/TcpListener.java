package sotto.proxy.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import sotto.proxy.guard.SourceGuard;

/** Accepts TCP for the stack, on its thread. */
final class TcpListener extends ServerSocket {
    /** The kernel's queue: a burst of peers that come back after a failure must not be refused. */
    static final int BACKLOG = 512;

    private static final long PAUSE_NS = 100_000_000;

    private static final long MOST_WAIT_NS = 1_000_000_000;
    private static final long POLL_NS = 100_000;

    private volatile boolean accepting;
    private final Newcomers newcomers;
    private final SourceGuard guard;

    TcpListener(int port, InetAddress address, Newcomers newcomers, SourceGuard guard) throws IOException {
        super(port, BACKLOG, address);
        this.newcomers = newcomers;
        this.guard = guard;
    }

    @Override
    public Socket accept() throws IOException {
        while (true) {
            try {
                Socket socket = accepted();
                if (isLetIn(guard, socket)) {
                    newcomers.arrived("TCP", socket);
                    return socket;
                }
            } catch (SocketException e) {
                pauseUnlessClosed(this, e);
            }
        }
    }

    private Socket accepted() throws IOException {
        accepting = true;
        try {
            return super.accept();
        } finally {
            accepting = false;
        }
    }

    @Override
    public void close() throws IOException {
        super.close();
        awaitEnd(() -> accepting);
    }

    /** Closed while a thread accepts, a socket has its port until that thread has noticed. */
    static void awaitEnd(BooleanSupplier accepting) {
        long endNs = System.nanoTime() + MOST_WAIT_NS;
        while (accepting.getAsBoolean() && System.nanoTime() - endNs < 0) {
            LockSupport.parkNanos(POLL_NS);
        }
    }

    /** Resets the connection of whoever is not: closed in order it would stay with us for a minute (RFC 9293 §3.6). */
    static boolean isLetIn(SourceGuard guard, Socket socket) throws IOException {
        if (guard.admits(socket.getInetAddress(), System.nanoTime())) {
            return true;
        }
        socket.setSoLinger(true, 0);
        socket.close();
        return false;
    }

    /** The stack stops listening for good at the first exception, be it that a peer was gone or files ran out. */
    static void pauseUnlessClosed(ServerSocket listener, SocketException e) throws SocketException {
        if (listener.isClosed()) {
            throw e;
        }
        LockSupport.parkNanos(PAUSE_NS);
    }
}
