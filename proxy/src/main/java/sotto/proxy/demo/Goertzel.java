package sotto.proxy.demo;

/** Power of one frequency in a stretch of samples. Pure functions. */
final class Goertzel {
    static final int RATE_HZ = 8000;

    private Goertzel() {}

    /**
     * What part of the energy in a stretch lies at one frequency.
     *
     * @return 0.0 to about 1.0: a sine of that frequency and nothing else gives 1; silence gives 0
     */
    static double share(short[] samples, int from, int length, double hertz) {
        double energy = energy(samples, from, length);
        if (energy == 0) {
            return 0;
        }
        double coefficient = 2 * Math.cos(2 * Math.PI * hertz / RATE_HZ);
        double s1 = 0;
        double s2 = 0;
        for (int i = from; i < from + length; i++) {
            double s = samples[i] + coefficient * s1 - s2;
            s2 = s1;
            s1 = s;
        }
        double power = s1 * s1 + s2 * s2 - coefficient * s1 * s2; // amplitude A: (A * length / 2)^2
        return 2 * power / (length * energy); // energy of that sine: A^2 * length / 2
    }

    /** Sum of squares. */
    static double energy(short[] samples, int from, int length) {
        double energy = 0;
        for (int i = from; i < from + length; i++) {
            energy += (double) samples[i] * samples[i];
        }
        return energy;
    }

    /** True where a stretch is louder than −50 dB of full scale. */
    static boolean isAudible(short[] samples, int from, int length) {
        return Math.sqrt(energy(samples, from, length) / length) > 32768 * 0.00316;
    }
}
