package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import sotto.media.codec.AudioFormat;
import sotto.media.packet.Side;
import sotto.media.srtp.SrtpSuite;
import sotto.media.worker.LegPlan;
import sotto.media.worker.LegQuality;
import sotto.media.worker.LegReport;
import sotto.media.worker.QualityCounts;

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

    /** RFC 3611: the caller's peer asked for VoIP metrics, and sends its own. */
    @Test
    void metricsGoToWhoAsksAndThoseOfThePeerAreShown() throws Exception {
        try (MediaPlane plane = Bench.plane();
                Peer caller = new Peer();
                Peer callerRtcp = new Peer();
                Peer agent = new Peer();
                CallMedia call = plane.open("metrics")) {
            call.connect(
                    Side.CALLER,
                    withRtcp(Bench.plain(caller.address()), callerRtcp.address())
                            .reporting(true));
            call.connect(Side.AGENT, Bench.plain(agent.address()));
            for (int i = 0; i < 40; i++) {
                if (i != 20 && i != 21) {
                    caller.send(call.port(Side.CALLER), Rtp.audio(i, 0x1234));
                    agent.receive();
                }
                agent.send(call.port(Side.AGENT), Rtp.audio(i, 0x77));
                caller.receive();
            }
            ByteBuffer report = ByteBuffer.wrap(callerRtcp.receive(WITHIN_MS).orElseThrow());
            int ours = report.getInt(4);
            int at = report.limit() - 44;
            assertThat(report.get(at + 1) & 0xFF).isEqualTo(207);
            assertThat(report.getInt(at + 4)).isEqualTo(ours);
            assertThat(report.getInt(at + 8)).isEqualTo(0x07000008);
            assertThat(report.getInt(at + 12)).isEqualTo(0x1234);
            assertThat(report.getInt(at + 16))
                    .isEqualTo(12 << 24 | 0xFF00); // 2 of 40 lost; a burst with nothing received

            callerRtcp.send(call.port(Side.CALLER) + 1, metrics(ours, report.getInt(10)));
            long end = System.nanoTime() + 8_000_000_000L;
            while (call.report(Side.CALLER).flatMap(LegReport::quality).isEmpty() && System.nanoTime() < end) {
                caller.send(call.port(Side.CALLER), Rtp.audio(50, 0x1234)); // a span without a packet says nothing
                LockSupport.parkNanos(20_000_000);
            }
            LegQuality quality =
                    call.report(Side.CALLER).orElseThrow().quality().orElseThrow();
            assertThat(quality.last().roundTripMs()).isPresent();
            assertThat(quality.last().lossPercent()).isPositive();
            assertThat(quality.last().mos()).isBetween(1.0, 4.4);
            LegQuality.Far far = quality.far().orElseThrow();
            assertThat(far.lossPercent()).isEqualTo(12.5);
            assertThat(far.jitterMs()).isEqualTo(2);
            assertThat(far.roundTripMs()).hasValue(80);
            assertThat(far.mos()).hasValue(3.8);
            assertThat(plane.counters().quality(Side.CALLER, QualityCounts.Measure.MOS).counts().stream()
                            .mapToLong(n -> n)
                            .sum())
                    .isPositive();
        }
    }

    /** A receiver report and VoIP metrics of a peer that heard 40 packets. */
    private static byte[] metrics(int ours, int ntpMiddle) {
        return ByteBuffer.allocate(32 + 44)
                .putInt(0x81C90007)
                .putInt(0x1234)
                .putInt(ours)
                .putInt(0x20000001) // an eighth lost
                .putInt(40)
                .putInt(16)
                .putInt(ntpMiddle) // of our sender report (RFC 3550 §6.4.1)
                .putInt(0)
                .putInt(0x80CF000A)
                .putInt(0x1234)
                .putInt(0x07000008)
                .putInt(ours)
                .putInt(0x20000000)
                .putInt(0)
                .putInt(0x00500000) // round trip of 80 ms
                .putInt(0x7F7F7F10)
                .putInt(0x5A7F2926) // MOS 4.1 to listen, 3.8 to talk
                .putLong(0)
                .array();
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
