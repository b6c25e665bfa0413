package sotto.perf.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sotto.perf.run.Result;
import sotto.proxy.demo.G711;

/** The bars, of sinks that leak on purpose. */
final class SinksTest {
    private static final Condition NOMINAL = Condition.ALL.getFirst();

    private final Sinks sinks = new Sinks();
    private final Script script = Script.of(
            9,
            G711.PCMU,
            List.of(NOMINAL, Condition.UNDER_SPEECH, Condition.UNDER_EQUAL_SPEECH),
            noise(8 * Script.RATE));
    private final Script echo = script.echo(1);
    private final List<Press> leaks = new ArrayList<>();

    private static short[] noise(int samples) {
        Random random = new Random(1);
        short[] noise = new short[samples];
        for (int i = 0; i < samples; i++) {
            noise[i] = (short) (3000 * random.nextGaussian());
        }
        return noise;
    }

    /** All is blanked but for what leaks. */
    private short[] heard(Script from) {
        short[] heard = from.decoded();
        for (Script.Round round : from.rounds()) {
            for (Press press : round.presses()) {
                if (!leaks.contains(press)) {
                    Arrays.fill(heard, press.from(), press.until(), (short) 0);
                }
            }
        }
        return heard;
    }

    private Press press(Script of, int round, int press) {
        return of.rounds().get(round).presses().get(press);
    }

    @BeforeEach
    void twoSinksAreTight() {
        sinks.add(Sinks.Sink.TAP, script, heard(script));
        sinks.add(Sinks.Sink.LEG, script, heard(script));
    }

    private Result result(boolean isShort) {
        Result result = new Result("", "");
        sinks.report(result, isShort);
        return result;
    }

    @Test
    void nothingLeaks() {
        sinks.add(Sinks.Sink.TAP_OF_AGENT, echo, heard(echo));
        Result result = result(false);
        assertThat(result.barsHeld()).isTrue();
        assertThat(result.json().path("leakedTones").asInt(-1)).isZero();
        assertThat(result.json().path("recoveredZ").asDouble(-1)).isZero();
        assertThat(result.json().path("leakedUnderSpeechPercent").asDouble(-1)).isZero();
        assertThat(result.json().path("leakedUnderEqualSpeechPercent").asDouble(-1))
                .isZero();
    }

    @Test
    void oneToneOfTheEchoIsOneTooMany() {
        leaks.add(press(echo, 0, 5));
        sinks.add(Sinks.Sink.TAP_OF_AGENT, echo, heard(echo));
        Result result = result(true);
        assertThat(result.barsHeld()).isFalse();
        assertThat(result.json().path("leakedTones").asInt()).isEqualTo(1);
    }

    /** One of 16 is more than 2 %, and less than 10. */
    @Test
    void underSpeechTheWorstSinkCounts() {
        leaks.add(press(script, 2, 5));
        sinks.add(Sinks.Sink.LEG, script, heard(script));
        sinks.add(Sinks.Sink.TAP_OF_AGENT, echo, heard(echo));
        Result equal = result(false);
        assertThat(equal.barsHeld()).isTrue();
        assertThat(equal.json().path("leakedUnderEqualSpeechPercent").asDouble())
                .isEqualTo(3.125);
        leaks.set(0, press(script, 1, 5));
        sinks.add(Sinks.Sink.TAP, script, heard(script));
        Result below = result(false);
        assertThat(below.barsHeld()).isFalse();
        assertThat(below.json().path("leakedUnderSpeechPercent").asDouble()).isEqualTo(3.125);
        assertThat(below.json().path("leakedTones").asInt(-1)).isZero();
        assertThat(result(true).barsHeld()).isTrue(); // told, where there are few
    }

    @Test
    void aRecordingThatLiesNowhereMissesABar() {
        sinks.add(Sinks.Sink.TAP_OF_AGENT, echo, new short[echo.samples()]);
        assertThat(result(true).barsHeld()).isFalse();
    }
}
