package sotto.perf.dtmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.proxy.demo.G711;

final class SpandspTest {
    private static final Condition NOMINAL = Condition.ALL.getFirst();

    @BeforeEach
    void isHere() {
        assumeThat(Spandsp.isInstalled()).as("libspandsp2 is installed").isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void hearsACleanNumberToItsLastDigit(G711 law) throws Exception {
        Script script = Script.of(11, law, List.of(NOMINAL, NOMINAL));
        try (Spandsp spandsp = new Spandsp(law, false)) {
            Heard heard = Heard.of(spandsp, script);
            assertThat(heard.count()).isEqualTo(2 * Script.DIGITS);
            assertThat(script.rounds())
                    .allSatisfy(round -> assertThat(heard.found(round)).isEqualTo(Script.DIGITS));
        }
        assertThat(Spandsp.keys(script.decoded())).isEqualTo(2 * Script.DIGITS);
    }

    @ParameterizedTest
    @EnumSource
    void tunedItHearsBesideADialTone(G711 law) throws Exception {
        Condition dialTone = Condition.ALL.stream()
                .filter(condition -> condition.name().equals("dial tone"))
                .findFirst()
                .orElseThrow();
        Script script = Script.of(12, law, List.of(dialTone));
        try (Spandsp without = new Spandsp(law, false);
                Spandsp with = new Spandsp(law, true)) {
            assertThat(Heard.of(with, script).found(script.rounds().getFirst()))
                    .isGreaterThan(
                            Heard.of(without, script).found(script.rounds().getFirst()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void hearsNothingInNoise(G711 law) {
        Script script = Script.of(13, law, new short[10 * Script.RATE]);
        assertThat(Spandsp.keys(script.decoded())).isZero();
    }
}
