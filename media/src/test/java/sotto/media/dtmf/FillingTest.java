package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/** What stands where a key was: as said, the same for every key, and without a click at its edges. */
final class FillingTest {
    private static final int ONSET = 20_000;
    private static final int TONE = 640;
    private static final int BACKGROUND_DBM0 = -50;

    private static MaskedLine masked(AudioFormat format, Filling filling, int key) {
        double[] line = new double[ONSET + TONE + 4000];
        Tones.noise(line, BACKGROUND_DBM0, new Random(5));
        new Tones.Press(key, -12, 0, 0, 0).addTo(line, ONSET, TONE, new Random(6));
        return new MaskedLine(format, 160, line, packet -> packet < 0, filling);
    }

    @ParameterizedTest
    @EnumSource
    void isTheSameForEveryKey(Filling filling) {
        byte[] one = masked(AudioFormat.PCMU, filling, 1).out;
        for (int key : Tones.KEYS) {
            byte[] other = masked(AudioFormat.PCMU, filling, key).out;
            assertThat(Arrays.copyOfRange(other, ONSET, ONSET + TONE))
                    .as("key %d", key)
                    .isEqualTo(Arrays.copyOfRange(one, ONSET, ONSET + TONE));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PCMU, SILENCE, -99", "PCMA, SILENCE, -66", // the A law has no zero
        "PCMU, NOISE, -50", "PCMA, NOISE, -50",
        "PCMU, TONE, -20", "PCMA, TONE, -20"
    })
    void isAsLoudAsItSays(AudioFormat format, Filling filling, double dbm0) {
        MaskedLine masked = masked(format, filling, 5);
        assertThat(Math.max(-99, dbm0(G711.of(format), masked.out, ONSET, ONSET + TONE)))
                .isBetween(dbm0 - 2.5, dbm0 + 1.5);
        assertThat(masked.keys).containsExactly(5);
    }

    @Test
    void aLouderLineHasLouderNoiseAndSpeechIsNone() {
        double[] line = new double[ONSET + TONE + 4000];
        Tones.noise(line, -42, new Random(5));
        double[] voice = new double[line.length];
        Tones.voice(voice, 3);
        for (int i = 0; i < ONSET - 9600; i++) { // the last 1.2 s before the key nobody speaks
            line[i] += voice[i];
        }
        new Tones.Press(5, -12, 0, 0, 0).addTo(line, ONSET, TONE, new Random(6));
        MaskedLine masked = new MaskedLine(AudioFormat.PCMU, 160, line, packet -> packet < 0, Filling.NOISE);
        assertThat(dbm0(G711.MU_LAW, masked.out, ONSET, ONSET + TONE)).isBetween(-44.5, -40.5);
    }

    @Test
    void withoutABackgroundYetThereIsSilence() {
        double[] line = new double[4000];
        new Tones.Press(5, -12, 0, 0, 0).addTo(line, 0, TONE, new Random(6));
        MaskedLine masked = new MaskedLine(AudioFormat.PCMU, 160, line, packet -> packet < 0, Filling.NOISE);
        assertThat(masked.leaked(0, TONE)).isZero();
    }

    /** A cut through a sine of 200 Hz that peaks at 1,100 would be a step of up to that; the sine's own are below 180. */
    @ParameterizedTest
    @EnumSource(names = {"PCMU", "PCMA"})
    void theEdgesOfABlankAreNoClicks(AudioFormat format) {
        for (int phase = 0; phase < 8; phase++) {
            double[] line = hum(ONSET + TONE + 4000, phase);
            new Tones.Press(9, -6, 0, 0, 0).addTo(line, ONSET, TONE, new Random(6));
            MaskedLine masked = new MaskedLine(format, 160, line, packet -> packet < 0);
            assertThat(masked.leaked(ONSET, ONSET + TONE)).isZero();
            assertThat(steepest(G711.of(format), Arrays.copyOf(masked.out, ONSET + TONE + 3000)))
                    .as("phase %d", phase)
                    .isLessThan(350);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PCMU", "PCMA"})
    void theWayOutIsNoClick(AudioFormat format) {
        for (int phase = 0; phase < 8; phase++) {
            Mask mask = new Mask();
            mask.settle(format, Stream.AUDIO, OptionalInt.of(Stream.EVENT));
            mask.arm(new KeyRing());
            Stream stream = new Stream(30);
            double[] line = hum(60 * 160, phase);
            ByteArrayOutputStream heard = new ByteArrayOutputStream();
            for (int packet = 0; packet < 60; packet++) {
                if (packet == 30) {
                    mask.disarm();
                }
                byte[] octets = new byte[160];
                for (int i = 0; i < octets.length; i++) {
                    octets[i] = G711.of(format).octet((int) line[packet * 160 + i]);
                }
                RtpView view = stream.audio(octets);
                if (mask.process(view, 0) == Verdict.NEXT) {
                    heard.writeBytes(Stream.payload(view));
                }
            }
            assertThat(mask.isOn()).isFalse();
            assertThat(heard.size()).isEqualTo(58 * 160); // two are held at first, and dropped at last
            assertThat(steepest(G711.of(format), heard.toByteArray())).isLessThan(350);
        }
    }

    private static double[] hum(int samples, int phase) {
        double[] line = new double[samples];
        for (int i = 0; i < samples; i++) {
            line[i] = 1100 * Math.sin(2 * Math.PI * (200.0 * i / 8000 + phase / 8.0));
        }
        return line;
    }

    private static int steepest(G711 law, byte[] octets) {
        int most = 0;
        for (int i = 1; i < octets.length; i++) {
            most = Math.max(most, Math.abs(law.linear(octets[i]) - law.linear(octets[i - 1])));
        }
        return most;
    }

    private static double dbm0(G711 law, byte[] octets, int from, int until) {
        double energy = 1e-9;
        for (int i = from; i < until; i++) {
            energy += Math.pow(law.linear(octets[i]), 2);
        }
        return 10 * Math.log10(energy / (until - from) / (22_300.0 * 22_300 / 2));
    }
}
