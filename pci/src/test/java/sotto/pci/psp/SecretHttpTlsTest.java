package sotto.pci.psp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretHttpTlsTest {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9c40\r\n"
            + "y".repeat(40_000) + "\r\n0\r\n\r\n"; // more than two records
    private static final Duration PATIENT = Duration.ofSeconds(20);

    private static SSLContext local;
    private static SSLContext elsewhere;

    @BeforeAll
    static void makeKeys(@TempDir Path directory) throws Exception {
        local = Certificates.tls(Certificates.keyStore(directory, "dns:localhost"));
        elsewhere = Certificates.tls(Certificates.keyStore(directory, "dns:elsewhere.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void speaksTls(String version) throws Exception {
        try (RawPeer peer = RawPeer.over(new Sockets(local, version), ANSWER)) {
            SecretBody body = new SecretBody().text("x".repeat(50_000));
            assertThat(send(new SecretHttp(local), peer, body))
                    .isInstanceOfSatisfying(Exchange.Answered.class, answer -> assertThat(answer.body())
                            .hasSize(40_000));
            assertThat(peer.requests()).singleElement().asString().endsWith("\r\n\r\n" + "x".repeat(50_000));
        }
    }

    @Test
    void sendsNothingToAnotherName() throws Exception {
        try (RawPeer peer = RawPeer.over(new Sockets(elsewhere, "TLSv1.3"), ANSWER)) {
            assertThat(send(new SecretHttp(elsewhere), peer, new SecretBody().text("x")))
                    .isInstanceOfSatisfying(Exchange.NeverSent.class, never -> assertThat(never.reason())
                            .startsWith("TLS: ")
                            .contains("localhost"));
            assertThat(peer.requests()).isEmpty();
        }
    }

    @Test
    void sendsNothingToWhomItDoesNotTrust() throws Exception {
        try (RawPeer peer = RawPeer.over(new Sockets(local, "TLSv1.3"), ANSWER)) {
            assertThat(send(SecretHttp.withDefaultTrust(), peer, new SecretBody().text("x")))
                    .isInstanceOf(Exchange.NeverSent.class);
            assertThat(peer.requests()).isEmpty();
        }
    }

    @Test
    void sendsNothingToWhomDoesNotSpeakTls() throws Exception {
        try (RawPeer peer = RawPeer.answering(ANSWER)) {
            assertThat(send(new SecretHttp(local), peer, new SecretBody().text("x"), Duration.ofMillis(300)))
                    .isInstanceOf(Exchange.NeverSent.class);
        }
    }

    private static Exchange send(SecretHttp http, RawPeer peer, SecretBody body) {
        return send(http, peer, body, PATIENT);
    }

    private static Exchange send(SecretHttp http, RawPeer peer, SecretBody body, Duration timeout) {
        return http.send(
                new SecretRequest("POST", peer.uri("https://localhost", "/"), Map.of(), Optional.of(body)), timeout);
    }

    private static final class Sockets extends ServerSocketFactory {
        private final SSLContext context;
        private final String version;

        Sockets(SSLContext context, String version) {
            this.context = context;
            this.version = version;
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
            SSLServerSocket socket =
                    (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port, backlog, address);
            socket.setEnabledProtocols(new String[] {version});
            return socket;
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) throws IOException {
            return createServerSocket(port, backlog, InetAddress.getLoopbackAddress());
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return createServerSocket(port, 5);
        }
    }
}
