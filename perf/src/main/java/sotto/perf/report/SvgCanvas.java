package sotto.perf.report;

import java.util.Locale;

/** Draws into a text: an inline SVG, which needs nothing from elsewhere. One thread. */
final class SvgCanvas implements Canvas {
    private final StringBuilder svg = new StringBuilder();

    SvgCanvas(int width, int height) {
        svg.append(String.format(
                Locale.ROOT,
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" \
                font-size="13">
                <rect width="%d" height="%d" fill="#ffffff"/>
                """,
                width,
                height,
                width,
                height,
                width,
                height));
    }

    @Override
    public void line(double x1, double y1, double x2, double y2, String color) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"1.5\"/>\n",
                x1,
                y1,
                x2,
                y2,
                color));
    }

    @Override
    public void rectangle(double x, double y, double width, double height, String color) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n",
                x,
                y,
                width,
                height,
                color));
    }

    @Override
    public void dot(double x, double y, String color) {
        svg.append(
                String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>\n", x, y, color));
    }

    @Override
    public void text(double x, double y, String text, Anchor anchor) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
                x,
                y,
                anchor.name().toLowerCase(Locale.ROOT),
                Page.escape(text)));
    }

    @Override
    public String toString() {
        return svg + "</svg>";
    }
}
