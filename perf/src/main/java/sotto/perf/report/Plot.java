package sotto.perf.report;

import java.io.IOException;
import java.nio.file.Path;

/** What a page shows beside its text. */
public sealed interface Plot permits Bars, Chart {
    /** Pixels. */
    int WIDTH = 760;

    int height();

    /** Draws it from the canvas' upper left corner. */
    void draw(Canvas canvas);

    /** As an inline SVG. */
    default String svg() {
        SvgCanvas canvas = new SvgCanvas(WIDTH, height());
        draw(canvas);
        return canvas.toString();
    }

    /** As a picture. */
    default void png(Path file) throws IOException {
        PngCanvas canvas = new PngCanvas(WIDTH, height());
        draw(canvas);
        canvas.write(file);
    }
}
