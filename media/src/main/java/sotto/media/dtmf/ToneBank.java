package sotto.media.dtmf;

import java.util.Arrays;

/**
 * Tells, every 2 ms, how much of the energy of the last 8, 16, 20 and 30 ms two tones of a key explain: the best of 16
 * pairs, each tone up to 2 % off, by least squares. Belongs to the worker that owns the call.
 */
final class ToneBank {
    private static final ToneTables TABLES = ToneTables.INSTANCE;
    private static final int FREQUENCIES = ToneTables.FREQUENCIES;
    private static final int HALF = FREQUENCIES / 2;
    private static final int HOP = ToneTables.HOP;
    private static final int AGES = ToneTables.LONGEST_HOPS;
    private static final float LEAST_SHARE = 0.5f; // below it nobody asks which pair it was
    private static final float CROSS_TALK = 1.4f; // a pair explains at most this over its tones one by one

    private final float[] real = new float[AGES * FREQUENCIES]; // sums of the last hops, a ring
    private final float[] imaginary = new float[AGES * FREQUENCIES];
    private final float[] energy = new float[AGES];
    private final float[] history = new float[AGES * HOP]; // samples, a ring
    private int historyEnd;
    private int newest;

    private final float[] even = new float[FREQUENCIES]; // one window's sums, about its middle
    private final float[] odd = new float[FREQUENCIES];
    private final float[] single = new float[FREQUENCIES]; // energy that each tone alone explains
    private final float[] sumReal = new float[FREQUENCIES];
    private final float[] sumImaginary = new float[FREQUENCIES];

    final float[] share = new float[ToneTables.WINDOWS]; // 0 to 1
    final float[] power = new float[ToneTables.WINDOWS]; // mean square of the window
    private final int[] bestLow = new int[ToneTables.WINDOWS];
    private final int[] bestHigh = new int[ToneTables.WINDOWS];
    final float[] lowPower = new float[ToneTables.WINDOWS]; // mean squares of the best pair's tones
    final float[] highPower = new float[ToneTables.WINDOWS];

    /** Forgets and wipes: the sums tell a key as well as the samples do. */
    void clear() {
        Arrays.fill(real, 0);
        Arrays.fill(imaginary, 0);
        Arrays.fill(energy, 0);
        Arrays.fill(history, 0);
        Arrays.fill(even, 0);
        Arrays.fill(odd, 0);
        Arrays.fill(single, 0);
        Arrays.fill(sumReal, 0);
        Arrays.fill(sumImaginary, 0);
        Arrays.fill(share, 0);
        Arrays.fill(power, 0);
        Arrays.fill(lowPower, 0);
        Arrays.fill(highPower, 0);
        Arrays.fill(bestLow, 0);
        Arrays.fill(bestHigh, 0);
        historyEnd = 0;
        newest = 0;
    }

    /** Takes the next {@link ToneTables#HOP} samples, filtered. */
    void hop(float[] samples) {
        System.arraycopy(samples, 0, history, historyEnd, HOP);
        historyEnd = (historyEnd + HOP) % history.length;
        newest = newest == 0 ? AGES - 1 : newest - 1; // ages count up from the newest
        float sum = 0;
        for (int n = 0; n < HOP; n++) {
            sum += samples[n] * samples[n];
        }
        energy[newest] = sum;
        int at = newest * FREQUENCIES;
        for (int f = 0; f < FREQUENCIES; f++) {
            float re = 0;
            float im = 0;
            for (int n = 0; n < HOP; n++) {
                re += samples[n] * TABLES.cos[f * HOP + n];
                im -= samples[n] * TABLES.sin[f * HOP + n];
            }
            real[at + f] = re;
            imaginary[at + f] = im;
        }
        fit();
    }

