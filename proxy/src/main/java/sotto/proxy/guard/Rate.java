package sotto.proxy.guard;

import java.time.Duration;

/**
 * A token bucket, as arithmetic: all that is kept of one is the moment at which it would be empty. Immutable.
 *
 * <pre>
 *  2 a second, burst 3; ms   empty at    may come
 *     0  first               -1000       yes, the bucket has 3
 *     0  second, third       -500, 0     yes
 *     0  fourth              0           no
 *   500  fourth              500         yes
 * </pre>
 *
 * @param eachNs time in which one more comes in
 * @param burst most that it holds
 */
record Rate(long eachNs, int burst) {
    private static final long SECOND_NS = Duration.ofSeconds(1).toNanos();

    static Rate perSecond(int number, int burst) {
        return new Rate(SECOND_NS / number, burst);
    }

    /** A full one. */
    long full(long nowNs) {
        return nowNs - eachNs * burst;
    }

    /**
     * Takes one.
     *
     * @param emptyNs the bucket
     * @return the bucket after that; the same where there was none to take
     */
    long take(long emptyNs, long nowNs) {
        long full = full(nowNs);
        long from = emptyNs - full < 0 ? full : emptyNs; // it does not fill above its burst
        long next = from + eachNs;
        return next - nowNs > 0 ? emptyNs : next;
    }
}
