package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.CallMedia;
import sotto.media.MaskRefused;
import sotto.media.Masking;
import sotto.media.packet.Verdict;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerPolicy.Rules;
import sotto.proxy.sdp.CodecPolicy;

/**
 * Fax between two gateways (ITU-T T.38 Annex D): audio first, T.38 by re-INVITE of whoever hears the fax, audio again.
 *
 * <pre>
 *  trunk                     us                      agents
 *    | audio <---------------------------------------> |
 *    |                       | <- INVITE, image ------ |   the machine behind it answered
 *    | <- INVITE, image ---- |                         |   our address and port
 *    | 200, image ---------> | 200, image -----------> |
 *    | UDPTL <---------------------------------------> |
 *    | INVITE, audio ------> | ----------------------> |   or BYE
 *
 *  what comes instead                 the audio
 *  488 of the other side              goes on; 488 crosses
 *  a policy that refuses              goes on; 488, and the other side hears of nothing
 *  secure-pay is on                   goes on, masked; 488
 *  arming while there is fax          -; refused, and so while it is agreed on
 * </pre>
 */
final class FaxTest {
    private static final PeerPolicy PASS = new PeerPolicy(
            false, Rules.NONE, Rules.NONE, new CodecPolicy(List.of(), CodecPolicy.ANY.allowed(), true, true));
    private static final String ATTRIBUTES =
            """
            a=T38FaxVersion:0
            a=T38MaxBitRate:14400
            a=T38FaxRateManagement:transferredTCF
            a=T38FaxMaxBuffer:262
            a=T38FaxMaxDatagram:176
            a=T38FaxUdpEC:t38UDPRedundancy
            """
                    .replace("\n", "\r\n");

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private final DatagramSocket machine = Rtp.socket(); // of the trunk
    private final DatagramSocket server = Rtp.socket(); // of the agents
    private Rig rig = rig(PASS, PASS);
    private String invite = "";
    private String ok = "";

    FaxTest() throws IOException {}

    private Rig rig(PeerPolicy ofTrunk, PeerPolicy ofAgents) throws IOException {
        return Rig.between(ports, trunk, ofTrunk, agents, ofAgents);
    }

    @AfterEach
    void stop() {
        rig.close();
        trunk.close();
        agents.close();
        machine.close();
        server.close();
    }

    private static String image(DatagramSocket at) {
        return "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=image " + at.getLocalPort()
                + " udptl t38\r\n" + ATTRIBUTES;
    }

    private void talk(String name) throws IOException {
        trunk.send(trunk.invite(name, "", Rtp.sdp(trunk, machine)));
        invite = agents.await("INVITE ");
        agents.reply(invite, "200 OK", "callee", Rtp.sdp(agents, server));
        ok = trunk.await("SIP/2.0 200");
        agents.await("ACK ");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        trunk.send(trunk.within(ok, "OPTIONS", 2, "")); // its 200 says that the ACK was heard
        trunk.await("SIP/2.0 200", 2);
        audio(ok, invite);
    }

    private void audio(String toTrunk, String toAgents) throws IOException {
        Rtp.drain(machine);
        Rtp.drain(server);
        assertThat(Rtp.heard(machine, toTrunk, server)).isTrue();
        assertThat(Rtp.heard(server, toAgents, machine)).isTrue();
    }

    /** The agents' gateway heard a fax: it offers T.38, and the trunk's takes it. */
    private String fax() throws IOException {
        agents.send(agents.within(invite, "callee", "INVITE", 2, image(server)));
        String across = trunk.await("INVITE ");
        assertThat(RawPeer.body(across))
                .contains("m=image " + audioPort(ok) + " udptl t38\r\n", ATTRIBUTES)
                .doesNotContain("m=audio", " " + server.getLocalPort() + " ");
        trunk.reply(across, "200 OK", "", image(machine));
        String answer = agents.await("SIP/2.0 200");
        assertThat(RawPeer.body(answer))
                .contains("m=image " + audioPort(invite) + " udptl t38\r\n", ATTRIBUTES)
                .doesNotContain("m=audio", " " + machine.getLocalPort() + " ");
        agents.send(agents.within(invite, "callee", "ACK", 2, ""));
        trunk.await("ACK ");
        carries();
        return across;
    }

