package sotto.media.dtls;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How many handshakes may be under way at once, and for how long. Thread-safe; waits for nobody. */
public final class DtlsHandshakes {
    private static final Duration WITHIN = Duration.ofSeconds(20);

    private final int most;
    private final int withinMs;
    private final AtomicInteger underWay = new AtomicInteger();

    /** @param most 1 or more; each costs a virtual thread, and some milliseconds of a core in all */
    public DtlsHandshakes(int most) {
        this(most, WITHIN);
    }

    /** @param within each of them ends or fails */
    DtlsHandshakes(int most, Duration within) {
        this.most = most;
        this.withinMs = (int) within.toMillis();
    }

    /**
     * Begins an association.
     *
     * @return null where too many handshakes are under way: try again when the peer does
     */
    public @Nullable DtlsAssociation begin(DtlsPlan plan, DtlsAssociation.Owner owner) {
        if (underWay.incrementAndGet() > most) {
            underWay.decrementAndGet();
            return null;
        }
        DtlsAssociation association = new DtlsAssociation(plan, owner, withinMs, underWay::decrementAndGet);
        association.start();
        return association;
    }

    /** Handshakes that neither ended nor failed yet. */
    public int underWay() {
        return underWay.get();
    }
}
