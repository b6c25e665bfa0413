package sotto.proxy.sip;

import gov.nist.core.net.NetworkLayer;
import gov.nist.javax.sip.SipStackImpl;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import sotto.proxy.config.SipSettings;
import sotto.proxy.guard.GuardedSocket;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.sip.tls.PeerCertificates;
import sotto.proxy.sip.tls.TlsPeers;
import sotto.proxy.sip.tls.TlsStores;

/** Makes the stack's sockets: TLS with our own key and trust stores, listeners that do not wait for ever. Thread-safe. */
final class SipSockets implements NetworkLayer {
    private static final int CONNECT_TIMEOUT_MS = 4000;

    private final Optional<SSLContext> tls;
    private final Newcomers newcomers;
    private final TlsPeers tlsPeers;
    private final SourceGuard guard;

    private SipSockets(Optional<SSLContext> tls, ScreenedStack stack) {
        this.tls = tls;
        this.newcomers = stack.newcomers();
        this.tlsPeers = stack.tlsPeers();
        this.guard = stack.guard();
    }

    /** Sockets for a stack with TLS, or without. */
    static SipSockets of(Optional<SipSettings.Tls> settings, Set<String> names, ScreenedStack stack)
            throws IOException {
        return new SipSockets(settings.isPresent() ? Optional.of(tls(settings.get(), names)) : Optional.empty(), stack);
    }

    private static SSLContext tls(SipSettings.Tls settings, Set<String> names) throws IOException {
        TlsStores stores = TlsStores.open(settings);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager[] peers = {new PeerCertificates(stores.chains(), names)};
            context.init(stores.keys().getKeyManagers(), peers, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw TlsStores.unusable(settings, e);
        }
    }

    private SSLContext tls() {
        return tls.orElseThrow(() -> new IllegalStateException("TLS is not configured"));
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress bindAddress) throws IOException {
        return new TcpListener(port, bindAddress, newcomers, guard);
    }

    @Override
    public SSLServerSocket createSSLServerSocket(int port, int backlog, InetAddress bindAddress) throws IOException {
        return new TlsListener(tls(), new InetSocketAddress(bindAddress, port), newcomers, tlsPeers, guard);
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
        return connected(new Socket(), address, port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress) throws IOException {
        return createSocket(address, port, localAddress, 0);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress myAddress, int myPort) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(myAddress, myPort));
        return connected(socket, address, port);
    }

    @Override
    public SSLSocket createSSLSocket(InetAddress address, int port) throws IOException {
        return secured((SSLSocket) tls().getSocketFactory().createSocket(), address, port);
    }

    @Override
    public SSLSocket createSSLSocket(InetAddress address, int port, InetAddress localAddress) throws IOException {
        SSLSocket socket = (SSLSocket) tls().getSocketFactory().createSocket();
        socket.bind(new InetSocketAddress(localAddress, 0));
        return secured(socket, address, port);
    }

    private SSLSocket secured(SSLSocket socket, InetAddress address, int port) throws IOException {
        connected(socket, address, port);
        tlsPeers.opened(socket);
        return socket;
    }

    private static <S extends Socket> S connected(S socket, InetAddress address, int port) throws IOException {
        try {
            socket.connect(new InetSocketAddress(address, port), CONNECT_TIMEOUT_MS);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    @Override
    public DatagramSocket createDatagramSocket() throws SocketException {
        return new DatagramSocket();
    }

    @Override
    public DatagramSocket createDatagramSocket(int port, InetAddress address) throws SocketException {
        return new GuardedSocket(port, address, guard);
    }

    @Override
    public void setSipStack(SipStackImpl stack) {}
}
