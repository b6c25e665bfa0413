package sotto.media.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bursts and gaps of RFC 3611 §4.7.2: x is lost, a number is that many received. */
final class LossPatternTest {
    private final LossPattern pattern = new LossPattern();

    private void take(String packets) {
        for (String word : packets.split(" ")) {
            if (word.startsWith("x")) {
                pattern.lost(word.length());
            } else {
                for (int i = Integer.parseInt(word); i > 0; i--) {
                    pattern.received();
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
            # packets,          bursts, packets of one, lost in them of 256, lost in gaps of 256
            100,                0,      0,              0,                   0
            50 x 50,            0,      0,              0,                   2
            50 xx 50,           1,      2,              255,                 0
            50 x 15 x 50,       1,      17,             30,                  0
            50 x 16 x 50,       0,      0,              0,                   4
            x 100,              0,      0,              0,                   2
            xx 100,             1,      2,              255,                 0
            100 xx,             1,      2,              255,                 0
            100 x,              0,      0,              0,                   2
            20 x 1 x 1 x 16 x 8,1,      5,              153,                 5
            20 xx 16 xxxx 20,   2,      3,              255,                 0
            xxxxxxxx,           1,      8,              255,                 0
            """)
    void tellsBurstsFromGaps(String packets, long bursts, double mean, int burstDensity, int gapDensity) {
        take(packets);
        assertThat(pattern.bursts()).isEqualTo(bursts);
        assertThat(pattern.burstPackets()).isEqualTo(mean);
        assertThat(pattern.burstDensity()).isEqualTo(burstDensity);
        assertThat(pattern.gapDensity()).isEqualTo(gapDensity);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
            # ITU-T G.107 §7.5: mean length of a row of losses, times 1 - Ppl
            50 x 49,            1
            48 xx 50,           1.96
            46 xxxx 50,         3.84
            40 xxxx 40 xx 14,   2.82
            """)
    void tellsHowLongRowsOfLossesAre(String packets, double burstRatio) {
        take(packets);
        assertThat(Mos.burstRatio(pattern.lost(), pattern.runs(), 100)).isCloseTo(burstRatio, within(0.001));
    }

    @Test
    void randomLossHasABurstRatioOfOne() {
        SplittableRandom random = new SplittableRandom(7);
        int packets = 200_000;
        for (int i = 0; i < packets; i++) {
            if (random.nextInt(100) < 20) {
                pattern.lost(1);
            } else {
                pattern.received();
            }
        }
        assertThat(Mos.burstRatio(pattern.lost(), pattern.runs(), packets)).isCloseTo(1, within(0.02));
    }

    /** By way of sequence numbers: late ones are no loss, unless they are too late for any playout. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
            # what,                        late by, loss of 256, discarded of 256, lost in gaps of 256
            one in time,                   5,       0,           0,                0
            one that misses its playout,   20,      0,           1,                1
            """)
    void latePacketsAreDecidedOnce(String what, int behind, int loss, int discarded, int inGaps) {
        ReceiveStats stats = new ReceiveStats();
        Packets packets = new Packets();
        int late = 65_500 + 100;
        for (int i = 65_500; i < 65_500 + 200; i++) {
            if (i != late) {
                stats.process(packets.packet(1, i & 0xFFFF, 240 * i), 0);
            }
            if (i == late + behind) {
                stats.process(packets.packet(1, late & 0xFFFF, 240 * late), 0);
            }
        }
        assertThat(stats.lossRate()).as(what).isEqualTo(loss);
        assertThat(stats.discardRate()).as(what).isEqualTo(discarded);
        assertThat(stats.pattern().gapDensity()).as(what).isEqualTo(inGaps);
        assertThat(stats.packetMs()).isEqualTo(30);
    }
}
