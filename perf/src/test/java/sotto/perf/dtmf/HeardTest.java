package sotto.perf.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.proxy.demo.G711;

final class HeardTest {
    private static final Condition NOMINAL = Condition.ALL.getFirst();

    private final Script script = Script.of(21, G711.PCMU, List.of(NOMINAL, NOMINAL));
    private final Script.Round round = script.rounds().getLast();
    private final Heard heard = new Heard();

    private void tell(int from, int to) {
        for (Press press : round.presses().subList(from, to)) {
            heard.add(press.digit(), press.until());
        }
    }

    @Test
    void keysThatAreMissingOrTooManyDoNotHideTheOthers() {
        heard.add(10, round.presses().getFirst().until()); // star
        tell(0, 5);
        heard.add(11, round.presses().get(5).until());
        tell(6, Script.DIGITS);
        assertThat(heard.found(round)).isEqualTo(Script.DIGITS - 1);
        assertThat(heard.count()).isEqualTo(Script.DIGITS + 1);
    }

    @Test
    void aKeyCountsOnceAndInItsOrder() {
        tell(0, Script.DIGITS);
        tell(0, Script.DIGITS);
        assertThat(heard.found(round)).isEqualTo(Script.DIGITS);
        Heard one = new Heard();
        one.add(round.presses().getFirst().digit(), round.next());
        assertThat(one.found(round)).isEqualTo(1);
    }

    @Test
    void whatWasToldOutsideOfTheNumberIsNotOfIt() {
        heard.add(round.presses().getFirst().digit(), round.presses().getFirst().from());
        heard.add(round.presses().getFirst().digit(), round.next() + 1);
        assertThat(heard.found(round)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void anArmedMaskHearsACleanNumberToItsLastDigit(G711 law) throws Exception {
        Script line = Script.of(22, law, List.of(NOMINAL, NOMINAL));
        try (ArmedMask mask = new ArmedMask(law, ArmedMask.slot())) {
            Heard all = Heard.of(mask, line);
            assertThat(all.count()).isEqualTo(2 * Script.DIGITS);
            assertThat(line.rounds())
                    .allSatisfy(each -> assertThat(all.found(each)).isEqualTo(Script.DIGITS));
        }
    }
}
