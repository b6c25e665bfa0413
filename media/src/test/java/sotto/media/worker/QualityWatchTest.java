package sotto.media.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sotto.media.packet.RtpView;
import sotto.media.rtcp.RtcpSession;
import sotto.media.rtp.ReceiveStats;
import sotto.media.rtp.Rewrite;

/** Spans of 5 s: the newest, the worst and the mean, and the buckets that all legs are counted in. */
final class QualityWatchTest {
    private static final long MS = 1_000_000;
    private static final long ZERO_NS = Long.MAX_VALUE - 7_000 * MS; // the clock wraps within the second span
    private static final int SENDS = 0x0A0B0C0D;

    private final MemorySegment memory = Arena.ofAuto().allocate(4096);
    private final RtpView view = new RtpView(memory);
    private final ReceiveStats stats = new ReceiveStats();
    private final Rewrite stream = new Rewrite(SENDS, 1);
    private final RtcpSession rtcp = new RtcpSession(stream, stats, new Random(1), ZERO_NS);
    private final QualityCounts counts = new QualityCounts();
    private final QualityWatch watch = new QualityWatch(stats, rtcp, ZERO_NS);
    private int packets;

    /** One span of 250 packets, of which each {@code everyLost}-th is lost; 0 for none. */
    private void span(int everyLost) {
        for (int i = 0; i < 250; i++, packets++) {
            memory.set(ValueLayout.JAVA_BYTE, 100, (byte) 0x80);
            view.wrap(100, 172);
            view.sequence(packets);
            view.timestamp(160 * packets);
            view.ssrc(9);
            if (everyLost == 0 || i % everyLost != everyLost / 2) {
                stats.process(view, nowNs());
            }
            watch.tick(nowNs(), counts);
        }
        watch.tick(nowNs(), counts);
    }

    private long nowNs() {
        return ZERO_NS + packets * 20L * MS;
    }

    private void report(int roundTripMs) {
        memory.set(ValueLayout.JAVA_BYTE, 100, (byte) 0x80);
        view.wrap(100, 172);
        stream.process(view, nowNs()); // who sent nothing sends no sender report
        rtcp.write(memory, 1_000, nowNs());
        int middle = memory.get(ValueLayout.JAVA_INT_UNALIGNED, 1_000 + 10);
        ByteBuffer report = ByteBuffer.allocate(32)
                .putInt(0x81C90007)
                .putInt(9)
                .putInt(SENDS)
                .putInt(0x40000005) // a quarter lost
                .putInt(1)
                .putInt(80)
                .putInt(Integer.reverseBytes(middle))
                .putInt(0);
        MemorySegment.copy(report.array(), 0, memory, ValueLayout.JAVA_BYTE, 1_000, 32);
        assertThat(rtcp.receive(memory, 1_000, 32, nowNs() + roundTripMs * MS)).isTrue();
    }

    @Test
    void tellsTheLastTheWorstAndTheMean() {
        span(0);
        LegQuality first = watch.quality().orElseThrow();
        assertThat(first.intervals()).isOne();
        assertThat(first.last().lossPercent()).isZero();
        assertThat(first.last().mos()).isCloseTo(4.41, within(0.01));
        assertThat(first.last().roundTripMs()).isEmpty();
        assertThat(first.far()).isEmpty();

        span(10);
        span(0);
        LegQuality third = watch.quality().orElseThrow();
        assertThat(third.intervals()).isEqualTo(3);
        assertThat(third.last().lossPercent()).isZero();
        assertThat(third.worst().lossPercent()).isCloseTo(10, within(0.1));
        assertThat(third.worst().mos()).isLessThan(3.6);
        assertThat(third.mean().lossPercent()).isCloseTo(10 / 3.0, within(0.1));
        assertThat(third.mean().mos())
                .isBetween(third.worst().mos(), third.last().mos());

        QualityCounts.Spread loss = counts.spread(QualityCounts.Measure.LOSS);
        assertThat(loss.counts()).containsExactly(2L, 0L, 0L, 0L, 0L, 0L, 1L, 0L, 0L, 0L);
        assertThat(loss.sum()).isCloseTo(0.1, within(0.001));
        assertThat(counts.spread(QualityCounts.Measure.MOS).counts().stream()
                        .mapToLong(n -> n)
                        .sum())
                .isEqualTo(3);
        assertThat(counts.spread(QualityCounts.Measure.ROUND_TRIP).sum()).isZero();
        assertThat(loss.plus(loss).counts().getFirst()).isEqualTo(4);
    }

    /** Fewer than 100 ms one way are not heard, 350 are (ITU-T G.107 §7.4). */
    @Test
    void aLongRoundTripIsHeard() {
        report(620);
        span(0);
        LegQuality quality = watch.quality().orElseThrow();
        assertThat(quality.last().roundTripMs().orElseThrow()).isCloseTo(620, within(1.0));
        assertThat(quality.last().mos()).isLessThan(3.8);
        assertThat(quality.far().orElseThrow().lossPercent()).isEqualTo(25);
        assertThat(quality.far().orElseThrow().jitterMs()).isEqualTo(10);
        assertThat(quality.far().orElseThrow().mos()).isEmpty();
        assertThat(counts.spread(QualityCounts.Measure.ROUND_TRIP).sum()).isCloseTo(0.62, within(0.002));
    }

    @Test
    void aSpanWithoutAPacketSaysNothing() {
        span(0);
        long laterNs = nowNs();
        for (int i = 1; i < 100; i++) {
            watch.tick(laterNs + i * 100L * MS, counts);
        }
        assertThat(watch.quality().orElseThrow().intervals()).isOne();
    }
}
