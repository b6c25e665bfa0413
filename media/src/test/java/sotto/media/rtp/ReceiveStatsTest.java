package sotto.media.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.packet.Verdict;

final class ReceiveStatsTest {
    private static final long MS = 1_000_000;

    private final Packets packets = new Packets();
    private final ReceiveStats stats = new ReceiveStats();

    /** The rows of the class's Javadoc. */
    @Test
    void countsLossOverWrapRestartAndChangeOfSource() {
        String rows =
                """
                A 65534 NEXT          0
                A 1     NEXT          2
                A 65535 NEXT          1
                A 65535 RTP_DUPLICATE 1
                A 9000  NEXT          1
                A 9001  NEXT          1
                B 7777  NEXT          1
                """;
        for (String row : rows.lines().toList()) {
            String[] cell = row.split(" +");
            Verdict verdict = stats.process(packets.packet(cell[0].charAt(0), Integer.parseInt(cell[1]), 0), 0);
            assertThat(verdict).as(row).isEqualTo(Verdict.valueOf(cell[2]));
            assertThat(stats.lost()).as(row).isEqualTo(Long.parseLong(cell[3]));
        }
        assertThat(stats.received()).isEqualTo(6);
        assertThat(stats.sourceSsrc()).isEqualTo('B');
        assertThat(stats.extendedHighest()).isEqualTo(7777);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32_767, 32_768, 65_490, 65_534, 65_535})
    void everyFourthLostOverManyWraps(int first) {
        int count = 200_000;
        for (int i = 0; i <= count; i++) {
            if (i % 4 != 3) {
                assertThat(stats.process(packets.packet(1, first + i & 0xFFFF, i * 160), i * 20L * MS))
                        .isEqualTo(Verdict.NEXT);
            }
        }
        assertThat(stats.lost()).isEqualTo(count / 4);
        assertThat(stats.extendedHighest()).isEqualTo(first + count); // RFC 3550 §6.4.1: cycles above 16 bits
        assertThat(stats.cumulativeLost()).isEqualTo(count / 4);
        assertThat(stats.takeFractionLost()).isEqualTo(63); // 50,000 of 200,001 in 1/256, rounded down
        assertThat(stats.takeFractionLost()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # section,       step,  lost after it
            RFC 3550 A.1,    2999,  2998
            RFC 3550 A.1,    3000,  0
            RFC 3550 A.1,    -99,   0
            RFC 3550 A.1,    -100,  0
            """)
    void dropoutAndMisorderLimits(String section, int step, long lost) {
        for (int i = 0; i < 200; i++) {
            stats.process(packets.packet(1, i, 0), 0);
        }
        Verdict verdict = stats.process(packets.packet(1, 199 + step & 0xFFFF, 0), 0);
        assertThat(verdict).as(section).isEqualTo(step == -99 ? Verdict.RTP_DUPLICATE : Verdict.NEXT);
        assertThat(stats.lost()).as(section).isEqualTo(lost);
    }

    @Test
    void latePacketsPassOnceAcrossTheWindow() {
        stats.process(packets.packet(1, 65_500, 0), 0);
        stats.process(packets.packet(1, 65_500 + 99 & 0xFFFF, 0), 0);
        assertThat(stats.lost()).isEqualTo(98);
        for (int i = 1; i < 99; i++) {
            assertThat(stats.process(packets.packet(1, 65_500 + i & 0xFFFF, 0), 0))
                    .isEqualTo(Verdict.NEXT);
            assertThat(stats.process(packets.packet(1, 65_500 + i & 0xFFFF, 0), 0))
                    .isEqualTo(Verdict.RTP_DUPLICATE);
        }
        assertThat(stats.lost()).isZero();
    }

    @Test
    void lossOfBothSourcesIsKept() {
        stats.process(packets.packet(1, 10, 0), 0);
        stats.process(packets.packet(1, 15, 0), 0);
        stats.process(packets.packet(2, 700, 0), 0);
        stats.process(packets.packet(2, 703, 0), 0);
        assertThat(stats.lost()).isEqualTo(4 + 2);
        assertThat(stats.cumulativeLost()).isEqualTo(2); // a report block is about one source
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 1_000_000_000_000L, Long.MIN_VALUE})
    void jitterOfAlternatingArrivalNearsItsMean(long startNs) {
        for (int i = 0; i < 1_000; i++) { // every other packet 4 ms late: D is always 4 ms, A.8 converges to it
            stats.process(packets.packet(1, i, -160_000 + i * 160), startNs + (i * 20L + i % 2 * 4L) * MS);
        }
        assertThat(stats.jitterMs()).isCloseTo(4, within(0.15));
        assertThat(stats.jitterTicks()).isBetween(30, 32);
    }

    @Test
    void jitterGoesByTheClockRateAndNotByEventPackets() {
        stats.clockRateHz(16_000);
        for (int i = 0; i < 200; i++) {
            stats.process(packets.packet(1, i, i * 320), i * 20L * MS);
        }
        assertThat(stats.jitterMs()).isZero();
        for (int i = 200; i < 250; i++) { // RFC 4733 §2.3: one timestamp for the whole event
            stats.process(packets.packet(1, i, 200 * 320), i * 20L * MS);
        }
        assertThat(stats.jitterMs()).isZero();
    }

    @Test
    void hostileTimestampsStayFinite() {
        for (int i = 0; i < 10_000; i++) {
            stats.process(packets.packet(1, i, i % 2 == 0 ? 0 : Integer.MIN_VALUE), i);
        }
        assertThat(stats.jitterMs()).isPositive().isFinite();
        assertThat(stats.mos()).isBetween(1.0, 4.5);
    }

    @Test
    void negativeCumulativeLossStandsForLatePacketsFromBeforeTheFirst() {
        stats.process(packets.packet(1, 50, 0), 0);
        stats.process(packets.packet(1, 49, 0), 0);
        assertThat(stats.cumulativeLost()).isEqualTo(-1); // A.3 allows it
        assertThat(stats.lost()).isZero();
        assertThat(stats.takeFractionLost()).isZero();
    }

    @Test
    void mosFollowsLoss() {
        assertThat(stats.mos()).isEqualTo(1);
        for (int i = 0; i < 1_000; i++) {
            stats.process(packets.packet(1, i, i * 160), i * 20L * MS);
        }
        assertThat(stats.mos()).isCloseTo(4.41, within(0.005));
        for (int i = 1_000; i < 2_000; i += 10) {
            stats.process(packets.packet(1, i, i * 160), i * 20L * MS);
        }
        assertThat(stats.mos()).isBetween(1.0, 2.5);
    }
}
