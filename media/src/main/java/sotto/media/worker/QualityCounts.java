package sotto.media.worker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How spans of 5 s of all legs of one side were spread, over the life of one worker. Written by the worker alone, read by
 * anyone.
 */
public final class QualityCounts {
    private static final double SUM_UNITS = 1e6; // of the sum, which is kept as a whole number

    /** What is measured of a span; its limits divide it into buckets. */
    public enum Measure {
        /** Interarrival jitter, seconds. */
        JITTER(.0005, .001, .002, .005, .01, .02, .03, .05, .1, .2),
        /** Share of packets lost, 0 to 1. */
        LOSS(.0001, .001, .005, .01, .02, .05, .1, .2, .5),
        /** Estimated quality, 1.0 to 4.5. */
        MOS(1.5, 2, 2.5, 3, 3.5, 3.8, 4, 4.1, 4.2, 4.3, 4.4),
        /** Round trip to the peer, seconds; of spans in which RTCP told it. */
        ROUND_TRIP(.001, .005, .01, .02, .05, .1, .15, .2, .3, .5, 1);

        @SuppressWarnings("ImmutableEnumChecker") // toList gives one that cannot be changed
        private final List<Double> limits;

        Measure(double... limits) {
            this.limits = Arrays.stream(limits).boxed().toList();
        }

        /** Upper ends of the buckets, rising; one more bucket has all that is above. */
        public List<Double> limits() {
            return limits;
        }
    }

    /**
     * Spans in buckets.
     *
     * @param counts of each bucket by itself, one more than there are limits
     * @param sum of what was measured
     */
    public record Spread(List<Long> counts, double sum) {
        public Spread {
            counts = List.copyOf(counts);
        }

        /** Both together; of the same measure. */
        public Spread plus(Spread other) {
            List<Long> both = new ArrayList<>();
            for (int i = 0; i < counts.size(); i++) {
                both.add(counts.get(i) + other.counts.get(i));
            }
            return new Spread(both, sum + other.sum);
        }
    }

    private final Map<Measure, AtomicLongArray> slots = new EnumMap<>(Measure.class);

    QualityCounts() {
        for (Measure measure : Measure.values()) {
            slots.put(measure, new AtomicLongArray(measure.limits.size() + 2)); // the last has the sum
        }
    }

    void add(Measure measure, double value) {
        AtomicLongArray of = Objects.requireNonNull(slots.get(measure));
        int bucket = 0;
        while (bucket < measure.limits.size() && value > measure.limits.get(bucket)) {
            bucket++;
        }
        int sum = of.length() - 1;
        of.setRelease(bucket, of.getPlain(bucket) + 1);
        of.setRelease(sum, of.getPlain(sum) + Math.round(value * SUM_UNITS));
    }

    /** As it is now. */
    public Spread spread(Measure measure) {
        AtomicLongArray of = Objects.requireNonNull(slots.get(measure));
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < of.length() - 1; i++) {
            counts.add(of.getAcquire(i));
        }
        return new Spread(counts, of.getAcquire(of.length() - 1) / SUM_UNITS);
    }
}
