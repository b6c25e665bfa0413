package sotto.media.rtp;

/**
 * One bit for each of the 128 newest sequence numbers, counted back from the highest. Belongs to one worker. Wide enough
 * for what RFC 3550 A.1 takes for late rather than for a restart ({@link #MAX_MISORDER}).
 */
final class SequenceWindow {
    /** A step forward of so many, or more, is no loss but a restart (RFC 3550 A.1). */
    static final int MAX_DROPOUT = 3000;
    /** A step back of so many, or more, is not late but a restart (RFC 3550 A.1). */
    static final int MAX_MISORDER = 100;

    private long newer; // bit n: n numbers behind the highest
    private long older; // bit n: 64 + n behind

    void clear() {
        newer = 0;
        older = 0;
    }

    /** Makes a number {@code steps} above the highest the new highest, unmarked, as are those between. */
    void advance(int steps) {
        if (steps >= 128) {
            clear();
        } else if (steps >= 64) {
            older = newer << (steps - 64);
            newer = 0;
        } else if (steps > 0) {
            older = older << steps | newer >>> (64 - steps);
            newer <<= steps;
        }
    }

    /** Marks the number {@code back} behind the highest, 0 to 127. */
    void mark(int back) {
        if (back < 64) {
            newer |= 1L << back;
        } else {
            older |= 1L << back;
        }
    }

    boolean isMarked(int back) {
        return ((back < 64 ? newer : older) >>> back & 1) != 0;
    }

    /** How many of the {@code back} numbers from the highest down are marked; {@code back} below 128. */
    int countNewerThan(int back) {
        return back < 64
                ? Long.bitCount(newer & ((1L << back) - 1))
                : Long.bitCount(newer) + Long.bitCount(older & ((1L << back) - 1));
    }
}
