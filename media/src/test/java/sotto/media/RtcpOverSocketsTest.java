package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import sotto.media.codec.AudioFormat;
import sotto.media.packet.Side;
import sotto.media.srtp.SrtpSuite;
import sotto.media.worker.LegPlan;

/** Each leg gets reports of our own, in the clear or as SRTCP, on its RTCP address. */
final class RtcpOverSocketsTest {
    private static final int WITHIN_MS = 6_000; // RFC 3550 §6.2: 5 s, half of it before the first, times 0.5 to 1.5

    @Test
    void reportsToBothPeers() throws Exception {
        try (MediaPlane plane = Bench.plane();
                Peer caller = new Peer();
                Peer callerRtcp = new Peer();
                Peer agent = new Peer();
                Peer agentRtcp = new Peer();
                SrtpEnd phone = new SrtpEnd(SrtpSuite.AEAD_AES_128_GCM, 1, 2);
                CallMedia call = plane.open("reports")) {
            call.connect(Side.CALLER, withRtcp(Bench.plain(caller.address()), callerRtcp.address()));
            call.connect(
                    Side.AGENT,
                    withRtcp(Bench.srtp(agent.address(), SrtpSuite.AEAD_AES_128_GCM, 1, 2), agentRtcp.address()));
            for (int i = 0; i < 10; i++) {
                caller.send(call.port(Side.CALLER), Rtp.audio(i, 0x1234));
                agent.receive();
            }

            ByteBuffer toCaller = ByteBuffer.wrap(callerRtcp.receive(WITHIN_MS).orElseThrow());
            assertThat(toCaller.get(1) & 0xFF).isEqualTo(201); // nothing was sent to the caller: a receiver report
            assertThat(toCaller.get(0) & 0x1F).isEqualTo(1);
            assertThat(toCaller.getInt(8)).isEqualTo(0x1234); // about the caller's source

            ByteBuffer toAgent =
                    ByteBuffer.wrap(phone.openRtcp(agentRtcp.receive(WITHIN_MS).orElseThrow()));
            assertThat(toAgent.get(1) & 0xFF).isEqualTo(200);
            assertThat(toAgent.getInt(20)).isEqualTo(10); // packets sent (§6.4.1)
        }
    }

    private static LegPlan withRtcp(LegPlan plan, InetSocketAddress rtcp) {
        return new LegPlan(
                plan.remote(),
                rtcp,
                AudioFormat.PCMU,
                plan.payloadType(),
                OptionalInt.empty(),
                plan.receiveKeys(),
                plan.sendKeys(),
                true);
    }
}
