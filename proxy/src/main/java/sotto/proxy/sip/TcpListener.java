package sotto.proxy.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.locks.LockSupport;

/** Accepts TCP for the stack, on its thread. */
final class TcpListener extends ServerSocket {
    /** The kernel's queue: a burst of peers that come back after a failure must not be refused. */
    static final int BACKLOG = 512;

    private static final long PAUSE_NS = 100_000_000;

    private final Newcomers newcomers;

    TcpListener(int port, InetAddress address, Newcomers newcomers) throws IOException {
        super(port, BACKLOG, address);
        this.newcomers = newcomers;
    }

    @Override
    public Socket accept() throws IOException {
        while (true) {
            try {
                Socket socket = super.accept();
                newcomers.arrived("TCP", socket);
                return socket;
            } catch (SocketException e) {
                pauseUnlessClosed(this, e);
            }
        }
    }

    /** The stack stops listening for good at the first exception, be it that a peer was gone or files ran out. */
    static void pauseUnlessClosed(ServerSocket listener, SocketException e) throws SocketException {
        if (listener.isClosed()) {
            throw e;
        }
        LockSupport.parkNanos(PAUSE_NS);
    }
}
