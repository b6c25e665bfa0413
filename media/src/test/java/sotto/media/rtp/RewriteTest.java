package sotto.media.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

final class RewriteTest {
    private static final int OURS = 0xCAFE_BABE;
    private static final long MS = 1_000_000;

    private final Packets packets = new Packets();

    /** The rows of the class's Javadoc, shifted so that either side wraps anywhere among them. */
    @ParameterizedTest
    @CsvSource({"0, 0", "65523, 0", "0, 65430", "65520, 65428", "32757, 32660"})
    void runsOn(int shiftIn, int shiftOut) {
        Rewrite rewrite = new Rewrite(OURS, 100 + shiftOut & 0xFFFF);
        List<String> wrong = new ArrayList<>();
        for (String row :
                """
                A 10 100
                A 11 101
                A 13 103
                A 12 102
                A 14 withheld
                A 15 104
                A 18 withheld
                A 19 107
                A 17 106
                A 14 -
                A 21 109
                A 20 withheld
                A 22 110
                B 900 111
                B 899 112
                A 23 113
                A 9000 114
                """
                        .lines()
                        .toList()) {
            String[] cell = row.split(" ");
            RtpView packet = packets.packet(cell[0].charAt(0), Integer.parseInt(cell[1]) + shiftIn & 0xFFFF, 0);
            if (cell[2].equals("withheld")) {
                rewrite.withheld(packet);
            } else if (cell[2].equals("-")) {
                assertThat(rewrite.process(packet, 0)).as(row).isEqualTo(Verdict.RTP_DUPLICATE);
            } else {
                assertThat(rewrite.process(packet, 0)).as(row).isEqualTo(Verdict.NEXT);
                if (packet.sequence() != (Integer.parseInt(cell[2]) + shiftOut & 0xFFFF)) {
                    wrong.add(row + " was " + (packet.sequence() - shiftOut & 0xFFFF));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverSendsANumberTwiceAndKeepsTheOrderOfASource(long seed) {
        Random random = new Random(seed);
        Rewrite rewrite = new Rewrite(OURS, random.nextInt(1 << 16));
        BitSet sentBefore = new BitSet();
        int highest = -1; // numbers out, unwrapped
        long first = 0;
        int ssrc = 1;
        int source = random.nextInt(1 << 16);
        int sent = 0;
        for (int i = 0; i < 30_000; i++) {
            switch (random.nextInt(200)) {
                case 0 -> ssrc++;
                case 1 -> source = random.nextInt(1 << 16);
                default -> source += random.nextInt(8) == 0 ? random.nextInt(3) : 1;
            }
            int late = random.nextInt(5) == 0 ? random.nextInt(120) : 0;
            RtpView packet = packets.packet(ssrc, source - late & 0xFFFF, i * 160);
            if (random.nextInt(4) == 0) {
                rewrite.withheld(packet);
                continue;
            }
            if (rewrite.process(packet, i * 20L * MS) != Verdict.NEXT) {
                continue;
            }
            first = sent++ == 0 ? packet.sequence() : first;
            int step = (short) (packet.sequence() - (int) first - highest);
            int out = highest + step;
            assertThat(out).isNotNegative();
            assertThat(sentBefore.get(out))
                    .as("number %d again, seed %d", out, seed)
                    .isFalse();
            sentBefore.set(out);
            highest = Math.max(highest, out);
        }
        assertThat(sent).isGreaterThan(15_000);
    }

    @Test
    void closesAnyCountOfWithheldNumbers() {
        Rewrite rewrite = new Rewrite(OURS, 65_000);
        rewrite.process(packets.packet(1, 65_530, 0), 0);
        for (int i = 0; i < 500; i++) {
            rewrite.withheld(packets.packet(1, 65_531 + i & 0xFFFF, 0));
        }
        RtpView next = packets.packet(1, 65_531 + 500 & 0xFFFF, 0);
        rewrite.process(next, 0);
        assertThat(next.sequence()).isEqualTo(65_001);
    }

    @Test
    void beginsWithItsFirstNumberWhereTheFirstPacketsAreWithheld() {
        Rewrite rewrite = new Rewrite(OURS, 0);
        rewrite.withheld(packets.packet(1, 65_535, 0));
        rewrite.withheld(packets.packet(1, 65_535, 0));
        RtpView packet = packets.packet(1, 0, 777);
        rewrite.process(packet, 5);
        assertThat(packet.sequence()).isZero();
        assertThat(packet.timestamp()).isEqualTo(777);
        assertThat(packet.marker()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -200})
    void timelineGoesOnOverAChangeOfSource(int start) {
        Rewrite rewrite = new Rewrite(OURS, 1);
        assertThat(timestampOf(rewrite, packets.packet(1, 10, start), 0)).isEqualTo(start);
        assertThat(timestampOf(rewrite, packets.packet(1, 11, start + 160), 20 * MS))
                .isEqualTo(start + 160);
        RtpView other = packets.packet(2, 5000, 123_456_789);
        assertThat(timestampOf(rewrite, other, 120 * MS)).isEqualTo(start + 160 + 800); // 100 ms of 8 ticks
        assertThat(other.marker()).isTrue();
        assertThat(other.ssrc()).isEqualTo(OURS);
        RtpView next = packets.packet(2, 5001, 123_456_789 + 160);
        assertThat(timestampOf(rewrite, next, 143 * MS)).isEqualTo(start + 160 + 960); // offset kept, arrival or not
        assertThat(next.marker()).isFalse();
    }

    @Test
    void changeOfSourceIsMarkedThoughItsFirstPacketIsWithheld() {
        Rewrite rewrite = new Rewrite(OURS, 1);
        timestampOf(rewrite, packets.packet(1, 10, 0), 0);
        rewrite.withheld(packets.packet(2, 5000, 90_000));
        RtpView packet = packets.packet(2, 5001, 90_160);
        assertThat(timestampOf(rewrite, packet, 40 * MS)).isEqualTo(320);
        assertThat(packet.marker()).isTrue();
        assertThat(packet.sequence()).isEqualTo(2);
    }

    @Test
    void restartKeepsATimelineThatDidNotLeap() {
        Rewrite rewrite = new Rewrite(OURS, 1);
        timestampOf(rewrite, packets.packet(1, 10, 1_000), 0);
        assertThat(timestampOf(rewrite, packets.packet(1, 40_000, 1_160), 21 * MS))
                .isEqualTo(1_160);
        assertThat(timestampOf(rewrite, packets.packet(1, 20, 9_000_000), 41 * MS))
                .isEqualTo(1_320);
    }

    @Test
    void senderReportSeesTheFirstInstantOfAnEventAndNoLatePacket() {
        Rewrite rewrite = new Rewrite(OURS, 1);
        rewrite.process(packets.packet(1, 10, 800), 100 * MS);
        rewrite.process(packets.packet(1, 11, 800), 120 * MS); // RFC 4733 §2.3: an event keeps its timestamp
        assertThat(rewrite.lastTimestamp()).isEqualTo(800);
        assertThat(rewrite.lastSentNs()).isEqualTo(100 * MS);
        rewrite.process(packets.packet(1, 13, 1120), 140 * MS);
        rewrite.process(packets.packet(1, 12, 960), 141 * MS);
        assertThat(rewrite.lastTimestamp()).isEqualTo(1120);
        assertThat(rewrite.sent()).isEqualTo(4);
        assertThat(rewrite.sentBytes()).isEqualTo(4L * Packets.PAYLOAD_BYTES);
    }

    @Test
    void mapsPayloadTypesAndKeepsTheMarker() {
        Rewrite rewrite = new Rewrite(OURS, 1);
        rewrite.map(101, 96);
        RtpView event = packets.packet(1, 10, 0);
        event.payloadType(101);
        event.marker(true);
        rewrite.process(event, 0);
        assertThat(event.payloadType()).isEqualTo(96);
        assertThat(event.marker()).isTrue();
        RtpView audio = packets.packet(1, 11, 0);
        audio.payloadType(8);
        rewrite.process(audio, 0);
        assertThat(audio.payloadType()).isEqualTo(8);
        assertThatThrownBy(() -> rewrite.map(101, 128)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void allocatesNothing() {
        Rewrite rewrite = new Rewrite(OURS, 65_000);
        ReceiveStats stats = new ReceiveStats();
        assertThat(leastAllocated(() -> run(rewrite, stats, 20_000))).isZero();
        assertThat(rewrite.sent()).isGreaterThan(15_000);
    }

    /** Least of ten rounds: the compiler may allocate once when it changes its mind, a packet's garbage is in each round. */
    private static long leastAllocated(Runnable round) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 10 && least > 0; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            round.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private void run(Rewrite rewrite, ReceiveStats stats, int count) {
        for (int i = 0; i < count; i++) {
            RtpView packet = packets.packet(i >> 12, i * 7 / 6 & 0xFFFF, i * 160);
            if (stats.process(packet, i * 20L * MS) == Verdict.NEXT) {
                if (i % 10 == 0) {
                    rewrite.withheld(packet);
                } else {
                    rewrite.process(packet, i * 20L * MS);
                }
            }
        }
    }

    private static int timestampOf(Rewrite rewrite, RtpView packet, long nowNs) {
        assertThat(rewrite.process(packet, nowNs)).isEqualTo(Verdict.NEXT);
        return packet.timestamp();
    }
}
