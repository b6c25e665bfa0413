package sotto.perf.report;

import java.util.List;
import java.util.Locale;

/**
 * Percentages side by side: a bar for each of the series in each of the groups, from 0 to 100.
 *
 * @param groups names, from the top
 */
public record Bars(String title, List<String> groups, List<Series> series) implements Plot {
    private static final int LEFT = 190;
    private static final int RIGHT = 70;
    private static final int TOP = 50;
    private static final int BOTTOM = 30;
    private static final int BAR = 12;
    private static final int BETWEEN = 8; // groups
    private static final int LEGEND = 170;
    private static final double MOST = 100;
    private static final int STEP = 20;

    /** A named bar in each group. */
    public record Series(String name, List<Double> percent) {
        public Series {
            percent = List.copyOf(percent);
        }
    }

    public Bars {
        groups = List.copyOf(groups);
        series = List.copyOf(series);
    }

    @Override
    public int height() {
        return TOP + groups.size() * group() + BOTTOM;
    }

    private int group() {
        return BAR * series.size() + BETWEEN;
    }

    @Override
    public void draw(Canvas canvas) {
        canvas.text(LEFT, 20, title, Canvas.Anchor.START);
        for (int percent = 0; percent <= MOST; percent += STEP) {
            canvas.line(x(percent), TOP, x(percent), height() - BOTTOM, Chart.GRID);
            canvas.text(x(percent), height() - BOTTOM + 18, percent + " %", Canvas.Anchor.MIDDLE);
        }
        for (int i = 0; i < series.size(); i++) {
            String color = Chart.COLORS.get(i % Chart.COLORS.size());
            double x = LEFT + (double) LEGEND * i;
            canvas.dot(x + 4, TOP - 14, color);
            canvas.text(x + 14, TOP - 10, series.get(i).name(), Canvas.Anchor.START);
            for (int group = 0; group < groups.size(); group++) {
                bar(
                        canvas,
                        TOP + group * group() + BETWEEN / 2 + i * BAR,
                        series.get(i).percent().get(group),
                        color);
            }
        }
        for (int group = 0; group < groups.size(); group++) {
            double middle = TOP + (group + 0.5) * group();
            canvas.text(LEFT - 8, middle + 4, groups.get(group), Canvas.Anchor.END);
        }
    }

    private static void bar(Canvas canvas, double y, double percent, String color) {
        double end = x(Math.min(percent, MOST));
        canvas.rectangle(LEFT, y, end - LEFT, BAR - 1, color);
        canvas.text(end + 4, y + BAR - 1, String.format(Locale.ROOT, "%.2f", percent), Canvas.Anchor.START);
    }

    private static double x(double percent) {
        return LEFT + percent / MOST * (WIDTH - LEFT - RIGHT);
    }
}
