package sotto.perf.dtmf;

/** Levels in dBm0 (ITU-T G.711: a sine as loud as both laws go is 3.17 and 3.14 dBm0). Pure functions. */
public final class Level {
    private static final double PEAK_0_DBM0 = 22_300; // of 16 bits
    private static final double LEAST_DBM0 = -90;

    private Level() {}

    /** Amplitude of a sine. */
    static double amplitude(double dbm0) {
        return PEAK_0_DBM0 * Math.pow(10, dbm0 / 20);
    }

    /** Mean square of anything that loud. */
    static double power(double dbm0) {
        double amplitude = amplitude(dbm0);
        return amplitude * amplitude / 2;
    }

    /** How loud that is, -90 where it is softer. */
    static double dbm0(double power) {
        return Math.max(LEAST_DBM0, 10 * Math.log10(power / power(0)));
    }
}
