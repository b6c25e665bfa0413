package sotto.perf.dtmf;

import java.util.ArrayList;
import java.util.List;
import sotto.perf.report.Chart;

/**
 * How loud a line is, by the millisecond, about the beginnings and the ends of tones: the mean of those that are far enough
 * from others for one edge not to be another's. One thread.
 */
final class Edges {
    private static final int FRAME = Script.RATE / 1000;
    private static final int REACH_MS = 60; // to either side
    private static final int REACH = REACH_MS * FRAME;

    private final double[] beginning = new double[2 * REACH_MS]; // sums of powers
    private final double[] end = new double[2 * REACH_MS];
    private int tones;

    /** @param line sample by sample of the script */
    void add(Script script, short[] line) {
        for (Script.Round round : script.rounds()) {
            List<Press> presses = round.presses();
            for (int i = 0; i < presses.size(); i++) {
                if (isAlone(presses, i)) {
                    sum(beginning, line, presses.get(i).from());
                    sum(end, line, presses.get(i).until());
                    tones++;
                }
            }
        }
    }

    private static boolean isAlone(List<Press> presses, int index) {
        Press press = presses.get(index);
        boolean before = index == 0 || press.from() - presses.get(index - 1).until() >= REACH;
        boolean behind = index == presses.size() - 1 || presses.get(index + 1).from() - press.until() >= REACH;
        return before && behind && press.until() - press.from() >= REACH;
    }

    private static void sum(double[] sums, short[] line, int edge) {
        for (int ms = 0; ms < sums.length; ms++) {
            int from = edge - REACH + ms * FRAME;
            double energy = 0;
            for (int i = from; i < from + FRAME; i++) {
                energy += line[i] * line[i];
            }
            sums[ms] += energy / FRAME;
        }
    }

    /** dBm0 by the milliseconds from the beginning of a tone. */
    List<Chart.Point> beginning() {
        return points(beginning);
    }

    /** dBm0 by the milliseconds from the end of a tone. */
    List<Chart.Point> end() {
        return points(end);
    }

    private List<Chart.Point> points(double[] sums) {
        List<Chart.Point> points = new ArrayList<>();
        for (int ms = 0; ms < sums.length && tones > 0; ms++) {
            points.add(new Chart.Point(ms - REACH_MS + 0.5, Level.dbm0(sums[ms] / tones)));
        }
        return points;
    }
}
