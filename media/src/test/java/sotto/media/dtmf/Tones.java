package sotto.media.dtmf;

import java.util.Random;
import java.util.SplittableRandom;

/** Generates what a caller's line carries: keys by ITU-T Q.23, noise, and sounds that are like a voice. */
final class Tones {
    /** Keys of RFC 4733 §3.2 by row and column. */
    static final int[] KEYS = {1, 2, 3, 12, 4, 5, 6, 13, 7, 8, 9, 14, 10, 0, 11, 15};

    private static final double[] ROWS = {697, 770, 852, 941};
    private static final double[] COLUMNS = {1209, 1336, 1477, 1633};
    private static final double DBM0_PEAK = 22_300;

    private Tones() {}

    /**
     * One press.
     *
     * @param key 0 to 15 as in RFC 4733
     * @param dbm0 level of the two tones together
     * @param twistDb level of the higher tone over the lower one
     * @param rowOff relative deviation of the lower tone
     * @param columnOff relative deviation of the higher tone
     */
    record Press(int key, double dbm0, double twistDb, double rowOff, double columnOff) {
        /** Adds the tone to the line. */
        void addTo(double[] line, int onset, int samples, Random random) {
            int place = 0;
            while (KEYS[place] != key) {
                place++;
            }
            double each = DBM0_PEAK
                    * decibel(dbm0)
                    / Math.sqrt(decibel(twistDb / 2) * decibel(twistDb / 2)
                            + decibel(-twistDb / 2) * decibel(-twistDb / 2));
            add(line, onset, samples, new double[] {
                ROWS[place / 4] * (1 + rowOff), each * decibel(-twistDb / 2), random.nextDouble()
            });
            add(line, onset, samples, new double[] {
                COLUMNS[place % 4] * (1 + columnOff), each * decibel(twistDb / 2), random.nextDouble()
            });
        }
    }

    /** Adds a tone at the level of {@code dbm0}, as those that call progress is made of, from the first sample to the last. */
    static void tone(double[] line, double hertz, double dbm0) {
        add(line, 0, line.length, new double[] {hertz, DBM0_PEAK * decibel(dbm0), 0});
    }

    /** Adds what comes back of the line so far, once. */
    static void echo(double[] line, int samplesLater, double dbDown) {
        for (int i = line.length - 1; i >= samplesLater; i--) { // from the end: an echo has no echo
            line[i] += decibel(-dbDown) * line[i - samplesLater];
        }
    }

    /** Adds an offset of so many units of 16-bit samples. */
    static void directCurrent(double[] line, double offset) {
        for (int i = 0; i < line.length; i++) {
            line[i] += offset;
        }
    }

    private static void add(double[] line, int onset, int samples, double[] hertzPeakPhase) {
        for (int i = 0; i < samples; i++) {
            double turns = hertzPeakPhase[0] * i / 8000 + hertzPeakPhase[2];
            line[onset + i] += hertzPeakPhase[1] * Math.sin(2 * Math.PI * turns);
        }
    }

    /** Adds white noise. */
    static void noise(double[] line, double dbm0, Random random) {
        double deviation = DBM0_PEAK / Math.sqrt(2) * decibel(dbm0);
        for (int i = 0; i < line.length; i++) {
            line[i] += deviation * random.nextGaussian();
        }
    }

    /**
     * Adds syllables: a pulse train of 90 to 300 Hz that glides and trembles, through three resonances that move, with pauses. Not
     * speech, but as rich in harmonics.
     */
    static void voice(double[] line, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int at = 0; at < line.length; ) {
            int samples = Math.min(random.nextInt(600, 3200), line.length - at);
            syllable(line, at, samples, random);
            at += samples + random.nextInt(80, 1600);
        }
    }

    private static void syllable(double[] line, int at, int samples, SplittableRandom random) {
        double pitch = random.nextDouble(90, 300);
        double glide = random.nextDouble(-0.25, 0.25);
        double[] formants = {random.nextDouble(300, 900), random.nextDouble(900, 2200), random.nextDouble(2200, 3200)};
        double[] drift = {random.nextDouble(-0.3, 0.3), random.nextDouble(-0.3, 0.3), 0};
        double phase = 0;
        for (int i = 0; i < samples; i++) {
            double part = i / (double) samples;
            double hertz = pitch * (1 + glide * part);
            phase += hertz / 8000 * (1 + 0.02 * (random.nextDouble() - 0.5));
            double sum = 0;
            for (int harmonic = 1; harmonic * hertz < 3600; harmonic++) {
                double gain = 0.3 / harmonic;
                for (int f = 0; f < formants.length; f++) {
                    double away = (harmonic * hertz - formants[f] * (1 + drift[f] * part)) / (90 + 50 * f);
                    gain += 1 / ((1 + f) * (1 + away * away));
                }
                sum += gain * Math.sin(2 * Math.PI * harmonic * phase);
            }
            line[at + i] += 2500 * Math.sin(Math.PI * part) * sum;
        }
    }

    static double decibel(double level) {
        return Math.pow(10, level / 20);
    }
}
