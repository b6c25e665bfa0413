package sotto.proxy.guard;

import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;

/** One source that is not listened to for some time. Thread-safe. */
final class Ban {
    private final Source source;
    private final Cause cause;
    private final long sinceNs;
    private final long untilNs;
    private final LongAdder dropped = new LongAdder();

    Ban(Source source, Cause cause, long sinceNs, long untilNs) {
        this.source = source;
        this.cause = cause;
        this.sinceNs = sinceNs;
        this.untilNs = untilNs;
    }

    Source source() {
        return source;
    }

    Cause cause() {
        return cause;
    }

    long untilNs() {
        return untilNs;
    }

    boolean isOver(long nowNs) {
        return nowNs - untilNs >= 0;
    }

    void drop() {
        dropped.increment();
    }

    /** @param now the same moment as {@code nowNs} */
    BanView view(long nowNs, Instant now) {
        return new BanView(
                source.toString(),
                now.minusNanos(nowNs - sinceNs),
                now.plusNanos(untilNs - nowNs),
                cause,
                dropped.sum());
    }
}
