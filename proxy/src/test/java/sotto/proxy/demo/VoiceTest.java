package sotto.proxy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The meters that the demonstration judges by. */
final class VoiceTest {
    private static final int SECOND = 8000;

    @ParameterizedTest
    @EnumSource
    void aVoiceIsItselfAndNoOther(Voice voice) {
        short[] speech = speech(voice, SECOND);
        for (Voice other : Voice.values()) {
            assertThat(other.percentOf(speech)).isEqualTo(other == voice ? 100 : 0);
        }
        assertThat(voice.percentOf(new short[SECOND])).isZero();
        assertThat(KeyTones.count(speech)).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # key, tone of ms, at sample, tones
            0,  100, 4001, 1
            5,   40, 3997, 1
            15,  20, 4000, 1
            11,  15,   13, 1
            9,    5, 4000, 0
            """)
    void aToneAmidSpeechIsFound(int key, int lengthMs, int at, int tones) {
        short[] heard = speech(Voice.CALLER, SECOND);
        for (int i = 0; i < 8 * lengthMs; i++) {
            heard[at + i] = (short) KeyTones.at(key, i);
        }
        assertThat(KeyTones.count(heard)).isEqualTo(tones);
    }

    private static short[] speech(Voice voice, int length) {
        short[] samples = new short[length];
        for (int i = 0; i < length; i++) {
            samples[i] = (short) voice.at(12_345 + i);
        }
        return samples;
    }
}
