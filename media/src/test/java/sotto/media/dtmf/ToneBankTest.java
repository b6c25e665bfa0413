package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bank beside the same sums and the same search, written down plainly: bit for bit, whatever the audio is. */
final class ToneBankTest {
    private static final int SAMPLES = 8 * 8000;
    private static final ToneTables TABLES = ToneTables.INSTANCE;
    private static final int FREQUENCIES = ToneTables.FREQUENCIES;
    private static final int HALF = FREQUENCIES / 2;
    private static final int HOP = ToneTables.HOP;

    enum Audio {
        NOISE(0),
        VOICE(0),
        KEYS(1000),
        /** About the level under which nobody asks, in pieces shorter than the windows. */
        FAINT_PIECES(1000),
        SILENCE(0);

        private final int leastFound; // windows

        Audio(int leastFound) {
            this.leastFound = leastFound;
        }

        float[] line() {
            Random random = new Random(40);
            double[] line = new double[SAMPLES];
            switch (this) {
                case NOISE -> Tones.noise(line, -20, random);
                case VOICE -> Tones.voice(line, 41);
                case KEYS -> {
                    Tones.noise(line, -40, random);
                    for (int at = 700; at + 1600 < line.length; at += 1600) {
                        double off = random.nextDouble(-0.03, 0.03);
                        new Tones.Press(
                                        random.nextInt(16),
                                        random.nextDouble(-30, -3),
                                        random.nextDouble(-8, 8),
                                        off,
                                        -off)
                                .addTo(line, at, 800, random);
                    }
                }
                case FAINT_PIECES -> {
                    for (int at = 0; at + 400 < line.length; at += 400) {
                        Tones.Press press = new Tones.Press(random.nextInt(16), -48, 0, 0, 0);
                        press.addTo(line, at, 400, random);
                    }
                    for (int at = 0; at + 48 < line.length; at += 48) {
                        double gain = random.nextDouble(0.3, 1.6);
                        for (int i = at; i < at + 48; i++) {
                            line[i] *= gain;
                        }
                    }
                }
                case SILENCE -> {}
            }
            float[] audio = new float[SAMPLES];
            for (int i = 0; i < SAMPLES; i++) {
                audio[i] = Math.round(line[i]);
            }
            return audio;
        }
    }

    private final ToneBank bank = new ToneBank();
    private final float[] even = new float[FREQUENCIES];
    private final float[] odd = new float[FREQUENCIES];
    private float total;
    private float share;
    private int low;
    private int high;

    @ParameterizedTest
    @EnumSource
    void measuresWhatThePlainSumsDo(Audio audio) {
        measures(audio, 0.69f);
    }

    @ParameterizedTest
    @EnumSource
    void andSoWhereLessIsAskedFor(Audio audio) {
        measures(audio, 0.44f);
    }

    private void measures(Audio audio, float least) {
        float[] line = audio.line();
        float[] hop = new float[HOP];
        int found = 0;
        for (int at = 0; at < line.length; at += HOP) {
            System.arraycopy(line, at, hop, 0, HOP);
            bank.hop(hop, least);
            for (int window = 0; window < ToneTables.WINDOWS; window++) {
                sum(line, at, window);
                search(window, least);
                assertThat(bank.power[window]).isEqualTo(total / (HOP * ToneTables.WINDOW_HOPS[window]));
                assertThat(bank.share[window]).isEqualTo(share);
                if (share > 0) {
                    found++;
                    assertThat(bank.row(window)).isEqualTo(low / ToneTables.TRIMS);
                    assertThat(bank.column(window)).isEqualTo(high / ToneTables.TRIMS);
                }
            }
        }
        assertThat(found).isGreaterThanOrEqualTo(audio.leastFound);
    }

    /** A window's sums, each frequency on its own, each hop's turned to its middle. */
    private void sum(float[] line, int newest, int window) {
        total = 0;
        for (int age = 0; age < ToneTables.WINDOW_HOPS[window]; age++) {
            total += energy(line, newest - age * HOP);
        }
        for (int f = 0; f < FREQUENCIES; f++) {
            float sumRe = 0;
            float sumIm = 0;
            for (int age = 0; age < ToneTables.WINDOW_HOPS[window]; age++) {
                float re = 0;
                float im = 0;
                for (int n = 0; n < HOP; n++) {
                    re += at(line, newest - age * HOP + n) * TABLES.cos[n][f];
                    im += at(line, newest - age * HOP + n) * TABLES.minusSin[n][f];
                }
                sumRe += re * TABLES.turnCos[age][f] - im * TABLES.turnSin[age][f];
                sumIm += re * TABLES.turnSin[age][f] + im * TABLES.turnCos[age][f];
            }
            even[f] = sumRe * TABLES.middleCos[window][f] - sumIm * TABLES.middleSin[window][f];
            odd[f] = -(sumRe * TABLES.middleSin[window][f] + sumIm * TABLES.middleCos[window][f]);
        }
    }

    private static float energy(float[] line, int from) {
        float energy = 0;
        for (int n = 0; n < HOP; n++) {
            energy += at(line, from + n) * at(line, from + n);
        }
        return energy;
    }

    private static float at(float[] line, int index) {
        return index < 0 ? 0 : line[index];
    }

    /** Every pair of a window that is loud enough. */
    private void search(int window, float least) {
        float best = least * total;
        share = 0;
        for (int l = 0; l < HALF && bank.power[window] >= ToneKeys.LEAST_LINE_POWER; l++) {
            for (int h = 0; h < HALF; h++) {
                float explained = explained(ToneTables.pair(window, l, h), l, HALF + h);
                if (explained > best) {
                    best = explained;
                    share = best / total;
                    low = l;
                    high = h;
                }
            }
        }
    }

    private float explained(int at, int l, int h) {
        float[] g = TABLES.inverse;
        return g[at] * even[l] * even[l]
                + 2 * g[at + 1] * even[l] * even[h]
                + g[at + 2] * even[h] * even[h]
                + g[at + 3] * odd[l] * odd[l]
                + 2 * g[at + 4] * odd[l] * odd[h]
                + g[at + 5] * odd[h] * odd[h];
    }
}
