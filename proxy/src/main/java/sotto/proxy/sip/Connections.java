package sotto.proxy.sip;

import gov.nist.javax.sip.stack.IOHandler;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocket;

/**
 * The stack's connections, TLS apart from TCP. Thread-safe.
 *
 * <p>The stack has one table of both, by address and port of the peer. A peer that uses one port of its own for both would
 * get over TCP, in clear, what is for TLS; and where one of the two is closed, the other would be forgotten.
 */
final class Connections extends IOHandler {
    private final Table tcp;
    private final Table tls;

    Connections(SIPTransactionStack stack) {
        super(stack);
        tcp = new Table(stack);
        tls = new Table(stack);
    }

    private static final class Table extends IOHandler {
        private Table(SIPTransactionStack stack) {
            super(stack);
        }

        private void put(String key, Socket socket) {
            putSocket(key, socket);
        }

        private boolean isOpen(String key) {
            Socket known = getSocket(key);
            return known != null && !known.isClosed();
        }

        private void removeClosed(String key) {
            Socket known = getSocket(key);
            if (known != null && known.isClosed()) {
                removeSocket(key);
            }
        }
    }

    /** Whether a connection to there is up, whoever opened it. */
    boolean isOpen(SipTransport transport, InetSocketAddress remote) {
        return (transport == SipTransport.TLS ? tls : tcp).isOpen(makeKey(remote.getAddress(), remote.getPort()));
    }

    @Override
    protected void putSocket(String key, Socket socket) {
        (socket instanceof SSLSocket ? tls : tcp).put(key, socket);
    }

    /** Of a connection that the stack has just closed. */
    @Override
    protected void removeSocket(String key) {
        tcp.removeClosed(key);
        tls.removeClosed(key);
    }

    @Override
    public Socket sendBytes(
            InetAddress from,
            InetAddress to,
            int port,
            String transport,
            byte[] bytes,
            boolean again,
            MessageChannel by)
            throws IOException {
        return (transport.equalsIgnoreCase("TLS") ? tls : tcp).sendBytes(from, to, port, transport, bytes, again, by);
    }

    @Override
    public void closeAll() {
        tcp.closeAll();
        tls.closeAll();
    }
}
