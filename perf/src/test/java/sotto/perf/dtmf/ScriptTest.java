package sotto.perf.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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

    private static Condition named(String name) {
        return Condition.ALL.stream()
                .filter(condition -> condition.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static double dbm0(short[] line, int from, int until) {
        double energy = 0;
        for (int i = from; i < until; i++) {
            energy += line[i] * line[i];
        }
        return Level.dbm0(energy / (until - from));
    }

    @Test
    void oneKeyOfANumberIsHeld() {
        Script.Round round = Script.of(5, G711.PCMU, List.of(named("one held for 3 s")))
                .rounds()
                .getFirst();
        List<Integer> lengths = round.presses().stream()
                .map(press -> press.until() - press.from())
                .toList();
        assertThat(lengths).containsOnlyOnce(3 * Script.RATE);
        assertThat(lengths.stream().filter(each -> each == 70 * Script.RATE / 1000))
                .hasSize(Script.DIGITS - 1);
    }

    /** What the second law rounds off is some 35 dB below the tone, and not nothing. */
    @ParameterizedTest
    @EnumSource
    void aTandemRoundsTheSameToneAgain(G711 law) {
        Script once = Script.of(6, law, List.of(named("nominal")));
        short[] line = once.decoded();
        short[] tandem =
                Script.of(6, law, List.of(named("tandem of both laws"))).decoded();
        Press press = once.rounds().getFirst().presses().get(3);
        short[] difference = new short[line.length];
        for (int i = 0; i < line.length; i++) {
            difference[i] = (short) (tandem[i] - line[i]);
        }
        assertThat(dbm0(difference, press.from(), press.until())).isBetween(-60.0, -35.0);
    }

    @Test
    void keysThatComeAsEventsAloneMakeNoSound() {
        Script script = Script.of(7, G711.PCMU, List.of(named("event alone")));
        Script.Round round = script.rounds().getFirst();
        assertThat(dbm0(script.decoded(), round.from(), round.until())).isLessThan(-80);
    }

    @ParameterizedTest
    @CsvSource({"speech 10 dB below, -17", "speech 6 dB below, -13", "speech as loud, -7"})
    void speechIsAsLoudAsItsConditionSays(String name, double dbm0) {
        Random random = new Random(8);
        short[] speech = new short[8 * Script.RATE];
        for (int i = 0; i < speech.length; i++) {
            speech[i] = (short) (300 * random.nextGaussian());
        }
        Script script = Script.of(8, G711.PCMU, List.of(named(name)), speech);
        Script.Round round = script.rounds().getFirst();
        assertThat(dbm0(
                        script.decoded(),
                        round.from(),
                        round.presses().getFirst().from()))
                .isBetween(dbm0 - 0.5, dbm0 + 0.5);
    }

    @ParameterizedTest
    @EnumSource
    void anEchoIsSofterAndLater(G711 law) {
        Script script = Script.of(9, law, List.of(named("nominal"), named("jitter of 60 ms")));
        int least = Integer.MAX_VALUE;
        int most = 0;
        for (int seed = 0; seed < 50; seed++) {
            Script echo = script.echo(seed);
            assertThat(echo.samples()).isEqualTo(script.samples());
            Press said = script.rounds().getFirst().presses().get(2);
            Press heard = echo.rounds().getFirst().presses().get(2);
            int later = heard.from() - said.from();
            least = Math.min(least, later);
            most = Math.max(most, later);
            assertThat(heard.until() - said.until()).isEqualTo(later);
            assertThat(heard.digit()).isEqualTo(said.digit());
            short[] line = echo.decoded();
            assertThat(dbm0(line, heard.from(), heard.until())).isBetween(-27.6, -26.4);
            assertThat(dbm0(line, heard.until() + 2, heard.until() + 400)).isBetween(-90.0, -65.5);
            int held = echo.rounds().getLast().presses().getFirst().from()
                    - script.rounds().getLast().presses().getFirst().from();
            assertThat(held).isEqualTo(Math.max(later, 480)); // 60 ms: not before its packet has come
            for (Script.Round round : script.rounds()) { // by which it is known: no key for long before and behind
                assertThat(dbm0(line, round.next() - 320, round.next())).isBetween(-31.5, -28.5);
            }
        }
        assertThat(least).isBetween(0, 160);
        assertThat(most).isBetween(1440, 1600);
    }

    @Test
    void anEchoOfSpeechIsThatOfAllOfIt() {
        short[] speech = new short[Script.RATE];
        Arrays.fill(speech, (short) 4000);
        Script script = Script.of(3, G711.PCMU, speech);
        short[] echo = script.echo(1).decoded();
        assertThat(dbm0(echo, 2 * Script.RATE + 1600, echo.length)).isBetween(-32.5, -31.5);
    }
}
