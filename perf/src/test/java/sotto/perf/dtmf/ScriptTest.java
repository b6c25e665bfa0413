package sotto.perf.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.proxy.demo.G711;

final class ScriptTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void eachNumberIsOneThatACardMayHave(long seed) {
        for (Script.Round round : Script.of(seed, G711.PCMU, Condition.must()).rounds()) {
            int sum = 0;
            for (int i = 0; i < Script.DIGITS; i++) {
                int digit = round.presses().get(Script.DIGITS - 1 - i).digit();
                int weighed = i % 2 == 1 ? 2 * digit : digit;
                sum += weighed > 9 ? weighed - 9 : weighed;
            }
            assertThat(sum % 10).isZero();
            assertThat(round.presses().getFirst().digit()).isEqualTo(4);
        }
    }

    @Test
    void theSeedSaysAll() {
        Script one = Script.of(9, G711.PCMA, Condition.must());
        assertThat(Script.of(9, G711.PCMA, Condition.must()).decoded()).isEqualTo(one.decoded());
        assertThat(Script.of(10, G711.PCMA, Condition.must()).decoded()).isNotEqualTo(one.decoded());
    }

    /** A tone of -10 dBm0, and one of the same beside it, is -7 dBm0 in all. */
    @Test
    void aToneIsAsLoudAsItsConditionSays() {
        Script script = Script.of(4, G711.PCMU, List.of(Condition.ALL.getFirst()));
        short[] line = script.decoded();
        double energy = 0;
        int samples = 0;
        for (Press press : script.rounds().getFirst().presses()) {
            assertThat(press.until() - press.from()).isEqualTo(70 * Script.RATE / 1000);
            for (int i = press.from(); i < press.until(); i++) {
                energy += line[i] * line[i];
                samples++;
            }
        }
        assertThat(10 * Math.log10(energy / samples / Level.power(0))).isBetween(-7.2, -6.8);
    }
}
