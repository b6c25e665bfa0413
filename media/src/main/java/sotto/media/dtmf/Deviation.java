package sotto.media.dtmf;

/**
 * How far a tone is off its nominal frequency. ITU-T Q.24 accepts 1.5 % and refuses 3.5 %; the border here is 2.5 %.
 * Stateless.
 */
final class Deviation {
    private static final int STEPS = 8; // of half a percent, to each side
    private static final double STEP = 0.005;
    private static final int ACCEPTED_STEPS = 5;

    private Deviation() {}

    /**
     * Finds the strongest frequency within 4 % of the nominal one.
     *
     * @param ring filtered samples, the newest before {@code end}
     * @param samples how many of them to look at
     * @return whether it is near enough
     */
    static boolean isAccepted(float[] ring, int end, int samples, double hertz) {
        int best = 0;
        double most = -1;
        for (int step = -STEPS; step <= STEPS; step++) {
            double power = power(ring, end, samples, hertz * (1 + STEP * step));
            if (power > most) {
                most = power;
                best = step;
            }
        }
        return Math.abs(best) <= ACCEPTED_STEPS;
    }

    /** Goertzel's recursion over weighted samples, so that the other tone does not pull at the peak. */
    private static double power(float[] ring, int end, int samples, double hertz) {
        double c = 2 * Math.cos(2 * Math.PI * hertz / ToneTables.SAMPLE_RATE);
        double last = 0;
        double before = 0;
        int at = Math.floorMod(end - samples, ring.length);
        for (int n = 0; n < samples; n++) {
            double next = ring[at] * weight(n, samples) + c * last - before;
            before = last;
            last = next;
            at = at + 1 == ring.length ? 0 : at + 1;
        }
        return last * last + before * before - c * last * before;
    }

    private static double weight(int n, int samples) {
        double x = (n + 0.5) / samples; // Welch's parabola
        return 4 * x * (1 - x);
    }
}
