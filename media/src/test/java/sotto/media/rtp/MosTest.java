package sotto.media.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MosTest {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # source,             R,    MOS
            G.107 Table B.1,      90,   4.34
            G.107 Table B.1,      80,   4.03
            G.107 Table B.1,      70,   3.60
            G.107 Table B.1,      60,   3.10
            G.107 Table B.1,      50,   2.58
            G.107 default,        93.2, 4.41
            G.107 Annex B,        0,    1
            G.107 Annex B,        -5,   1
            G.107 Annex B,        3,    1
            G.107 Annex B,        100,  4.5
            """)
    void scoreOfRating(String source, double r, double mos) {
        assertThat(Mos.ofRating(r)).as(source).isCloseTo(mos, within(0.006));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # source,                     loss %, BurstR, Bpl,  Ie-eff
            G.107 eq. 7-29 with PLC,      0,      1,      25.1, 0
            G.107 eq. 7-29 with PLC,      1,      1,      25.1, 3.64
            G.107 eq. 7-29 with PLC,      1,      2,      25.1, 3.71
            G.107 eq. 7-29 with PLC,      5,      1,      25.1, 15.78
            G.107 eq. 7-29 with PLC,      5,      2,      25.1, 17.21
            G.107 eq. 7-29 with PLC,      5,      4,      25.1, 18.03
            G.107 eq. 7-29 without PLC,   1,      1,      4.3,  17.92
            G.107 eq. 7-29 with PLC,      100,    1,      25.1, 75.94
            """)
    void impairmentOfLoss(String source, double lossPercent, double burstRatio, double robustness, double expected) {
        assertThat(Mos.lossImpairment(lossPercent, burstRatio, robustness))
                .as(source)
                .isCloseTo(expected, within(0.006));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # from G.107 §7.4: X = log2(Ta / 100)
            100, 0
            200, 3.04
            400, 24.07
            """)
    void impairmentOfDelay(double delayMs, double expected) {
        assertThat(Mos.delayImpairment(delayMs)).isCloseTo(expected, within(0.05));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # round trip, jitter, mouth to ear: packetisation and devices 40, network, playout of twice the jitter
            -1,           0,      80
            0,            0,      40
            200,          10,     160
            600,          5,      350
            """)
    void delayIsHalfTheRoundTripWhereItIsKnown(double roundTripMs, double jitterMs, double delayMs) {
        assertThat(Mos.delayMs(roundTripMs, jitterMs)).isEqualTo(delayMs);
    }
}
