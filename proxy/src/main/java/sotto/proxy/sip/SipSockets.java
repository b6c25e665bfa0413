package sotto.proxy.sip;

import gov.nist.core.net.NetworkLayer;
import gov.nist.javax.sip.SipStackImpl;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import sotto.proxy.config.SipSettings;
import sotto.proxy.guard.GuardedSocket;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.sip.tls.PeerCertificates;
import sotto.proxy.sip.tls.TlsPeers;

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
        char[] password = password(settings.passwordFile());
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store(settings.keyStore(), password), password);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store(settings.trustStore(), password));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[] {peers(trust, names)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "sip.tls: " + settings.keyStore() + " or " + settings.trustStore()
                            + " cannot be used; both are PKCS #12 and open with the first line of "
                            + settings.passwordFile(),
                    e);
        } finally {
            Arrays.fill(password, ' ');
        }
    }

    private SSLContext tls() {
        return tls.orElseThrow(() -> new IllegalStateException("TLS is not configured"));
    }

    private static PeerCertificates peers(TrustManagerFactory trust, Set<String> names)
            throws GeneralSecurityException {
        for (TrustManager candidate : trust.getTrustManagers()) {
            if (candidate instanceof X509ExtendedTrustManager chains) {
                return new PeerCertificates(chains, names);
            }
        }
        throw new GeneralSecurityException("no trust manager for X.509");
    }

    private static char[] password(Path file) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.findFirst().orElse("").strip().toCharArray();
        }
    }

    private static KeyStore store(Path file, char[] password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password);
        }
        return store;
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
