package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.codec.AudioFormat;

/** Many keys in band, in packets of each size, with loss, and what is none: {@link ReceiverConditionsTest} has the conditions. */
final class MaskToneTest {
    private static final int PAUSE = 320; // 40 ms
    private static final int TAIL = 1600;

    @ParameterizedTest
    @CsvSource({"PCMU,80", "PCMU,160", "PCMA,160", "PCMA,240", "PCMU,320", "PCMA,480"})
    void noSampleOfAToneLeaksAndEachIsHeard(AudioFormat format, int packetSamples) {
        Random random = new Random(24 + packetSamples);
        int presses = 120;
        double[] line = new double[presses * (4000 + 1200) + TAIL];
        List<Integer> pressed = new ArrayList<>();
        List<int[]> spans = new ArrayList<>();
        int at = 700;
        for (int i = 0; i < presses; i++) {
            int samples = random.nextInt(40 * 8, 500 * 8);
            int key = random.nextInt(16);
            new Tones.Press(key, random.nextDouble(-36, -3), random.nextDouble(-4, 8), off(random), off(random))
                    .addTo(line, at, samples, random);
            pressed.add(key);
            spans.add(new int[] {at, at + samples});
            at += samples + PAUSE + random.nextInt(800);
        }
        Tones.noise(line, -55, random); // else silence would hide a leak
        MaskedLine masked = new MaskedLine(format, packetSamples, line, MaskToneTest::nothing);
        assertThat(masked.keys).isEqualTo(pressed);
        assertThat(spans)
                .allSatisfy(span -> assertThat(masked.leaked(span[0], span[1])).isZero());
        assertThat(masked.leaked(0, 400)).as("the line before").isPositive();
    }

    @Test
    void lossWithinAPressIsBridged() {
        Random random = new Random(8);
        double[] line = new double[60 * 2400 + TAIL];
        List<int[]> spans = new ArrayList<>();
        List<Integer> pressed = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int onset = 700 + i * 2400 + random.nextInt(160);
            new Tones.Press(i % 16, -15, 2, 0, 0).addTo(line, onset, 1200, random);
            spans.add(new int[] {onset, onset + 1200});
            pressed.add(i % 16);
        }
        Tones.noise(line, -55, random);
        MaskedLine masked = new MaskedLine(AudioFormat.PCMU, 160, line, packet -> packet % 15 == 7);
        assertThat(masked.keys).isEqualTo(pressed);
        assertThat(spans)
                .allSatisfy(span -> assertThat(masked.leaked(span[0], span[1])).isZero());
    }

    @Test
    void soundsLikeAVoiceAreNoKeysAndPass() {
        double[] line = new double[5 * 60 * 8000];
        Tones.voice(line, 99);
        Tones.noise(line, -60, new Random(1));
        MaskedLine masked = new MaskedLine(AudioFormat.PCMA, 160, line, MaskToneTest::nothing);
        assertThat(masked.keys).isEmpty();
        assertThat(masked.muted()).isLessThan(masked.in.length / 50);
        assertThat(masked.leaked(0, masked.in.length)).isGreaterThan(masked.in.length / 2);
    }

    /** Numbers of 16 keys, 4 s of nothing but the voice before each: the first key comes as a surprise. */
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
        # dB below both tones, most that leak in percent
        10,                    0
        6,                     2
        0,                    15
        """)
    void keysUnderAVoiceLeakSeldom(double below, int percent) {
        int numbers = 20;
        int apart = 4 * 8000 + 16 * 1120;
        double[] line = new double[numbers * apart];
        Tones.voice(line, 17);
        double gain = Tones.decibel(-10 - below) * Math.sqrt(line.length * 22_300.0 * 22_300.0 / 2 / energy(line));
        Random random = new Random(21);
        List<Integer> onsets = new ArrayList<>();
        for (int i = 0; i < line.length; i++) {
            line[i] *= gain;
        }
        for (int number = 0; number < numbers; number++) {
            for (int key = 0; key < 16; key++) {
                int onset = number * apart + 4 * 8000 - 800 + key * 1120;
                new Tones.Press(key, -10, 0, 0, 0).addTo(line, onset, 560, random);
                onsets.add(onset);
            }
        }
        MaskedLine masked = new MaskedLine(AudioFormat.PCMA, 160, line, MaskToneTest::nothing);
        long leaked = onsets.stream()
                .filter(onset -> masked.leaked(onset, onset + 560) > 8)
                .count();
        assertThat(leaked).isLessThanOrEqualTo(percent * onsets.size() / 100);
    }

    private static double energy(double[] line) {
        double sum = 0;
        for (double sample : line) {
            sum += sample * sample;
        }
        return sum;
    }

    @Test
    void threeSecondsBehindAKeyAVoicePassesAsBefore() {
        double[] line = new double[60 * 9 * 8000];
        Tones.voice(line, 98);
        Tones.noise(line, -60, new Random(1));
        for (int at = 0; at < line.length; at += 9 * 8000) {
            Arrays.fill(line, at, at + 1600, 0);
            new Tones.Press(3, -10, 0, 0, 0).addTo(line, at + 400, 800, new Random(at));
        }
        MaskedLine masked = new MaskedLine(AudioFormat.PCMA, 160, line, MaskToneTest::nothing);
        int soon = 0;
        int later = 0;
        for (int at = 0; at < line.length; at += 9 * 8000) {
            soon += masked.muted(at + 2000, at + 3 * 8000);
            later += masked.muted(at + 4 * 8000, at + 7 * 8000);
        }
        assertThat(soon).isGreaterThan(4 * later);
        assertThat(later).isLessThan(60 * 3 * 8000 / 50);
    }

    private static boolean nothing(int packet) {
        return packet < 0;
    }

    private static double off(Random random) {
        return random.nextDouble(-0.015, 0.015);
    }
}
