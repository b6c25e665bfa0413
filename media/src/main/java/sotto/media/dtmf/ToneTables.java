package sotto.media.dtmf;

/**
 * What {@link ToneBank} needs and never changes: sines of the key frequencies, and the inverted Gram matrices of each pair
 * in each window. Immutable, one for all calls.
 *
 * <p>What is summed for all frequencies lies frequency by frequency, so that one vector instruction serves several.
 *
 * <p>Time is counted from the middle of a window. There cosines are even and sines odd, so a pair of two tones, four
 * functions, falls apart into two systems of two.
 */
final class ToneTables {
    static final int SAMPLE_RATE = 8000;
    /** Samples of a hop: 2 ms. */
    static final int HOP = 16;
    /** Windows in hops: 8, 16, 20 and 30 ms. */
    static final int[] WINDOW_HOPS = {4, 8, 10, 15};

    static final int WINDOWS = WINDOW_HOPS.length;
    static final int LONGEST_HOPS = WINDOW_HOPS[WINDOWS - 1];
    /** ITU-T Q.23: rows, then columns. */
    static final double[] HERTZ = {697, 770, 852, 941, 1209, 1336, 1477, 1633};

    static final int GROUP = 4; // frequencies of a group
    /** Frequency trims about each: -2, -1, 0, 1, 2 %. */
    static final int TRIMS = 5;

    static final int FREQUENCIES = 2 * GROUP * TRIMS;
    private static final double TRIM_STEP = 0.01;
    /** Beyond a bound: floats may be that wrong, and are not. */
    static final float ROUNDING = 1.001f;

    private static final int PAIRS = FREQUENCIES / 2 * FREQUENCIES / 2;

    /** Terms of an inverted pair: cosines low-low, low-high, high-high, then sines. */
    static final int TERMS = 6;

    /** [sample][frequency]. */
    final float[][] cos = new float[HOP][FREQUENCIES];

    final float[][] minusSin = new float[HOP][FREQUENCIES];
    /** [hop age][frequency]: turns a hop's sum to the phase of the newest hop. */
    final float[][] turnCos = new float[LONGEST_HOPS][FREQUENCIES];

    final float[][] turnSin = new float[LONGEST_HOPS][FREQUENCIES];
    /** [window][frequency]: turns a window's sum to the phase of its middle. */
    final float[][] middleCos = new float[WINDOWS][FREQUENCIES];

    final float[][] middleSin = new float[WINDOWS][FREQUENCIES];
    /** [((window × low frequencies + low) × high frequencies + high) × TERMS + term]. */
    final float[] inverse = new float[WINDOWS * PAIRS * TERMS];

    /** [window]: a pair explains at most this over its tones one by one. */
    final float[] crossTalk = new float[WINDOWS];

    static final ToneTables INSTANCE = new ToneTables();

    private ToneTables() {
        for (int f = 0; f < FREQUENCIES; f++) {
            double w = radians(f);
            for (int n = 0; n < HOP; n++) {
                cos[n][f] = (float) Math.cos(w * n);
                minusSin[n][f] = (float) -Math.sin(w * n);
            }
            for (int age = 0; age < LONGEST_HOPS; age++) {
                turnCos[age][f] = (float) Math.cos(w * HOP * age);
                turnSin[age][f] = (float) Math.sin(w * HOP * age);
            }
            for (int window = 0; window < WINDOWS; window++) {
                double middle = (HOP - 1 - HOP * (WINDOW_HOPS[window] - 1)) / 2.0; // from the newest hop's start
                middleCos[window][f] = (float) Math.cos(w * middle);
                middleSin[window][f] = (float) Math.sin(w * middle);
            }
        }
        for (int window = 0; window < WINDOWS; window++) {
            for (int low = 0; low < FREQUENCIES / 2; low++) {
                for (int high = 0; high < FREQUENCIES / 2; high++) {
                    invert(window, low, high);
                }
            }
        }
    }

    /** Index of a pair's first term. */
    static int pair(int window, int low, int high) {
        return ((window * (FREQUENCIES / 2) + low) * (FREQUENCIES / 2) + high) * TERMS;
    }

    private static double radians(int frequency) {
        double trim = 1 + TRIM_STEP * (frequency % TRIMS - TRIMS / 2);
        return 2 * Math.PI * HERTZ[frequency / TRIMS] * trim / SAMPLE_RATE;
    }

    private void invert(int window, int low, int high) {
        double a = radians(low);
        double b = radians(FREQUENCIES / 2 + high);
        int samples = HOP * WINDOW_HOPS[window];
        double[] even = new double[3];
        double[] odd = new double[3];
        for (int n = 0; n < samples; n++) {
            double t = n - (samples - 1) / 2.0;
            even[0] += Math.cos(a * t) * Math.cos(a * t);
            even[1] += Math.cos(a * t) * Math.cos(b * t);
            even[2] += Math.cos(b * t) * Math.cos(b * t);
            odd[0] += Math.sin(a * t) * Math.sin(a * t);
            odd[1] += Math.sin(a * t) * Math.sin(b * t);
            odd[2] += Math.sin(b * t) * Math.sin(b * t);
        }
        store(even, pair(window, low, high));
        store(odd, pair(window, low, high) + 3);
        double least = Math.min(leastEigenvalue(even), leastEigenvalue(odd));
        crossTalk[window] = Math.max(crossTalk[window], (float) (ROUNDING * samples / 2 / least));
    }

    /** Of a Gram matrix: what explains most is made of functions that look most alike. */
    private static double leastEigenvalue(double[] gram) {
        double half = (gram[0] - gram[2]) / 2;
        return (gram[0] + gram[2]) / 2 - Math.sqrt(half * half + gram[1] * gram[1]);
    }

    private void store(double[] gram, int at) {
        double determinant = gram[0] * gram[2] - gram[1] * gram[1];
        inverse[at] = (float) (gram[2] / determinant);
        inverse[at + 1] = (float) (-gram[1] / determinant);
        inverse[at + 2] = (float) (gram[0] / determinant);
    }
}