    private void fit() {
        Arrays.fill(sumReal, 0);
        Arrays.fill(sumImaginary, 0);
        float total = 0;
        int age = 0;
        for (int window = 0; window < ToneTables.WINDOWS; window++) {
            for (; age < ToneTables.WINDOW_HOPS[window]; age++) {
                int slot = (newest + age) % AGES;
                total += energy[slot];
                add(slot * FREQUENCIES, age * FREQUENCIES);
            }
            power[window] = total / (age * HOP);
            share[window] = 0;
            if (total > age * HOP) { // else it is silence: 1 is -90 dBm0
                turnToMiddle(window);
                best(window, total);
            }
        }
    }

    private void add(int hop, int turn) {
        for (int f = 0; f < FREQUENCIES; f++) {
            float re = real[hop + f];
            float im = imaginary[hop + f];
            sumReal[f] += re * TABLES.turnCos[turn + f] - im * TABLES.turnSin[turn + f];
            sumImaginary[f] += re * TABLES.turnSin[turn + f] + im * TABLES.turnCos[turn + f];
        }
    }

    private void turnToMiddle(int window) {
        int at = window * FREQUENCIES;
        float scale = 2f / (HOP * ToneTables.WINDOW_HOPS[window]);
        for (int f = 0; f < FREQUENCIES; f++) {
            float c = TABLES.middleCos[at + f];
            float s = TABLES.middleSin[at + f];
            even[f] = sumReal[f] * c - sumImaginary[f] * s;
            odd[f] = -(sumReal[f] * s + sumImaginary[f] * c);
            single[f] = scale * (even[f] * even[f] + odd[f] * odd[f]);
        }
    }

    private void best(int window, float total) {
        float best = LEAST_SHARE * total;
        boolean found = false;
        for (int low = 0; low < HALF; low++) {
            for (int high = 0; high < HALF; high++) {
                if (CROSS_TALK * (single[low] + single[HALF + high]) > best) {
                    float explained = explained(ToneTables.pair(window, low, high), low, HALF + high);
                    if (explained > best) {
                        best = explained;
                        bestLow[window] = low;
                        bestHigh[window] = high;
                        found = true;
                    }
                }
            }
        }
        if (found) {
            share[window] = best / total;
            powers(window);
        }
    }

    private float explained(int at, int low, int high) {
        float[] g = TABLES.inverse;
        float c = even[low];
        float d = even[high];
        float s = odd[low];
        float t = odd[high];
        return g[at] * c * c
                + 2 * g[at + 1] * c * d
                + g[at + 2] * d * d
                + g[at + 3] * s * s
                + 2 * g[at + 4] * s * t
                + g[at + 5] * t * t;
    }

    private void powers(int window) {
        int low = bestLow[window];
        int high = HALF + bestHigh[window];
        int at = ToneTables.pair(window, low, bestHigh[window]);
        float[] g = TABLES.inverse;
        float lowCos = g[at] * even[low] + g[at + 1] * even[high];
        float highCos = g[at + 1] * even[low] + g[at + 2] * even[high];
        float lowSin = g[at + 3] * odd[low] + g[at + 4] * odd[high];
        float highSin = g[at + 4] * odd[low] + g[at + 5] * odd[high];
        lowPower[window] = (lowCos * lowCos + lowSin * lowSin) / 2;
        highPower[window] = (highCos * highCos + highSin * highSin) / 2;
    }

    /** Both tones of the best pair are near enough to what they should be. */
    boolean onFrequency(int window) {
        int samples = HOP * ToneTables.WINDOW_HOPS[window];
        return Deviation.isAccepted(history, historyEnd, samples, ToneTables.HERTZ[row(window)])
                && Deviation.isAccepted(
                        history, historyEnd, samples, ToneTables.HERTZ[ToneTables.GROUP + column(window)]);
    }

    /** Row of the best pair, 0 to 3. */
    int row(int window) {
        return bestLow[window] / ToneTables.TRIMS;
    }

    /** Column of the best pair, 0 to 3. */
    int column(int window) {
        return bestHigh[window] / ToneTables.TRIMS;
    }
}
