package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.config.PeerSettings.Transport;
import sotto.proxy.config.Peering;
import sotto.proxy.config.SipSettings;

/** The agents' side over TLS, with certificates made for the test: whom a call is placed to, and whom not. */
final class TlsCallTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    Path directory;

    @Test
    void calleeOfTheRightNameIsCalled() throws Exception {
        Path ours = keyStore("ours", "ip:127.0.0.1");
        Path theirs = keyStore("theirs", "ip:127.0.0.1");
        try (SSLServerSocket agents = server(theirs, ours);
                Rig rig = rig(agents.getLocalPort(), ours, theirs);
                RawPeer trunk = new RawPeer(rig.ports.sip())) {
            trunk.send(trunk.invite("t1", "", trunk.sdp("sendrecv")));
            try (SSLSocket connection = (SSLSocket) agents.accept()) {
                String invite = read(connection.getInputStream());
                assertThat(invite)
                        .startsWith("INVITE sip:agent@127.0.0.1:" + agents.getLocalPort() + ";transport=tls")
                        .contains("SIP/2.0/TLS 127.0.0.1:" + rig.ports.tls());
                assertThat(connection.getSession().getProtocol()).isEqualTo("TLSv1.3");
                String busy = RawPeer.response(invite, "486 Busy Here", "x", "<sip:agent@127.0.0.1>", "");
                connection.getOutputStream().write(busy.getBytes(UTF_8));
                trunk.await("SIP/2.0 486");
                assertThat(read(connection.getInputStream())).startsWith("ACK ");
            }
            rig.untilEmpty();
        }
    }

    @Test
    void calleeOfAnotherNameIsNot() throws Exception {
        Path ours = keyStore("ours", "ip:127.0.0.1");
        Path theirs = keyStore("theirs", "dns:somebody.example");
        refused(ours, theirs, theirs);
    }

    @Test
    void calleeWithoutTrustIsNot() throws Exception {
        Path ours = keyStore("ours", "ip:127.0.0.1");
        Path theirs = keyStore("theirs", "ip:127.0.0.1");
        refused(ours, theirs, keyStore("others", "ip:127.0.0.1"));
    }

    private void refused(Path ours, Path theirs, Path trusted) throws Exception {
        try (SSLServerSocket agents = server(theirs, ours);
                Rig rig = rig(agents.getLocalPort(), ours, trusted);
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
            return read(connection.getInputStream());
        } catch (SSLException | SocketException e) {
            return "";
        }
    }

    private Rig rig(int agentsPort, Path ours, Path trusted) throws Exception {
        Path password = Files.writeString(directory.resolve("password"), PASSWORD + "\n");
        Rig.Options udp = Rig.Options.udp(5060, agentsPort);
        Rig.Ports ports = Rig.freePorts();
        SipSettings.Tls tls = new SipSettings.Tls(ports.tls(), ours, password, trustStore(trusted), false);
        return new Rig(
                ports,
                new Rig.Options(
                        Peering.of(udp.peering().trunks().getFirst(), Rig.peer("pbx", agentsPort, Transport.TLS)),
                        Duration.ofSeconds(60),
                        10,
                        Optional.of(tls)),
                Duration.ofMinutes(5));
    }

    private Path keyStore(String name, String names) throws IOException, InterruptedException {
        Path store = directory.resolve(name + ".p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        String[] command = {
            keytool.toString(),
            "-genkeypair",
            "-alias",
            "peer",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=127.0.0.1",
            "-ext",
            "san=" + names,
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD,
            "-keystore",
            store.toString()
        };
        Path output = directory.resolve(name + ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("keytool: " + Files.readString(output));
        }
        return store;
    }

    private static KeyStore open(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static KeyStore trusting(Path store) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("peer", open(store).getCertificate("peer"));
        return trusted;
    }

    private Path trustStore(Path of) throws IOException, GeneralSecurityException {
        Path store = directory.resolve("trust.p12");
        try (var out = Files.newOutputStream(store)) {
            trusting(of).store(out, PASSWORD.toCharArray());
        }
        return store;
    }

    private static SSLServerSocket server(Path keys, Path trusted) throws IOException, GeneralSecurityException {
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(open(keys), PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusting(trusted));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        server.setSoTimeout(10_000);
        return server;
    }

    /** One message: headers, then as many octets as they announce. */
    private static String read(InputStream in) throws IOException {
        StringBuilder message = new StringBuilder();
        while (message.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                return message.toString();
            }
            message.append((char) octet);
        }
        int length = Integer.parseInt(RawPeer.header(message.toString(), "Content-Length"));
        return message + new String(in.readNBytes(length), UTF_8);
    }
}
