package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.pci.psp.Certificates;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.PeerSettings.Transport;
import sotto.proxy.config.Peering;
import sotto.proxy.config.SipSettings;

/** A carrier that reaches us over TLS, with SRTP on its leg: who may, who may not, and that it harms nobody else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TlsTrunkTest {
    private static final String KEY =
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

    @TempDir
    static Path directory;

    private Path ours;
    private Path carrier;
    private Path unknown;
    private Path somebody;
    private Rig rig;
    private RawPeer agents;

    enum Stranger {
        WITHOUT_CERTIFICATE,
        OF_AN_UNKNOWN_AUTHORITY,
        OF_A_NAME_THAT_NOBODY_CONFIGURED
    }

    @BeforeAll
    void makeCertificates() throws Exception {
        ours = Certificates.keyStore(directory, "ours", "ip:127.0.0.1");
        carrier = Certificates.keyStore(directory, "carrier", "ip:127.0.0.1");
        unknown = Certificates.keyStore(directory, "unknown", "ip:127.0.0.1");
        somebody = Certificates.keyStore(directory, "somebody", "dns:somebody.example");
        Files.writeString(directory.resolve("password"), Certificates.PASSWORD + "\n");
        Certificates.trustStore(directory, carrier, somebody);
    }

    @BeforeEach
    void start() throws IOException {
        Rig.Ports ports = Rig.freePorts();
        agents = new RawPeer(ports.sip());
        rig = rig(ports, true);
    }

    private Rig rig(Rig.Ports ports, boolean certificateRequired) throws IOException {
        SipSettings.Tls tls = new SipSettings.Tls(
                ports.tls(), ours, directory.resolve("password"), directory.resolve("trust.p12"), certificateRequired);
        PeerSettings trunk = new PeerSettings("carrier", "127.0.0.1", 5061, Transport.TLS, PeerSettings.Srtp.REQUIRE);
        PeerSettings pbx = Rig.peer("pbx", agents.port(), Transport.UDP);
        return new Rig(
                ports,
                new Rig.Options(Peering.of(trunk, pbx), Duration.ofSeconds(60), 10, Optional.of(tls)),
                Duration.ofMinutes(5));
    }

    @AfterEach
    void stop() {
        rig.close();
        agents.close();
    }

    private RawPeer connect(SSLContext client) throws IOException {
        return new RawPeer(
                "TLS", client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), rig.ports.tls()));
    }

    /** Up to the caller's ACK; the 200 that the caller got. */
    private String establish(RawPeer trunk, String name) {
        String offer = trunk.sdp("sendrecv").replace("RTP/AVP", "RTP/SAVP") + KEY + "\r\n";
        trunk.send(trunk.invite(name, "", offer));
        String invite = agents.await("INVITE ");
        assertThat(RawPeer.body(invite)).contains("RTP/AVP").doesNotContain("a=crypto");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        String ok = trunk.await("SIP/2.0 200");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        return ok;
    }

    @Test
    void carrierCallsAndHangsUp() throws Exception {
        try (RawPeer trunk = connect(Certificates.tls(Optional.of(carrier), ours))) {
            String ok = establish(trunk, "s1");
            assertThat(RawPeer.body(ok))
                    .containsPattern("m=audio \\d+ RTP/SAVP ")
                    .containsPattern("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:[A-Za-z0-9+/]{40}")
                    .doesNotContain(KEY);
            assertThat(RawPeer.header(ok, "Contact")).contains("transport=tls");
            assertThat(rig.calls.list()).singleElement().satisfies(call -> {
                assertThat(call.legs()).extracting(CallView.LegView::side).containsExactly("caller", "agent");
                assertThat(call.legs()).extracting(CallView.LegView::transport).containsExactly("tls", "udp");
                assertThat(call.legs())
                        .extracting(CallView.LegView::srtp)
                        .containsExactly("AES_CM_128_HMAC_SHA1_80", "none");
            });
            trunk.send(trunk.within(ok, "BYE", 2, ""));
            trunk.await("SIP/2.0 200", 2);
            agents.reply(agents.await("BYE "), "200 OK", "", "");
            rig.untilEmpty();
        }
    }

    /** RFC 5923: what we ask of the carrier goes over the connection that it opened. */
    @Test
    void agentHangsUp() throws Exception {
        try (RawPeer trunk = connect(Certificates.tls(Optional.of(carrier), ours))) {
            establish(trunk, "s2");
            agents.send(agents.within(agents.await("INVITE "), "callee", "BYE", 1, ""));
            agents.await("SIP/2.0 200");
            trunk.reply(trunk.await("BYE "), "200 OK", "", "");
            rig.untilEmpty();
        }
    }

    @Test
    void offerInClearIsRefused() throws Exception {
        try (RawPeer trunk = connect(Certificates.tls(Optional.of(carrier), ours))) {
            trunk.send(trunk.invite("s3", "", trunk.sdp("sendrecv")));
            trunk.await("SIP/2.0 488");
            Rig.until("told", () -> rig.told.refused.contains("srtp-required 488"));
            assertThat(agents.count("INVITE ")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Stranger.class)
    void strangerIsRefusedAndHarmsNoCall(Stranger kind) throws Exception {
        SSLContext client =
                switch (kind) {
                    case WITHOUT_CERTIFICATE -> Certificates.tls(Optional.empty(), ours);
                    case OF_AN_UNKNOWN_AUTHORITY -> Certificates.tls(Optional.of(unknown), ours);
                    case OF_A_NAME_THAT_NOBODY_CONFIGURED -> Certificates.tls(Optional.of(somebody), ours);
                };
        try (RawPeer trunk = connect(Certificates.tls(Optional.of(carrier), ours))) {
            String ok = establish(trunk, "s4");
            assertThat(answerTo(client)).isEmpty();
            Rig.until("told", () -> rig.told.refused.contains("tls-refused 0"));
            assertThat(rig.told.refused).containsOnly("tls-refused 0").hasSize(1);
            assertThat(rig.calls.list()).hasSize(1);
            trunk.send(trunk.within(ok, "BYE", 2, ""));
            trunk.await("SIP/2.0 200", 2);
            agents.reply(agents.await("BYE "), "200 OK", "", "");
            rig.untilEmpty();
        }
    }

    /** What comes back to an OPTIONS; TLS 1.3 refuses a client only after it has begun to speak (RFC 8446 §4.4.2.4). */
    private String answerTo(SSLContext client) throws IOException {
        try (Socket socket =
                client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), rig.ports.tls())) {
            socket.setSoTimeout(20_000);
            String options = agents.request("OPTIONS", "sip:127.0.0.1", "s5", "<sip:127.0.0.1>", 1, "", "");
            try {
                ((SSLSocket) socket).startHandshake();
                socket.getOutputStream().write(options.replace("/UDP", "/TLS").getBytes(UTF_8));
                return RawPeer.read(socket.getInputStream());
            } catch (java.net.SocketTimeoutException e) {
                throw new AssertionError("neither answered nor closed", e);
            } catch (IOException e) {
                return ""; // an alert, or the connection's end
            }
        }
    }

    @Test
    void certificateIsNotAskedForWhereNotRequired() throws Exception {
        rig.close();
        rig = rig(Rig.freePorts(), false);
        assertThat(answerTo(Certificates.tls(Optional.empty(), ours))).startsWith("SIP/2.0 200 ");
        assertThat(rig.told.refused).isEmpty();
    }
}
