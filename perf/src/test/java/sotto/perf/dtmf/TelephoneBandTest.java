package sotto.perf.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TelephoneBandTest {
    private static final int AMPLITUDE = 10_000;

    /** Power of a tone behind the filter, in dB of that before it. */
    private static double gainDb(double hertz) {
        short[] tone = new short[Script.RATE];
        for (int i = 0; i < tone.length; i++) {
            tone[i] = (short) Math.round(AMPLITUDE * Math.sin(2 * Math.PI * hertz * i / Script.RATE));
        }
        short[] passed = TelephoneBand.of(tone);
        assertThat(passed).hasSameSizeAs(tone);
        double energy = 0;
        for (int i = 200; i < tone.length - 200; i++) {
            energy += passed[i] * passed[i];
        }
        return Level.dbm0(energy / (tone.length - 400)) - Level.dbm0(AMPLITUDE * AMPLITUDE / 2.0);
    }

    @ParameterizedTest
    @CsvSource({"450", "1000", "2000", "3250"})
    void passesWhatIsInTheBand(double hertz) {
        assertThat(gainDb(hertz)).isBetween(-0.3, 0.3);
    }

    @ParameterizedTest
    @CsvSource({"50", "150", "3550", "3900"})
    void stopsWhatIsNot(double hertz) {
        assertThat(gainDb(hertz)).isLessThan(-35);
    }

    @Test
    void theEdgesAreHalfAsStrong() {
        assertThat(gainDb(300)).isBetween(-7.0, -5.0);
        assertThat(gainDb(3400)).isBetween(-7.0, -5.0);
    }
}
