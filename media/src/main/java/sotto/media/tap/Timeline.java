package sotto.media.tap;

/**
 * Where in a call's recording a packet's audio belongs, in samples from the call's time zero. Belongs to the tap's
 * reader.
 *
 * <p>The first packet is placed by its arrival, those after it by their timestamps, so that jitter is not heard. Arrival
 * keeps watch: audio is never further ahead of it than {@link #MOST_AHEAD}, whatever a timestamp says, so nobody can fill
 * the disk with a number.
 *
 * <pre>
 *  ssrc  timestamp  arrival ms   placed at ms
 *     A       8000        1000      1000   first: by arrival
 *     A       8160        1035      1020   by timestamp
 *     A      32160        4010      4020   hold: the source's clock ran on
 *     A   90000000        4040      4040   ahead of its arrival by hours: by arrival
 *     B        777        4060      4060   other source: by arrival
 *     B        937        9000      9000   over 2 s behind: the source's clock stood still
 * </pre>
 *
 * <p>A packet that is late by less keeps its place, for a stall of the network ends in a burst. Where each packet of a
 * whole second is over 200 ms behind, the clocks have drifted and arrival counts again.
 */
final class Timeline {
    static final int MOST_AHEAD = 1600; // 200 ms
    static final int MOST_BEHIND = 16_000; // 2 s
    private static final int DRIFT = 1600; // 200 ms
    private static final int DRIFT_WINDOW = 8000; // 1 s
    private static final long NS_PER_SAMPLE = 125_000;

    private final long zeroNs;
    private boolean anchored;
    private int ssrc;
    private int anchorTimestamp;
    private long anchorSample;
    private long windowEnd; // of the watch for drift
    private long leastBehind;

    /** @param zeroNs the call's time zero on the clock that arrivals are told by */
    Timeline(long zeroNs) {
        this.zeroNs = zeroNs;
    }

    /** Sample of an instant; 0 for one before time zero. */
    long at(long nowNs) {
        return Math.max(0, (nowNs - zeroNs) / NS_PER_SAMPLE);
    }

    /** First sample of a packet's audio. */
    long place(int packetSsrc, int timestamp, long arrivalNs) {
        long arrival = at(arrivalNs);
        long sample = anchorSample + (timestamp - anchorTimestamp);
        long behind = arrival - sample;
        if (!anchored
                || packetSsrc != ssrc
                || behind < -MOST_AHEAD
                || behind > MOST_BEHIND
                || drifted(arrival, behind)) {
            anchored = true;
            ssrc = packetSsrc;
            sample = arrival;
            watch(arrival, 0);
        }
        anchorTimestamp = timestamp; // moves along, so that 2^31 ticks are never between two packets
        anchorSample = sample;
        return Math.max(0, sample);
    }

    private boolean drifted(long arrival, long behind) {
        if (arrival < windowEnd) {
            leastBehind = Math.min(leastBehind, behind);
            return false;
        }
        boolean drifted = leastBehind > DRIFT && behind > DRIFT;
        watch(arrival, behind);
        return drifted;
    }

    private void watch(long arrival, long behind) {
        windowEnd = arrival + DRIFT_WINDOW;
        leastBehind = behind;
    }
}
