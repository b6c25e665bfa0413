package sotto.perf;

import java.util.Arrays;

/** Times, and what they come to. One thread; grows, so not for a path that must not allocate. */
final class Samples {
    private long[] nanoseconds = new long[1024];
    private int count;

    void add(long ns) {
        if (count == nanoseconds.length) {
            nanoseconds = Arrays.copyOf(nanoseconds, 2 * count);
        }
        nanoseconds[count++] = ns;
    }

    int count() {
        return count;
    }

    void clear() {
        count = 0;
    }

    /**
     * A quantile by nearest rank.
     *
     * @param share 0.0 to 1.0
     * @return milliseconds; 0 where there are no samples
     */
    double ms(double share) {
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(nanoseconds, count);
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(share * count);
        return sorted[Math.clamp(rank - 1, 0, count - 1)] / 1e6;
    }
}
