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

    private final float[][] real = new float[AGES][FREQUENCIES]; // sums of the last hops, a ring
    private final float[][] imaginary = new float[AGES][FREQUENCIES];
    private final float[] energy = new float[AGES];
    private final float[] explicable =
            new float[AGES]; // what a pair explains at most of the shortest window, when it ended
    private final float[] history = new float[AGES * HOP]; // samples, a ring
    private int historyEnd;
    private int newest;
    private float leastShare;

    private final float[] even = new float[FREQUENCIES]; // one window's sums, about its middle
    private final float[] odd = new float[FREQUENCIES];
    private final float[] single = new float[FREQUENCIES]; // energy that each tone alone explains
    private final float[] sumReal = new float[FREQUENCIES];
    private final float[] sumImaginary = new float[FREQUENCIES];

    private final float[] total = new float[ToneTables.WINDOWS]; // energy
    final float[] share = new float[ToneTables.WINDOWS]; // 0 to 1; 0 where it is not enough for anybody to ask
    final float[] power = new float[ToneTables.WINDOWS]; // mean square of the window
    private final int[] bestLow = new int[ToneTables.WINDOWS];
    private final int[] bestHigh = new int[ToneTables.WINDOWS];
    final float[] lowPower = new float[ToneTables.WINDOWS]; // mean squares of the best pair's tones
    final float[] highPower = new float[ToneTables.WINDOWS];

    /** Forgets and wipes: the sums tell a key as well as the samples do. */
    void clear() {
        for (int age = 0; age < AGES; age++) {
            Arrays.fill(real[age], 0);
            Arrays.fill(imaginary[age], 0);
        }
        Arrays.fill(energy, 0);
        Arrays.fill(explicable, 0);
        Arrays.fill(history, 0);
        Arrays.fill(even, 0);
        Arrays.fill(odd, 0);
        Arrays.fill(single, 0);
        Arrays.fill(sumReal, 0);
        Arrays.fill(sumImaginary, 0);
        Arrays.fill(total, 0);
        Arrays.fill(share, 0);
        Arrays.fill(power, 0);
        Arrays.fill(lowPower, 0);
        Arrays.fill(highPower, 0);
        Arrays.fill(bestLow, 0);
        Arrays.fill(bestHigh, 0);
        historyEnd = 0;
        newest = 0;
    }

    /**
     * Takes the next {@link ToneTables#HOP} samples, filtered.
     *
     * @param least a share below it is told as 0
     */
    void hop(float[] samples, float least) {
        leastShare = least;
        System.arraycopy(samples, 0, history, historyEnd, HOP);
        historyEnd = (historyEnd + HOP) % history.length;
        newest = newest == 0 ? AGES - 1 : newest - 1; // ages count up from the newest
        float sum = 0;
        for (int n = 0; n < HOP; n++) {
            sum += samples[n] * samples[n];
        }
        energy[newest] = sum;
        correlate(samples, TABLES.cos, real[newest]);
        correlate(samples, TABLES.minusSin, imaginary[newest]);
        fit();
    }

    /** All frequencies at once, at the same index of every array: C2 makes vector instructions of no other loop. */
    private static void correlate(float[] samples, float[][] wave, float[] sum) {
        Arrays.fill(sum, 0);
        for (int n = 0; n < HOP; n += 8) { // eight, so that the sum is loaded and stored an eighth as often
            float[] wave0 = wave[n];
            float[] wave1 = wave[n + 1];
            float[] wave2 = wave[n + 2];
            float[] wave3 = wave[n + 3];
            float[] wave4 = wave[n + 4];
            float[] wave5 = wave[n + 5];
            float[] wave6 = wave[n + 6];
            float[] wave7 = wave[n + 7];
            float sample0 = samples[n];
            float sample1 = samples[n + 1];
            float sample2 = samples[n + 2];
            float sample3 = samples[n + 3];
            float sample4 = samples[n + 4];
            float sample5 = samples[n + 5];
            float sample6 = samples[n + 6];
            float sample7 = samples[n + 7];
            for (int f = 0; f < FREQUENCIES; f++) {
                sum[f] = sum[f]
                        + sample0 * wave0[f]
                        + sample1 * wave1[f]
                        + sample2 * wave2[f]
                        + sample3 * wave3[f]
                        + sample4 * wave4[f]
                        + sample5 * wave5[f]
                        + sample6 * wave6[f]
                        + sample7 * wave7[f];
            }
        }
    }

    private void fit() {
        totals();
        Arrays.fill(sumReal, 0);
        Arrays.fill(sumImaginary, 0);
        explicable[newest] = total[0];
        int age = 0;
        for (int window = 0; window < ToneTables.WINDOWS; window++) {
            share[window] = 0;
            boolean loud = power[window] >= ToneKeys.LEAST_LINE_POWER; // else nobody asks
            if (loud && (window == 0 || ofParts(window) > leastShare * total[window])) {
                int hops = ToneTables.WINDOW_HOPS[window];
                for (; age + 1 < hops; age += 2) {
                    addTwo(age);
                }
                for (; age < hops; age++) {
                    addOne(age);
                }
                best(window);
            }
        }
    }

    private void totals() {
        float sum = 0;
        int age = 0;
        for (int window = 0; window < ToneTables.WINDOWS; window++) {
            for (; age < ToneTables.WINDOW_HOPS[window]; age++) {
                sum += energy[(newest + age) % AGES];
            }
            total[window] = sum;
            power[window] = sum / (age * HOP);
        }
    }

    /**
     * What any pair explains of a window at most: what explains the whole best explains no part better than the best for
     * that part does. Parts are the shortest windows that it is made of, and hops behind them, all of whose energy counts.
     * Most speech and noise is told from keys by this, and the longer windows' sums are spared.
     */
    private float ofParts(int window) {
        float sum = 0;
        int age = 0;
        for (; age + ToneTables.WINDOW_HOPS[0] <= ToneTables.WINDOW_HOPS[window]; age += ToneTables.WINDOW_HOPS[0]) {
            sum += explicable[(newest + age) % AGES];
        }
        for (; age < ToneTables.WINDOW_HOPS[window]; age++) {
            sum += energy[(newest + age) % AGES];
        }
        return ToneTables.ROUNDING * sum;
    }

    private void addOne(int age) {
        int slot = (newest + age) % AGES;
        float[] re = real[slot];
        float[] im = imaginary[slot];
        float[] cos = TABLES.turnCos[age];
        float[] sin = TABLES.turnSin[age];
        float[] sumRe = sumReal;
        float[] sumIm = sumImaginary;
        for (int f = 0; f < FREQUENCIES; f++) {
            float a = re[f];
            float b = im[f];
            float c = cos[f];
            float s = sin[f];
            sumRe[f] += a * c - b * s;
            sumIm[f] += a * s + b * c;
        }
    }

    /** The same sum as of two by one, loaded and stored once. */
    private void addTwo(int age) {
        int slot = (newest + age) % AGES;
        int next = (newest + age + 1) % AGES;
        float[] re0 = real[slot];
        float[] im0 = imaginary[slot];
        float[] cos0 = TABLES.turnCos[age];
        float[] sin0 = TABLES.turnSin[age];
        float[] re1 = real[next];
        float[] im1 = imaginary[next];
        float[] cos1 = TABLES.turnCos[age + 1];
        float[] sin1 = TABLES.turnSin[age + 1];
        float[] sumRe = sumReal;
        float[] sumIm = sumImaginary;
        for (int f = 0; f < FREQUENCIES; f++) {
            float a0 = re0[f];
            float b0 = im0[f];
            float c0 = cos0[f];
            float s0 = sin0[f];
            float a1 = re1[f];
            float b1 = im1[f];
            float c1 = cos1[f];
            float s1 = sin1[f];
            float re = sumRe[f];
            float im = sumIm[f];
            sumRe[f] = re + (a0 * c0 - b0 * s0) + (a1 * c1 - b1 * s1);
            sumIm[f] = im + (a0 * s0 + b0 * c0) + (a1 * s1 + b1 * c1);
        }
    }

    private void best(int window) {
        alone(2f / (HOP * ToneTables.WINDOW_HOPS[window]));
        int mostLowBits = 0; // of numbers that are not negative the bits are in their order, and those compare faster
        int mostHighBits = 0;
        for (int f = 0; f < HALF; f++) {
            mostLowBits = Math.max(mostLowBits, Float.floatToRawIntBits(single[f]));
            mostHighBits = Math.max(mostHighBits, Float.floatToRawIntBits(single[HALF + f]));
        }
        float mostLow = Float.intBitsToFloat(mostLowBits);
        float mostHigh = Float.intBitsToFloat(mostHighBits);
        float most = TABLES.crossTalk[window] * (mostLow + mostHigh);
        if (window == 0) {
            explicable[newest] = Math.min(most, total[0]);
        }
        if (most > leastShare * total[window]) {
            turnToMiddle(window);
            float first = explained(window, at(0, mostLow), at(HALF, mostHigh));
            float least = Math.max(leastShare * total[window], Math.nextDown(first)); // the search begins near its end
            share[window] = search(window, least, mostHigh) / total[window];
        }
    }

    private void alone(float scale) {
        float[] re = sumReal;
        float[] im = sumImaginary;
        float[] to = single;
        for (int f = 0; f < FREQUENCIES; f++) {
            to[f] = scale * (re[f] * re[f] + im[f] * im[f]);
        }
    }

    private void turnToMiddle(int window) {
        float[] c = TABLES.middleCos[window];
        float[] s = TABLES.middleSin[window];
        for (int f = 0; f < FREQUENCIES; f++) {
            float re = sumReal[f];
            float im = sumImaginary[f];
            even[f] = re * c[f] - im * s[f];
            odd[f] = -(re * s[f] + im * c[f]);
        }
    }

    /** Which of a group, 0 to 19, explains so much alone. */
    private int at(int group, float energy) {
        int i = 0;
        while (i < HALF - 1 && single[group + i] != energy) {
            i++;
        }
        return i;
    }

    /** Finds the best pair of a window, and its powers; what it explains, 0 where none explains more than the least. */
    private float search(int window, float least, float mostHigh) {
        float crossTalk = TABLES.crossTalk[window];
        float best = least;
        for (int low = 0; low < HALF; low++) {
            if (crossTalk * (single[low] + mostHigh) <= best) { // nor is any pair with this one better
                continue;
            }
            for (int high = 0; high < HALF; high++) {
                if (crossTalk * (single[low] + single[HALF + high]) > best) {
                    float explained = explained(window, low, high);
                    if (explained > best) {
                        best = explained;
                        bestLow[window] = low;
                        bestHigh[window] = high;
                    }
                }
            }
        }
        if (best == least) {
            return 0;
        }
        powers(window);
        return best;
    }

    private float explained(int window, int low, int high) {
        float[] g = TABLES.inverse;
        int at = ToneTables.pair(window, low, high);
        float c = even[low];
        float d = even[HALF + high];
        float s = odd[low];
        float t = odd[HALF + high];
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
