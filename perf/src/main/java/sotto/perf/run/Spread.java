package sotto.perf.run;

import java.util.Arrays;
import java.util.Locale;

/**
 * What a figure came to over rounds.
 *
 * @param median of an even number, the mean of the middle two
 */
public record Spread(double median, double least, double most) {
    /**
     * Takes the rounds' values, in any order.
     *
     * @throws IllegalArgumentException without values
     */
    public static Spread of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no rounds");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** Median, then the range in brackets. */
    public String text(String format) {
        return String.format(Locale.ROOT, format + " (" + format + " to " + format + ")", median, least, most);
    }
}
