package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.pci.psp.Certificates;
import sotto.proxy.config.PeerSettings.Transport;
import sotto.proxy.config.Peering;
import sotto.proxy.config.SipSettings;

/** The agents' side over TLS, with certificates made for the test: whom a call is placed to, and whom not. */
final class TlsCallTest {
    @TempDir
    static Path directory;

    private static Path ours;
    private static Path theirs;
    private static Path somebody;

    @BeforeAll
    static void makeCertificates() throws Exception {
        ours = Certificates.keyStore(directory, "ours", "ip:127.0.0.1");
        theirs = Certificates.keyStore(directory, "theirs", "ip:127.0.0.1");
        somebody = Certificates.keyStore(directory, "somebody", "dns:somebody.example");
    }

    @Test
    void calleeOfTheRightNameIsCalled() throws Exception {
        try (SSLServerSocket agents = server(theirs, ours);
                Rig rig = rig(agents.getLocalPort(), theirs);
                RawPeer trunk = new RawPeer(rig.ports.sip())) {
            trunk.send(trunk.invite("t1", "", trunk.sdp("sendrecv")));
            try (SSLSocket connection = (SSLSocket) agents.accept()) {
                String invite = RawPeer.read(connection.getInputStream());
                assertThat(invite)
                        .startsWith("INVITE sip:agent@127.0.0.1:" + agents.getLocalPort() + ";transport=tls")
                        .contains("SIP/2.0/TLS 127.0.0.1:" + rig.ports.tls());
                assertThat(connection.getSession().getProtocol()).isEqualTo("TLSv1.3");
                String busy = RawPeer.response(invite, "486 Busy Here", "x", "<sip:agent@127.0.0.1>", "");
                connection.getOutputStream().write(busy.getBytes(UTF_8));
                trunk.await("SIP/2.0 486");
                assertThat(RawPeer.read(connection.getInputStream())).startsWith("ACK ");
            }
            rig.untilEmpty();
        }
    }

    /** RFC 3261 §8.1.1.8, §26.2.2: a sips URI stays one. */
    @Test
    void whatIsSipsGoesOnAsSips() throws Exception {
        try (SSLServerSocket agents = server(theirs, ours);
                Rig rig = rig(agents.getLocalPort(), theirs);
                RawPeer trunk = new RawPeer(rig.ports.sip())) {
            trunk.send(trunk.invite("t3", "", trunk.sdp("sendrecv")).replace("INVITE sip:", "INVITE sips:"));
            try (SSLSocket connection = (SSLSocket) agents.accept()) {
                String invite = RawPeer.read(connection.getInputStream());
                assertThat(invite).startsWith("INVITE sips:agent@127.0.0.1:" + agents.getLocalPort() + " SIP/2.0");
                assertThat(RawPeer.header(invite, "To")).isEqualTo("<sips:agent@127.0.0.1>");
                assertThat(RawPeer.header(invite, "Contact")).isEqualTo("<sips:127.0.0.1:" + rig.ports.tls() + ">");
                String busy = RawPeer.response(invite, "486 Busy Here", "x", "<sips:agent@127.0.0.1>", "");
                connection.getOutputStream().write(busy.getBytes(UTF_8));
                trunk.await("SIP/2.0 486");
                assertThat(RawPeer.read(connection.getInputStream())).startsWith("ACK sips:");
            }
            rig.untilEmpty();
        }
    }

    @Test
    void whatIsSipsDoesNotGoOnWithoutTls() throws Exception {
        Rig.Ports ports = Rig.freePorts();
        try (RawPeer trunk = new RawPeer(ports.sip());
                RawPeer agents = new RawPeer(ports.sip());
                Rig rig = new Rig(ports, Rig.Options.udp(trunk.port(), agents.port()), Duration.ofMinutes(5))) {
            trunk.send(trunk.invite("t4", "", trunk.sdp("sendrecv")).replace("INVITE sip:", "INVITE sips:"));
            assertThat(RawPeer.header(trunk.await("SIP/2.0 480"), "Warning")).startsWith("380 ");
            assertThat(agents.count("INVITE ")).isZero();
            rig.untilEmpty();
        }
    }

    @Test
    void calleeOfAnotherNameIsNot() throws Exception {
        refused(somebody, somebody);
    }

    @Test
    void calleeWithoutTrustIsNot() throws Exception {
        refused(theirs, somebody);
    }

    private static void refused(Path keys, Path trusted) throws Exception {
        try (SSLServerSocket agents = server(keys, ours);
                Rig rig = rig(agents.getLocalPort(), trusted);
                RawPeer trunk = new RawPeer(rig.ports.sip())) {
            trunk.send(trunk.invite("t2", "", trunk.sdp("sendrecv")));
            try (SSLSocket connection = (SSLSocket) agents.accept()) {
                assertThat(readOrNothing(connection)).isEmpty();
            }
            trunk.await("SIP/2.0 503");
            Rig.until("told", () -> rig.told.refused.contains("peer-unreachable 503"));
            rig.untilEmpty();
        }
    }

    private static String readOrNothing(SSLSocket connection) throws IOException {
        try {
            return RawPeer.read(connection.getInputStream());
        } catch (SSLException | SocketException e) {
            return "";
        }
    }

    private static Rig rig(int agentsPort, Path trusted) throws Exception {
        Path password = Files.writeString(directory.resolve("password"), Certificates.PASSWORD + "\n");
        Rig.Options udp = Rig.Options.udp(5060, agentsPort);
        Rig.Ports ports = Rig.freePorts();
        SipSettings.Tls tls =
                new SipSettings.Tls(ports.tls(), ours, password, Certificates.trustStore(directory, trusted), false);
        return new Rig(
                ports,
                new Rig.Options(
                        Peering.of(udp.peering().trunks().getFirst(), Rig.peer("pbx", agentsPort, Transport.TLS)),
                        Duration.ofSeconds(60),
                        10,
                        Optional.of(tls)),
                Duration.ofMinutes(5));
    }

    private static SSLServerSocket server(Path keys, Path trusted) throws IOException, GeneralSecurityException {
        SSLContext context = Certificates.tls(Optional.of(keys), trusted);
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        server.setSoTimeout(10_000);
        return server;
    }
}
