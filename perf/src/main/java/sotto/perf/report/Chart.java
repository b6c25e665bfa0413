package sotto.perf.report;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Lines over one pair of axes, both with zero on them.
 *
 * @param most of the vertical axis; what is above is drawn at its end
 */
public record Chart(String title, String across, String up, double most, List<Series> series) implements Plot {
    static final String GRID = "#d8dee4";
    static final List<String> COLORS = List.of("#1f6feb", "#d1242f", "#1a7f37", "#8250df");

    private static final int HEIGHT = 380;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 50;
    private static final int BOTTOM = 50;
    private static final int MOST_TICKS = 10;
    private static final int MOST_DOTS = 40; // of a line; with more they hide it

    /** A named line. */
    public record Series(String name, List<Point> points) {
        public Series {
            points = List.copyOf(points);
        }
    }

    /** One of its dots. */
    public record Point(double x, double y) {}

    public Chart {
        series = List.copyOf(series);
    }

    /** From the first tick to the last, in steps. */
    private record Axis(double start, double end, double step) {
        /** Over values and zero. */
        static Axis over(DoubleSummaryStatistics values, double most) {
            double least = Math.min(0, values.getMin());
            double greatest = Math.max(0, Math.min(most, values.getMax()));
            double span = greatest > least ? greatest - least : 1; // there is nothing but zeros, or nothing at all
            double step = Chart.step(span);
            double start = step * Math.floor(least / step + 1e-9);
            return new Axis(start, Math.max(start + step, step * Math.ceil(greatest / step - 1e-9)), step);
        }

        int ticks() {
            return (int) Math.round((end - start) / step) + 1;
        }

        double tick(int index) {
            return start + index * step;
        }

        /** 0 to 1; what is beyond an end is drawn there. */
        double share(double value) {
            return (Math.clamp(value, start, end) - start) / (end - start);
        }
    }

    @Override
    public int height() {
        return HEIGHT;
    }

    @Override
    public void draw(Canvas canvas) {
        Axis horizontal = Axis.over(all(Point::x), Double.MAX_VALUE);
        Axis vertical = Axis.over(all(Point::y), most);
        canvas.text(LEFT, 20, title, Canvas.Anchor.START);
        canvas.text(LEFT - 50, TOP - 10, up, Canvas.Anchor.START);
        canvas.text(WIDTH - RIGHT, HEIGHT - 10, across, Canvas.Anchor.END);
        for (int i = 0; i < horizontal.ticks(); i++) {
            double x = x(horizontal, horizontal.tick(i));
            canvas.line(x, TOP, x, HEIGHT - BOTTOM, GRID);
            canvas.text(x, HEIGHT - BOTTOM + 18, number(horizontal.tick(i)), Canvas.Anchor.MIDDLE);
        }
        for (int i = 0; i < vertical.ticks(); i++) {
            double y = y(vertical, vertical.tick(i));
            canvas.line(LEFT, y, WIDTH - RIGHT, y, GRID);
            canvas.text(LEFT - 8, y + 4, number(vertical.tick(i)), Canvas.Anchor.END);
        }
        for (int i = 0; i < series.size(); i++) {
            String color = COLORS.get(i % COLORS.size());
            line(canvas, series.get(i).points(), color, horizontal, vertical);
            double x = WIDTH - RIGHT - 160.0 * (series.size() - i);
            canvas.dot(x, TOP - 14, color);
            canvas.text(x + 10, TOP - 10, series.get(i).name(), Canvas.Anchor.START);
        }
    }

    private static void line(Canvas canvas, List<Point> points, String color, Axis horizontal, Axis vertical) {
        for (int i = 0; i < points.size(); i++) {
            double x = x(horizontal, points.get(i).x());
            double y = y(vertical, points.get(i).y());
            if (points.size() <= MOST_DOTS) {
                canvas.dot(x, y, color);
            }
            if (i > 0) {
                Point before = points.get(i - 1);
                canvas.line(x(horizontal, before.x()), y(vertical, before.y()), x, y, color);
            }
        }
    }

    private static double x(Axis axis, double value) {
        return LEFT + axis.share(value) * (WIDTH - LEFT - RIGHT);
    }

    private static double y(Axis axis, double value) {
        return HEIGHT - BOTTOM - axis.share(value) * (HEIGHT - TOP - BOTTOM);
    }

    private DoubleSummaryStatistics all(ToDoubleFunction<Point> of) {
        return series.stream()
                .flatMap(each -> each.points().stream())
                .mapToDouble(of)
                .summaryStatistics();
    }

    /** 1, 2 or 5 times a power of ten, so that there are ten of them at most. */
    static double step(double greatest) {
        double power = Math.pow(10, Math.floor(Math.log10(greatest / MOST_TICKS)));
        for (int times : new int[] {1, 2, 5}) {
            if (greatest / (times * power) <= MOST_TICKS) {
                return times * power;
            }
        }
        return 10 * power;
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.2f", value);
    }
}
