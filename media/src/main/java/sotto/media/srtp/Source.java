package sotto.media.srtp;

/**
 * Highest packet index and replay window of one SSRC. Belongs to one worker. Reading it changes nothing; only
 * {@link #accept} does, and only authentic packets get there.
 *
 * <pre>
 *  highest       seq     guess         why                                        (RFC 3711 §3.3.1, Appendix A)
 *  0:65535           0   1:0           nearer after a wrap than 65,535 back
 *  1:0           65535   0:65535       late, from before the wrap
 *  0:3           40000   0:40000       nothing is before rollover counter 0: a jump ahead
 * </pre>
 *
 * <p>Out of scope: a sender whose counter wraps before its first packet arrives here. Its tags do not match (§3.3.1:
 * start below 2^15).
 */
final class Source {
    /** §3.3.2 asks for 64 at least: 1.28 s of 20 ms packets. */
    static final int WINDOW = 64;
    /** §3.3.1, §9.2: an index has 48 bits, and none is used twice under one key. */
    static final long LAST_INDEX = (1L << 48) - 1;

    private final int ssrc;
    private long highest = -1;
    private long window; // bit n: highest - n was seen
    private long lastUse;

    Source(int ssrc) {
        this.ssrc = ssrc;
    }

    int ssrc() {
        return ssrc;
    }

    /** The index nearest to the highest so far that ends in {@code sequence}; may lie past {@link #LAST_INDEX}. */
    long guess(int sequence) {
        if (highest < 0) {
            return sequence;
        }
        int low = (int) highest & 0xFFFF;
        long rollovers = highest >>> 16;
        if (low < 1 << 15) {
            rollovers -= sequence - low > 1 << 15 ? 1 : 0;
        } else {
            rollovers += low - (1 << 15) > sequence ? 1 : 0;
        }
        return rollovers < 0 ? sequence : rollovers << 16 | sequence;
    }

    /** True where {@code index} was seen, or is older than the window. */
    boolean holds(long index) {
        long age = highest - index;
        return age >= 0 && (age >= WINDOW || (window >>> age & 1) != 0);
    }

    /** Remembers an authentic packet. */
    void accept(long index, long use) {
        lastUse = use;
        long ahead = index - highest;
        if (ahead <= 0) {
            window |= 1L << -ahead;
            return;
        }
        window = ahead >= WINDOW ? 1 : window << ahead | 1;
        highest = index;
    }

    long lastUse() {
        return lastUse;
    }
}
