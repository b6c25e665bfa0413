package sotto.proxy.trunk;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import sotto.proxy.config.PeerSettings;

/**
 * New calls that may still come: a bucket that fills with the rate and holds a burst. Thread-safe, without a lock: what is
 * kept is the moment at which the bucket would be empty.
 *
 * <pre>
 *  rate 2 a second, burst 3; time in ms    empty at    may come
 *   0   first                               -1000      yes, bucket has 3
 *   0   second, third                       -500, 0    yes
 *   0   fourth                              0          no
 *  500  fourth                              500        yes
 * </pre>
 */
final class Allowance {
    private static final long SECOND_NS = 1_000_000_000;

    private final long eachNs;
    private final long burstNs;
    private final AtomicLong emptyNs = new AtomicLong(Long.MIN_VALUE);

    Allowance(Optional<PeerSettings.Rate> rate) {
        this.eachNs = rate.map(r -> SECOND_NS / r.perSecond()).orElse(0L);
        this.burstNs = rate.map(r -> eachNs * r.burst()).orElse(0L);
    }

    /** Takes one, where there is one. */
    boolean take(long nowNs) {
        if (eachNs == 0) {
            return true;
        }
        while (true) {
            long seen = emptyNs.get();
            long full = nowNs - burstNs;
            long from = seen == Long.MIN_VALUE || seen - full < 0 ? full : seen; // it does not fill above its burst
            long next = from + eachNs;
            if (next - nowNs > 0) {
                return false;
            }
            if (emptyNs.compareAndSet(seen, next)) {
                return true;
            }
        }
    }
}
