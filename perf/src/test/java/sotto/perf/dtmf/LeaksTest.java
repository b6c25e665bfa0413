package sotto.perf.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.proxy.demo.G711;

/** The judge, of masks that are broken on purpose. */
final class LeaksTest {
    private static final int FRAME = Script.RATE / 1000;

    /** Blanks each tone but for so many samples at its beginning and its end. */
    private static Leaks judge(G711 law, int leading, int trailing) {
        Script script = Script.of(7, law, Condition.must());
        short[] heard = script.decoded();
        for (Script.Round round : script.rounds()) {
            for (Press press : round.presses()) {
                Arrays.fill(heard, press.from() + leading, press.until() - trailing, (short) 0);
            }
        }
        Leaks leaks = new Leaks();
        leaks.add(script, heard);
        assertThat(leaks.presses()).isEqualTo(Condition.must().size() * Script.DIGITS);
        return leaks;
    }

    @ParameterizedTest
    @EnumSource
    void aPerfectMaskIsNoBetterAndNoWorseThanItsOracle(G711 law) {
        Leaks leaks = judge(law, 0, 0);
        assertThat(leaks.leaked()).isZero();
        assertThat(leaks.recoveredZ()).isZero();
        assertThat(leaks.recoveredShare()).isBetween(0.0, 0.25); // chance, and what a dial tone looks like
    }

    @ParameterizedTest
    @EnumSource
    void noMaskAtAllGivesEveryDigit(G711 law) {
        Leaks leaks = judge(law, 160, 160);
        assertThat(leaks.leaked()).isEqualTo(leaks.presses());
        assertThat(leaks.recoveredShare()).isGreaterThan(0.9);
        assertThat(leaks.recoveredZ()).isGreaterThan(20);
    }

    @ParameterizedTest
    @EnumSource
    void twoMillisecondsOfAnAttackAreALeak(G711 law) {
        Leaks leaks = judge(law, 2 * FRAME, 0);
        assertThat(leaks.leaked()).isGreaterThan(leaks.presses() * 9 / 10);
        assertThat(leaks.recoveredZ()).isGreaterThan(10);
    }

    @ParameterizedTest
    @EnumSource
    void soIsATailOfOne(G711 law) {
        assertThat(judge(law, 0, FRAME).leaked()).isPositive();
    }
}
