package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;

/** A PBX that is to have SRTP where it can: one that can, and one that cannot. */
final class PreferredSrtpTest {
    private static final String CRYPTO =
            "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n"; // RFC 4568 §6.1

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private final DatagramSocket trunkAudio = Rtp.socket();
    private final DatagramSocket agentsAudio = Rtp.socket();
    private final Rig rig = new Rig(
            ports,
            new Rig.Options(
                    Peering.of(
                            Rig.peer("carrier", trunk.port(), PeerSettings.Transport.UDP),
                            new PeerSettings(
                                    "pbx",
                                    "127.0.0.1",
                                    agents.port(),
                                    PeerSettings.Transport.UDP,
                                    PeerSettings.Srtp.PREFER)),
                    Duration.ofSeconds(60),
                    100,
                    Optional.empty()),
            Duration.ofMinutes(5));

    PreferredSrtpTest() throws IOException {}

    @AfterEach
    void stop() {
        rig.close();
        trunk.close();
        agents.close();
        trunkAudio.close();
        agentsAudio.close();
    }

    private String called() {
        trunk.send(trunk.invite("prefer", "", Rtp.sdp(trunk, trunkAudio)));
        String invite = agents.await("INVITE ");
        assertThat(RawPeer.body(invite)).contains(" RTP/SAVP 8 101\r\n", "a=crypto:1 ", "a=crypto:2 ");
        return invite;
    }

    private CallView.LegView agentsLeg() {
        return rig.calls.list().getFirst().legs().getLast();
    }

    @ParameterizedTest
    @ValueSource(strings = {"488 Not Acceptable Here", "415 Unsupported Media Type", "606 Not Acceptable"})
    void whoRefusesSrtpIsCalledAgainInTheClear(String status) throws IOException {
        String first = called();
        agents.reply(first, status, "refused", "");
        agents.await("ACK ");
        String second = agents.await("INVITE ", 2);
        assertThat(RawPeer.body(second)).contains(" RTP/AVP 8 101\r\n").doesNotContain("crypto");
        assertThat(RawPeer.header(second, "Call-ID")).isEqualTo(RawPeer.header(first, "Call-ID"));
        assertThat(RawPeer.header(second, "From")).isEqualTo(RawPeer.header(first, "From"));
        assertThat(RawPeer.header(second, "CSeq")).isEqualTo("2 INVITE");
        assertThat(RawPeer.header(second, "To")).doesNotContain("tag=");
        agents.reply(second, "200 OK", "callee", Rtp.sdp(agents, agentsAudio));
        String ok = trunk.await("SIP/2.0 200");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        agents.await("ACK ", 2);
        assertThat(agentsLeg().keying()).isEqualTo("none"); // attested in API and metrics
        assertThat(Rtp.heard(trunkAudio, RawPeer.body(ok), agentsAudio)).isTrue();

        agents.send(agents.within(
                second, "callee", "INVITE", 1, Rtp.sdp(agents, agentsAudio).replace("AVP", "SAVP") + CRYPTO));
        assertThat(agents.await("SIP/2.0 488")).contains("Warning: 302"); // a call goes on as it began
    }

    @Test
    void whoTakesItHasIt() {
        String invite = called();
        agents.reply(invite, "200 OK", "callee", Rtp.sdp(agents, agentsAudio).replace("RTP/AVP", "RTP/SAVP") + CRYPTO);
        trunk.send(trunk.within(trunk.await("SIP/2.0 200"), "ACK", 1, ""));
        agents.await("ACK ");
        assertThat(agentsLeg().srtp()).isEqualTo("AES_CM_128_HMAC_SHA1_80");
        assertThat(agentsLeg().keying()).isEqualTo("sdes");

        agents.send(agents.within(invite, "callee", "INVITE", 1, Rtp.sdp(agents, agentsAudio)));
        assertThat(agents.await("SIP/2.0 488")).contains("Warning: 302"); // never from SRTP to the clear
    }

    @Test
    void whoRefusesBothIsRefused() {
        agents.reply(called(), "488 Not Acceptable Here", "one", "");
        agents.reply(agents.await("INVITE ", 2), "488 Not Acceptable Here", "two", "");
        trunk.await("SIP/2.0 488");
        rig.untilEmpty();
        assertThat(agents.count("INVITE ")).isEqualTo(2);
    }

    @Test
    void busyIsBusy() {
        agents.reply(called(), "486 Busy Here", "busy", "");
        trunk.await("SIP/2.0 486");
        rig.untilEmpty();
        assertThat(agents.count("INVITE ")).isOne();
    }

    @Test
    void ofBothOffersTheEncryptedOneIsTaken() {
        String plain = Rtp.sdp(agents, agentsAudio);
        String encrypted = plain.substring(plain.indexOf("m=")).replace("RTP/AVP", "RTP/SAVP") + CRYPTO;
        for (String offer : List.of(plain + encrypted, plain.substring(0, plain.indexOf("m=")) + encrypted)) {
            agents.send(agents.invite("out" + offer.length(), "", offer));
        }
        for (int i = 1; i <= 2; i++) {
            trunk.reply(trunk.await("INVITE ", i), "200 OK", "callee" + i, trunk.sdp("sendrecv"));
            String body = RawPeer.body(agents.await("SIP/2.0 200", i));
            assertThat(body).contains(" RTP/SAVP 8 101\r\n", "a=crypto:2 AES_CM_128_HMAC_SHA1_80 ");
        }
    }
}