    private static int audioPort(String message) {
        Matcher port = Pattern.compile("m=audio (\\d+)").matcher(message);
        assertThat(port.find()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    private static byte[] udptl(int sequence) {
        return new byte[] {(byte) (sequence >> 8), (byte) sequence, 3, 1, 2, 3, 0, 0};
    }

    private static void send(DatagramSocket from, int port, int sequence) throws IOException {
        byte[] packet = udptl(sequence);
        from.send(new DatagramPacket(packet, packet.length, InetAddress.getLoopbackAddress(), port));
    }

    private static void hears(DatagramSocket at, int sequence) throws IOException {
        DatagramPacket came = new DatagramPacket(new byte[1500], 1500);
        at.setSoTimeout(20_000);
        do {
            at.receive(came); // audio that was under way may come first
        } while (came.getLength() > 100);
        at.setSoTimeout(200);
        assertThat(Arrays.copyOf(came.getData(), came.getLength())).isEqualTo(udptl(sequence));
    }

    private void carries() throws IOException {
        Rtp.drain(machine);
        Rtp.drain(server);
        for (int sequence : new int[] {0, 1, 0x8000, 0x80C8, 0xFFFF}) {
            send(machine, audioPort(ok), sequence);
            hears(server, sequence);
            send(server, audioPort(invite), sequence);
            hears(machine, sequence);
        }
    }

    private CallMedia media() {
        return rig.calls.media(rig.calls.list().getFirst().id()).orElseThrow();
    }

    private List<String> codecs() {
        return rig.calls.list().getFirst().legs().stream()
                .map(CallView.LegView::codec)
                .toList();
    }

    private void hangUp(int cseq) {
        trunk.send(trunk.within(ok, "BYE", cseq, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void thereAndBackAgain() throws IOException {
        talk("f1");
        assertThat(codecs()).containsExactly("PCMA", "PCMA");
        fax();
        assertThat(codecs()).containsExactly("t38", "t38");

        trunk.send(trunk.within(ok, "INVITE", 3, Rtp.sdp(trunk, machine)));
        String back = agents.await("INVITE ", 2);
        assertThat(RawPeer.body(back)).contains("m=audio " + audioPort(invite) + " RTP/AVP 8 101");
        agents.reply(back, "200 OK", "", Rtp.sdp(agents, server));
        String answer = trunk.awaitWith("SIP/2.0 200", "CSeq: 3 INVITE");
        assertThat(RawPeer.body(answer)).contains("m=audio " + audioPort(ok) + " RTP/AVP 8 101");
        trunk.send(trunk.within(ok, "ACK", 3, ""));
        agents.await("ACK ", 2);
        audio(answer, back);
        media(); // and secure-pay may be had again
        assertThat(rig.media.counters().packets(Verdict.UDPTL_FORWARDED)).isEqualTo(10);
        try (Masking masking = masked()) {
            assertThat(masking.sinks()).isNotEmpty();
        }
        hangUp(4);
        assertThat(rig.told.ended).singleElement().satisfies(end -> assertThat(
                        end.call().legs())
                .extracting(CallView.LegView::codec)
                .containsExactly("t38", "t38"));
    }

    private Masking masked() {
        try {
            return media().mask();
        } catch (MaskRefused e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoHangsUpInAFaxLeavesNothing() throws IOException {
        talk("f2");
        fax();
        hangUp(3);
        assertThat(rig.media.faults()).isZero();
    }

    @Test
    void theOthersNoIsNoAndTheAudioGoesOn() throws IOException {
        talk("f3");
        agents.send(agents.within(invite, "callee", "INVITE", 2, image(server)));
        String across = trunk.await("INVITE ");
        assertThatExceptionOfType(MaskRefused.class) // while it is agreed on
                .isThrownBy(() -> media().mask())
                .withMessageContaining("T.38");
        trunk.reply(across, "488 Not Acceptable Here", "", "");
        String no = agents.await("SIP/2.0 488");
        agents.send(ackOf(no));
        audio(ok, invite);
        assertThat(codecs()).containsExactly("PCMA", "PCMA");
        Rig.until("secure-pay may be had again", () -> {
            try (Masking masking = media().mask()) {
                return !masking.sinks().isEmpty();
            } catch (MaskRefused e) {
                return false;
            }
        });
        hangUp(3);
    }

    private static String ackOf(String no) {
        return new String(RawPeer.ack(no), java.nio.charset.StandardCharsets.UTF_8);
    }

    @ParameterizedTest(name = "of the trunk {0}, of the agents {1}: {2}")
    @CsvSource({"PASS, REFUSE, t38-refused", "REFUSE, PASS, no-audio", "REFUSE, REFUSE, no-audio"})
    void bothPoliciesMustLetItPass(PeerPolicy.Fax ofTrunk, PeerPolicy.Fax ofAgents, String cause) throws IOException {
        rig.close();
        rig = rig(
                ofTrunk == PeerPolicy.Fax.PASS ? PASS : PeerPolicy.USUAL,
                ofAgents == PeerPolicy.Fax.PASS ? PASS : PeerPolicy.USUAL);
        talk("f4");
        trunk.send(trunk.within(ok, "INVITE", 3, image(machine)));
        assertThat(trunk.await("SIP/2.0 488")).contains("Warning: 304 sotto ");
        trunk.send(ackOf(trunk.await("SIP/2.0 488")));
        assertThat(agents.count("INVITE ")).isEqualTo(1);
        assertThat(rig.told.refused).containsExactly(cause + " 488");
        audio(ok, invite);
        masked().close();
        hangUp(4);
    }

    @Test
    void nothingTurnsToFaxWhileSecurePayIsOn() throws IOException {
        talk("f5");
        try (Masking masking = masked()) {
            agents.send(agents.within(invite, "callee", "INVITE", 2, image(server)));
            String no = agents.await("SIP/2.0 488");
            assertThat(no).contains("Warning: 399 sotto ", "secure-pay");
            agents.send(ackOf(no));
            assertThat(trunk.count("INVITE ")).isZero();
            assertThat(rig.told.refused).containsExactly("secure-pay 488");
            send(machine, audioPort(ok), 1);
            Rig.until("it is no fax", () -> rig.media.counters().packets(Verdict.NOT_RTP) == 1);
            assertThat(masking.sinks()).contains("agent-leg");
        }
        hangUp(3);
    }

    @Test
    void secureItIsNotSoAFaxCannotBeMasked() throws IOException {
        talk("f6");
        fax();
        assertThatExceptionOfType(MaskRefused.class)
                .isThrownBy(() -> media().mask())
                .withMessageContaining("T.38");
        carries();
        hangUp(3);
    }

    /** A machine called: its gateway knows from the number, and offers nothing else. */
    @Test
    void aCallMayBeginWithIt() throws IOException {
        trunk.send(trunk.invite("f7", "", image(machine)));
        invite = agents.await("INVITE ");
        assertThat(RawPeer.body(invite)).contains(" udptl t38\r\n", ATTRIBUTES);
        agents.reply(invite, "200 OK", "callee", image(server));
        ok = trunk.await("SIP/2.0 200");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        assertThatExceptionOfType(MaskRefused.class)
                .isThrownBy(() -> media().mask())
                .withMessageContaining("T.38");
        send(machine, imagePort(ok), 7);
        hears(server, 7);
        assertThat(codecs()).containsExactly("t38", "t38");
        hangUp(2);
    }

    private static int imagePort(String message) {
        Matcher port = Pattern.compile("m=image (\\d+)").matcher(message);
        assertThat(port.find()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    @Test
    void anOfferThatWasAskedForMayBeOne() throws IOException {
        talk("f8");
        fax();
        trunk.send(trunk.within(ok, "INVITE", 3, "")); // as a refresh of the session, without SDP
        String across = agents.await("INVITE ", 2);
        agents.reply(across, "200 OK", "", image(server));
        String offer = trunk.awaitWith("SIP/2.0 200", "CSeq: 3 INVITE");
        assertThat(RawPeer.body(offer)).contains(" udptl t38");
        trunk.send(trunk.within(ok, "ACK", 3, image(machine)));
        agents.await("ACK ", 2);
        carries();
        hangUp(4);
    }

    @Test
    void whatIsNoAnswerToItEndsTheCall() throws IOException {
        talk("f9");
        agents.send(agents.within(invite, "callee", "INVITE", 2, image(server)));
        trunk.reply(trunk.await("INVITE "), "200 OK", "", Rtp.sdp(trunk, machine));
        agents.send(ackOf(agents.await("SIP/2.0 488")));
        trunk.await("ACK ");
        trunk.reply(trunk.await("BYE "), "200 OK", "", "");
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void nobodyElseIsHeard() throws IOException {
        talk("f10");
        fax();
        try (DatagramSocket stranger = Rtp.socket()) {
            long before = rig.media.counters().packets(Verdict.SOURCE_STRANGER);
            stranger.send(new DatagramPacket(
                    udptl(9), 8, new InetSocketAddress(InetAddress.getLoopbackAddress(), audioPort(ok))));
            Rig.until(
                    "a stranger, or not heard at all",
                    () -> rig.media.counters().packets(Verdict.SOURCE_STRANGER) > before);
        }
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> server.receive(new DatagramPacket(new byte[1500], 1500)));
        hangUp(3);
    }
}
