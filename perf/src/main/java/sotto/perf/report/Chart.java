package sotto.perf.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Lines over one pair of axes, both from zero.
 *
 * @param most of the vertical axis; what is above is drawn at its end
 */
public record Chart(String title, String across, String up, double most, List<Series> series) {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 380;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 50;
    private static final int BOTTOM = 50;
    private static final int MOST_TICKS = 10;
    private static final String GRID = "#d8dee4";
    private static final List<String> COLORS = List.of("#1f6feb", "#d1242f", "#1a7f37", "#8250df");

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

    /** As an inline SVG. */
    public String svg() {
        SvgCanvas canvas = new SvgCanvas(WIDTH, HEIGHT);
        draw(canvas);
        return canvas.toString();
    }

    /** As a picture. */
    public void png(Path file) throws IOException {
        PngCanvas canvas = new PngCanvas(WIDTH, HEIGHT);
        draw(canvas);
        canvas.write(file);
    }

    private void draw(Canvas canvas) {
        double acrossStep = step(greatest(Point::x));
        double upStep = step(Math.min(most, greatest(Point::y)));
        double acrossEnd = end(greatest(Point::x), acrossStep);
        double upEnd = end(Math.min(most, greatest(Point::y)), upStep);
        canvas.text(LEFT, 20, title, Canvas.Anchor.START);
        canvas.text(LEFT - 50, TOP - 10, up, Canvas.Anchor.START);
        canvas.text(WIDTH - RIGHT, HEIGHT - 10, across, Canvas.Anchor.END);
        for (int i = 0; i * acrossStep <= acrossEnd + acrossStep / 2; i++) {
            double x = x(i * acrossStep, acrossEnd);
            canvas.line(x, TOP, x, HEIGHT - BOTTOM, GRID);
            canvas.text(x, HEIGHT - BOTTOM + 18, number(i * acrossStep), Canvas.Anchor.MIDDLE);
        }
        for (int i = 0; i * upStep <= upEnd + upStep / 2; i++) {
            double y = y(i * upStep, upEnd);
            canvas.line(LEFT, y, WIDTH - RIGHT, y, GRID);
            canvas.text(LEFT - 8, y + 4, number(i * upStep), Canvas.Anchor.END);
        }
        for (int i = 0; i < series.size(); i++) {
            line(canvas, series.get(i), COLORS.get(i % COLORS.size()), new Point(acrossEnd, upEnd));
            double x = WIDTH - RIGHT - 160.0 * (series.size() - i);
            canvas.dot(x, TOP - 14, COLORS.get(i % COLORS.size()));
            canvas.text(x + 10, TOP - 10, series.get(i).name(), Canvas.Anchor.START);
        }
    }

    private static void line(Canvas canvas, Series series, String color, Point end) {
        for (int i = 0; i < series.points().size(); i++) {
            Point point = series.points().get(i);
            double x = x(point.x(), end.x());
            double y = y(Math.min(point.y(), end.y()), end.y());
            canvas.dot(x, y, color);
            if (i > 0) {
                Point before = series.points().get(i - 1);
                canvas.line(x(before.x(), end.x()), y(Math.min(before.y(), end.y()), end.y()), x, y, color);
            }
        }
    }

    private static double x(double value, double end) {
        return LEFT + value / end * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double value, double end) {
        return HEIGHT - BOTTOM - value / end * (HEIGHT - TOP - BOTTOM);
    }

    private double greatest(ToDoubleFunction<Point> of) {
        double greatest = series.stream()
                .flatMap(each -> each.points().stream())
                .mapToDouble(of)
                .max()
                .orElse(1);
        return greatest > 0 ? greatest : 1;
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

    private static double end(double greatest, double step) {
        return step * Math.ceil(greatest / step - 1e-9);
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.2f", value);
    }
}
