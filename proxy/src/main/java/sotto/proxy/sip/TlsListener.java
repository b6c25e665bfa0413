package sotto.proxy.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.sip.tls.TlsPeers;

/**
 * Accepts TLS for the stack, on its thread; the handshake is done where the stack reads. Says when one fails, of which the
 * stack says nothing.
 */
final class TlsListener extends SSLServerSocket {
    private volatile boolean accepting;
    private final SSLContext tls;
    private final Newcomers newcomers;
    private final TlsPeers peers;
    private final SourceGuard guard;
    private final SSLParameters parameters;

    TlsListener(SSLContext tls, InetSocketAddress address, Newcomers newcomers, TlsPeers peers, SourceGuard guard)
            throws IOException {
        super(address.getPort(), TcpListener.BACKLOG, address.getAddress());
        this.tls = tls;
        this.newcomers = newcomers;
        this.peers = peers;
        this.guard = guard;
        this.parameters = tls.getDefaultSSLParameters();
    }

    @Override
    public Socket accept() throws IOException {
        while (true) {
            try {
                Carrier carrier = new Carrier(newcomers);
                accept(carrier);
                if (TcpListener.isLetIn(guard, carrier)) {
                    newcomers.arrived("TLS", carrier);
                    SSLSocket secured = secure(carrier);
                    peers.opened(secured);
                    return secured;
                }
            } catch (SocketException e) {
                TcpListener.pauseUnlessClosed(this, e);
            }
        }
    }

    private void accept(Carrier carrier) throws IOException {
        accepting = true;
        try {
            implAccept(carrier);
        } finally {
            accepting = false;
        }
    }

    @Override
    public void close() throws IOException {
        super.close();
        TcpListener.awaitEnd(() -> accepting);
    }

    private SSLSocket secure(Carrier carrier) throws IOException {
        SSLSocket secured = (SSLSocket) tls.getSocketFactory()
                .createSocket(carrier, carrier.getInetAddress().getHostAddress(), carrier.getPort(), true);
        secured.setUseClientMode(false);
        secured.setSSLParameters(parameters);
        secured.addHandshakeCompletedListener(event -> carrier.secured.set(true));
        return secured;
    }

    /** What TLS runs on. It is closed with TLS, and so tells when that came to nothing. Thread-safe. */
    private static final class Carrier extends Socket {
        private final Newcomers newcomers;
        private final AtomicBoolean secured = new AtomicBoolean();

        private Carrier(Newcomers newcomers) {
            this.newcomers = newcomers;
        }

        @Override
        public void close() throws IOException {
            if (isConnected() && !secured.get()) {
                newcomers.refused(this);
            }
            super.close();
        }
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return parameters.getCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        parameters.setCipherSuites(suites);
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedSSLParameters().getCipherSuites();
    }

    @Override
    public String[] getSupportedProtocols() {
        return tls.getSupportedSSLParameters().getProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return parameters.getProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        parameters.setProtocols(protocols);
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        if (need || !parameters.getWantClientAuth()) { // each of them clears the other
            parameters.setNeedClientAuth(need);
        }
    }

    @Override
    public boolean getNeedClientAuth() {
        return parameters.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        if (want || !parameters.getNeedClientAuth()) {
            parameters.setWantClientAuth(want);
        }
    }

    @Override
    public boolean getWantClientAuth() {
        return parameters.getWantClientAuth();
    }

    @Override
    public void setUseClientMode(boolean clientMode) {
        if (clientMode) {
            throw new IllegalArgumentException("who accepts is the server");
        }
    }

    @Override
    public boolean getUseClientMode() {
        return false;
    }

    @Override
    public void setEnableSessionCreation(boolean enable) {
        if (!enable) {
            throw new IllegalArgumentException("each connection has a session of its own");
        }
    }

    @Override
    public boolean getEnableSessionCreation() {
        return true;
    }
}
