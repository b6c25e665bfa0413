package sotto.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChartTest {
    private static final Chart CHART = new Chart(
            "CPU <a call>",
            "calls",
            "%",
            100,
            List.of(
                    new Chart.Series("one", List.of(new Chart.Point(100, 10), new Chart.Point(200, 20))),
                    new Chart.Series("other", List.of(new Chart.Point(100, 400)))));

    @ParameterizedTest
    @CsvSource({"100, 10", "10, 1", "11, 2", "0.3, 0.05", "2000, 200", "2001, 500", "1, 0.1"})
    void hasTenTicksAtMost(double greatest, double step) {
        assertThat(Chart.step(greatest)).isEqualTo(step);
    }

    @Test
    void drawsEachDotWithinItsAxes() {
        String svg = CHART.svg();
        assertThat(svg).startsWith("<svg").endsWith("</svg>").contains("CPU &lt;a call&gt;", ">one<", ">other<");
        assertThat(svg.lines().filter(line -> line.startsWith("<circle")).count())
                .isEqualTo(3 + 2); // and those of the legend
        assertThat(svg).contains("cy=\"50.0\""); // 400 is drawn at the end of the axis, 100
    }

    @Test
    void axesGoBelowZeroWhereTheValuesDo() {
        Chart levels = new Chart(
                "levels",
                "ms",
                "dBm0",
                Double.MAX_VALUE,
                List.of(new Chart.Series("one", List.of(new Chart.Point(-60, -90), new Chart.Point(60, -5)))));
        assertThat(levels.svg())
                .contains(">-60<", ">-90<", ">0<")
                .contains("cx=\"70.0\" cy=\"330.0\"") // the lower left corner of the axes
                .doesNotContain(">10<", ">-100<");
    }

    @Test
    void aLineOfManyPointsHasNoDots() {
        List<Chart.Point> points =
                IntStream.range(0, 100).mapToObj(i -> new Chart.Point(i, i)).toList();
        Chart chart = new Chart("many", "", "", 100, List.of(new Chart.Series("one", points)));
        assertThat(chart.svg().lines().filter(line -> line.startsWith("<circle")))
                .hasSize(1); // of the legend
    }

    @Test
    void aPageLoadsNothing(@TempDir Path directory) throws Exception {
        Path page = directory.resolve("page.html");
        new Page("A & B").heading("h").paragraph("p").text("t <").plot(CHART).write(page);
        assertThat(Files.readString(page))
                .contains("<title>A &amp; B</title>", "t &lt;", "<svg")
                .doesNotContain("src=", "href=", "@import");
        Path picture = directory.resolve("chart.png");
        CHART.png(picture);
        assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(760);
    }
}
