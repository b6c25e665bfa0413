package sotto.perf.run;

import java.util.Arrays;

/** Times, and what they come to. One thread; grows, so not for a path that must not allocate. */
public final class Samples {
    private long[] nanoseconds;
    private int count;

    public Samples() {
        this(1024);
    }

    /** @param room for so many before it grows */
    public Samples(int room) {
        nanoseconds = new long[room];
    }

    public void add(long ns) {
        if (count == nanoseconds.length) {
            nanoseconds = Arrays.copyOf(nanoseconds, 2 * count);
        }
        nanoseconds[count++] = ns;
    }

    /** The same times, which stay as they are. */
    public Samples copy() {
        Samples copy = new Samples(Math.max(1, count));
        System.arraycopy(nanoseconds, 0, copy.nanoseconds, 0, count);
        copy.count = count;
        return copy;
    }

    /** Adds all of these to others. */
    public void addTo(Samples others) {
        for (int i = 0; i < count; i++) {
            others.add(nanoseconds[i]);
        }
    }

    public int count() {
        return count;
    }

    public void clear() {
        count = 0;
    }

    /**
     * A quantile by nearest rank.
     *
     * @param share 0.0 to 1.0
     * @return milliseconds; 0 where there are no samples
     */
    public double ms(double share) {
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(nanoseconds, count);
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(share * count);
        return sorted[Math.clamp(rank - 1, 0, count - 1)] / 1e6;
    }

    /** Share of them from one time on up to another, 0.0 to 1.0; 0 where there are no samples. */
    public double share(long fromNs, long untilNs) {
        int within = 0;
        for (int i = 0; i < count; i++) {
            within += nanoseconds[i] >= fromNs && nanoseconds[i] < untilNs ? 1 : 0;
        }
        return count == 0 ? 0 : (double) within / count;
    }
}
