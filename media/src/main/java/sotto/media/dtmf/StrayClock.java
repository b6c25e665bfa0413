package sotto.media.dtmf;

/**
 * RTP clock of telephone-events that nobody agreed on, by how their durations grow while time goes by; 8,000 Hz until that is
 * known. Belongs to the worker that owns the call.
 */
final class StrayClock {
    private static final int[] CLOCKS_HZ = {8000, 16_000, 32_000, 48_000};
    private static final long LEAST_NS = 60_000_000; // three reports: their jitter is small beside it
    private static final long NS_A_S = 1_000_000_000;

    private int hz = CLOCKS_HZ[0];
    private int firstTicks;
    private long firstNs;

    /**
     * Takes the duration that a report tells of a press.
     *
     * @param first of this press
     */
    void report(boolean first, int durationTicks, long nowNs) {
        long ns = nowNs - firstNs;
        if (first || durationTicks < firstTicks) { // RFC 4733 §2.5.1.3: a segment starts from nothing
            firstTicks = durationTicks;
            firstNs = nowNs;
        } else if (ns >= LEAST_NS) {
            hz = nearest((durationTicks - firstTicks) * NS_A_S / ns);
        }
    }

    private static int nearest(long perSecond) {
        int nearest = CLOCKS_HZ[0];
        for (int clock : CLOCKS_HZ) {
            nearest = Math.abs(clock - perSecond) < Math.abs(nearest - perSecond) ? clock : nearest;
        }
        return nearest;
    }

    int hz() {
        return hz;
    }

    void clear() {
        hz = CLOCKS_HZ[0];
        firstTicks = 0;
        firstNs = 0;
    }
}
