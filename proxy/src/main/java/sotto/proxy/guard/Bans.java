package sotto.proxy.guard;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Sources that are banned now: at most so many. Thread-safe.
 *
 * <pre>
 *  full, and one more is         then
 *  for what it did               not added: what it sends above its rate is dropped all the same
 *  by hand                       added, and the one that ends first of the others goes
 * </pre>
 */
final class Bans {
    private static final long SWEEP_NS = 1_000_000_000;

    private final Map<Long, Ban> bySource = new ConcurrentHashMap<>();
    private final int most;
    private final AtomicLong sweptNs;

    Bans(int most, long nowNs) {
        this.most = most;
        this.sweptNs = new AtomicLong(nowNs - SWEEP_NS);
    }

    /** The ban of a source; null where it has none. */
    @Nullable
    Ban of(Source source, long nowNs) {
        Ban ban = bySource.isEmpty() ? null : bySource.get(source.key());
        if (ban != null && ban.isOver(nowNs)) {
            bySource.remove(source.key(), ban);
            return null;
        }
        return ban;
    }

    /** Adds one, or puts it in the place of what the source had. */
    boolean add(Ban ban, long nowNs) {
        Long key = ban.source().key();
        if (bySource.size() >= most && !bySource.containsKey(key)) {
            sweep(nowNs);
            if (bySource.size() >= most && !(ban.cause() == Cause.BY_HAND && giveWay())) {
                return false;
            }
        }
        bySource.put(key, ban);
        return true;
    }

    /** Not more often than each second: a flood of forged addresses would keep us at it. */
    private void sweep(long nowNs) {
        long before = sweptNs.get();
        if (nowNs - before >= SWEEP_NS && sweptNs.compareAndSet(before, nowNs)) {
            bySource.values().removeIf(ban -> ban.isOver(nowNs));
        }
    }

    private boolean giveWay() {
        Optional<Ban> first = bySource.values().stream()
                .filter(ban -> ban.cause() != Cause.BY_HAND)
                .min(Comparator.comparingLong(Ban::untilNs));
        return first.isPresent() && bySource.remove(first.get().source().key(), first.get());
    }

    Optional<Ban> lift(Source source, long nowNs) {
        return Optional.ofNullable(bySource.remove(source.key())).filter(ban -> !ban.isOver(nowNs));
    }

    List<Ban> list(long nowNs) {
        return bySource.values().stream().filter(ban -> !ban.isOver(nowNs)).toList();
    }
}
