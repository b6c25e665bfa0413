package sotto.proxy.guard;

/**
 * A time for each of many sources, in memory that does not grow. Thread-safe, by its monitor: held for eight comparisons.
 *
 * <p>Whoever forges addresses has as many as he likes. So a source has eight places in which it may be, and where all are
 * taken the earliest time goes: of buckets the fullest one, which is next to none. Where those places are depends on a
 * secret, else somebody could choose addresses that push out one that he wants forgotten.
 */
final class SourceTable {
    private static final int WAYS = 8;

    private final long[] keys;
    private final long[] timesNs;
    private final boolean[] used;
    private final long secret;

    /** @param places how many sources are kept at most; a power of two, at least 8 */
    SourceTable(int places, long secret) {
        if (places < WAYS || Integer.bitCount(places) != 1) {
            throw new IllegalArgumentException(places + " is not a power of two from 8");
        }
        this.keys = new long[places];
        this.timesNs = new long[places];
        this.used = new boolean[places];
        this.secret = secret;
    }

    /** Takes one of a source's bucket. */
    synchronized boolean take(Source source, Rate rate, long nowNs) {
        int at = find(source.key());
        long before = at < 0 ? rate.full(nowNs) : timesNs[at];
        long after = rate.take(before, nowNs);
        if (after == before) {
            return false;
        }
        put(source.key(), at, after);
        return true;
    }

    /** Keeps a source until then, or longer where it was to be kept longer. */
    synchronized void keep(Source source, long untilNs) {
        int at = find(source.key());
        if (at < 0 || untilNs - timesNs[at] > 0) {
            put(source.key(), at, untilNs);
        }
    }

    /** True for one that is to be kept now. */
    synchronized boolean keeps(Source source, long nowNs) {
        int at = find(source.key());
        return at >= 0 && timesNs[at] - nowNs > 0;
    }

    synchronized void forget(Source source) {
        int at = find(source.key());
        if (at >= 0) {
            used[at] = false;
        }
    }

    private int find(long key) {
        int first = first(key);
        for (int at = first; at < first + WAYS; at++) {
            if (used[at] && keys[at] == key) {
                return at;
            }
        }
        return -1;
    }

    private void put(long key, int known, long timeNs) {
        int at = known < 0 ? place(first(key)) : known;
        keys[at] = key;
        timesNs[at] = timeNs;
        used[at] = true;
    }

    /** One that is free, or that of the earliest time. */
    private int place(int first) {
        int earliest = first;
        for (int at = first; at < first + WAYS; at++) {
            if (!used[at]) {
                return at;
            }
            if (timesNs[at] - timesNs[earliest] < 0) {
                earliest = at;
            }
        }
        return earliest;
    }

    private int first(long key) {
        long mixed = mix(mix(key ^ secret) + secret);
        return (int) (mixed & (keys.length - 1)) & -WAYS;
    }

    /** The finalizer of MurmurHash3: each bit of the input moves half of those of the output. */
    private static long mix(long input) {
        long once = (input ^ (input >>> 33)) * 0xFF51AFD7ED558CCDL;
        long twice = (once ^ (once >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return twice ^ (twice >>> 33);
    }
}
