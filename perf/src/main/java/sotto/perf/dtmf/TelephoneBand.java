package sotto.perf.dtmf;

/**
 * What of speech a telephone passes: 300 to 3,400 Hz, by a filter of 127 coefficients, the difference of two low passes by
 * windowed sines. Pure functions.
 */
public final class TelephoneBand {
    private static final double LOW_HERTZ = 300;
    private static final double HIGH_HERTZ = 3400;
    private static final int REACH = 63; // samples to either side
    private static final double[] FILTER = filter();

    private TelephoneBand() {}

    private static double[] filter() {
        double[] filter = new double[2 * REACH + 1];
        for (int i = -REACH; i <= REACH; i++) {
            double window = 0.54 + 0.46 * Math.cos(Math.PI * i / (REACH + 1)); // Hamming's
            filter[i + REACH] = window * (lowPass(HIGH_HERTZ, i) - lowPass(LOW_HERTZ, i));
        }
        return filter;
    }

    private static double lowPass(double hertz, int i) {
        double share = 2 * hertz / Script.RATE;
        return i == 0 ? share : Math.sin(Math.PI * share * i) / (Math.PI * i);
    }

    /** As many samples as there are. */
    public static short[] of(short[] wide) {
        short[] narrow = new short[wide.length];
        for (int at = 0; at < wide.length; at++) {
            double sum = 0;
            for (int i = Math.max(0, at - REACH); i <= Math.min(wide.length - 1, at + REACH); i++) {
                sum += FILTER[at - i + REACH] * wide[i];
            }
            narrow[at] = (short) Math.clamp(Math.round(sum), Short.MIN_VALUE, Short.MAX_VALUE);
        }
        return narrow;
    }
}
