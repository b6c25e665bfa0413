package sotto.perf.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.proxy.demo.G711;

/** The judge, of masks that are broken on purpose. */
final class LeaksTest {
    private static final int FRAME = Script.RATE / 1000;

    private static final List<Condition> WITH_TONES = Condition.must().stream()
            .filter(condition -> condition.way().carriers().sounds())
            .toList();

    /** Blanks each tone but for so many samples at its beginning and its end. */
    private static Leaks judge(G711 law, int leading, int trailing) {
        return judge(Script.of(7, law, WITH_TONES), leading, trailing);
    }

    private static Leaks judge(Script script, int leading, int trailing) {
        short[] heard = script.decoded();
        for (Script.Round round : script.rounds()) {
            for (Press press : round.presses()) {
                Arrays.fill(heard, press.from() + leading, press.until() - trailing, (short) 0);
            }
        }
        Leaks leaks = new Leaks();
        leaks.add(script, heard);
        assertThat(leaks.presses()).isEqualTo(WITH_TONES.size() * Script.DIGITS);
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

    /** An echo is 20 dB softer, and so are the weakest keys: -55 dBm0 both together. */
    @ParameterizedTest
    @EnumSource
    void anEchoIsJudgedWhereItIs(G711 law) {
        Script echo = Script.of(7, law, WITH_TONES).echo(8);
        Leaks whole = judge(echo, 160, 160);
        assertThat(whole.leaked()).isEqualTo(whole.presses());
        assertThat(whole.recoveredZ()).isGreaterThan(20);
        assertThat(judge(echo, 0, 0).leaked()).isZero();
        assertThat(judge(echo, 2 * FRAME, 0).leaked()).isGreaterThan(whole.presses() * 3 / 4);
    }

    /** Nothing sounds under it, but for the noise of the echo's line: neither is taken for a leak. */
    @ParameterizedTest
    @EnumSource
    void theNoiseBesideAnEchoIsNoLeak(G711 law) {
        Condition alone = Condition.ALL.stream()
                .filter(condition -> !condition.way().carriers().sounds())
                .findFirst()
                .orElseThrow();
        Script echo = Script.of(7, law, Collections.nCopies(8, alone)).echo(9);
        Leaks leaks = new Leaks();
        leaks.add(echo, echo.decoded());
        assertThat(leaks.presses()).isEqualTo(8 * Script.DIGITS);
        assertThat(leaks.leaked()).isZero();
    }

    @Test
    void eachConditionCanBeJudgedByItself() {
        Condition nominal = WITH_TONES.getFirst();
        Condition held = WITH_TONES.getLast();
        Script script = Script.of(3, G711.PCMU, List.of(nominal, held));
        short[] heard = script.decoded();
        for (Press press : script.rounds().getFirst().presses()) {
            Arrays.fill(heard, press.from(), press.until(), (short) 0);
        }
        Leaks leaks = new Leaks();
        leaks.add(script, heard);
        assertThat(leaks.under(nominal::equals).leakedPercent()).isZero();
        assertThat(leaks.under(nominal::equals).recoveredZ()).isZero();
        assertThat(leaks.under(held::equals).leakedPercent()).isEqualTo(100);
        assertThat(leaks.leakedPercent()).isEqualTo(50);
        assertThat(leaks.leakedBy()).isEqualTo("16 under " + held.name());
        assertThat(leaks.under(held::equals).rounds()).isEqualTo(2);
    }
}
