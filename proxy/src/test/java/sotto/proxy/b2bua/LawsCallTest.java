package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerPolicy.Rules;
import sotto.proxy.sdp.CodecPolicy;

/** A trunk of A law and a PBX of µ law: offer, answer, re-INVITE, and a tone both ways. */
final class LawsCallTest {
    private static final int PCMU = 0;
    private static final int PCMA = 8;

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private final DatagramSocket trunkAudio = Rtp.socket();
    private final DatagramSocket agentsAudio = Rtp.socket();
    private final Rig rig = Rig.between(ports, trunk, only(AudioFormat.PCMA), agents, only(AudioFormat.PCMU));

    LawsCallTest() throws IOException {}

    private static PeerPolicy only(AudioFormat law) {
        return new PeerPolicy(
                false, Rules.NONE, Rules.NONE, new CodecPolicy(List.of(law.name()), Set.of(law.name()), true));
    }

    @AfterEach
    void stop() {
        rig.close();
        trunk.close();
        agents.close();
        trunkAudio.close();
        agentsAudio.close();
    }

    private String agentsSdp() {
        return Rtp.sdp(agents, agentsAudio).replace("AVP 8 101", "AVP 0 101").replace("8 PCMA", "0 PCMU");
    }

    @Test
    void aToneCrossesFromLawToLaw() throws IOException {
        trunk.send(trunk.invite("law", "", Rtp.sdp(trunk, trunkAudio)));
        String invite = agents.await("INVITE ");
        assertThat(RawPeer.body(invite)).contains("RTP/AVP 0 101\r\n", "a=rtpmap:0 PCMU/8000");
        agents.reply(invite, "200 OK", "callee", agentsSdp());
        String ok = trunk.await("SIP/2.0 200");
        assertThat(RawPeer.body(ok)).contains("RTP/AVP 8 101\r\n", "a=rtpmap:8 PCMA/8000");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        agents.await("ACK ");
        assertThat(rig.calls.list().getFirst().legs())
                .extracting(CallView.LegView::codec)
                .containsExactly("PCMA", "PCMU");
        bothWays(RawPeer.body(ok), RawPeer.body(invite), 0);

        trunk.send(trunk.within(ok, "INVITE", 2, Rtp.sdp(trunk, trunkAudio))); // a re-INVITE is offered the same way
        String again = agents.await("INVITE ", 2);
        assertThat(RawPeer.body(again)).contains("RTP/AVP 0 101\r\n");
        agents.reply(again, "200 OK", "", agentsSdp());
        trunk.send(trunk.within(trunk.await("SIP/2.0 200", 2), "ACK", 2, ""));
        bothWays(RawPeer.body(ok), RawPeer.body(invite), 10);
    }

    private void bothWays(String toTrunk, String toAgents, int from) throws IOException {
        for (int i = from; i < from + 10; i++) {
            send(trunkAudio, toTrunk, PCMA, i);
            assertThat(level(agentsAudio, PCMU)).isCloseTo(-10, within(0.25));
            send(agentsAudio, toAgents, PCMU, i);
            assertThat(level(trunkAudio, PCMA)).isCloseTo(-10, within(0.25));
        }
    }

    private static G711 law(int payloadType) {
        return payloadType == PCMA ? G711.A_LAW : G711.MU_LAW;
    }

    /** 1 kHz at -10 dBm0. */
    private static void send(DatagramSocket from, String sdp, int payloadType, int sequence) throws IOException {
        byte[] packet = ByteBuffer.allocate(172)
                .put((byte) 0x80)
                .put((byte) payloadType)
                .putShort((short) sequence)
                .putInt(160 * sequence)
                .putInt(77)
                .array();
        for (int i = 0; i < 160; i++) {
            packet[12 + i] =
                    law(payloadType).octet((int) Math.round(22_300 * Math.sqrt(0.1) * Math.sin(Math.PI * i / 4)));
        }
        int port = Integer.parseInt(sdp.replaceAll("(?s).*m=audio (\\d+).*", "$1"));
        from.send(new DatagramPacket(packet, packet.length, InetAddress.getLoopbackAddress(), port));
    }

    private static double level(DatagramSocket at, int payloadType) throws IOException {
        DatagramPacket came = new DatagramPacket(new byte[1500], 1500);
        at.setSoTimeout(5_000);
        at.receive(came);
        assertThat(came.getLength()).isEqualTo(172);
        assertThat(came.getData()[1] & 0x7F).isEqualTo(payloadType);
        double power = 0;
        for (byte octet : Arrays.copyOfRange(came.getData(), 12, 172)) {
            power += Math.pow(law(payloadType).linear(octet), 2) / 160;
        }
        return 20 * Math.log10(Math.sqrt(2 * power) / 22_300);
    }
}
