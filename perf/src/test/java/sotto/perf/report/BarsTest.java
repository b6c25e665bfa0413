package sotto.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BarsTest {
    private static final Bars BARS = new Bars(
            "a < b",
            List.of("first", "second"),
            List.of(new Bars.Series("one", List.of(0.0, 50.0)), new Bars.Series("other", List.of(100.0, 200.0))));

    @Test
    void aBarIsAsLongAsItsPercentage() {
        assertThat(BARS.svg())
                .contains("a &lt; b", ">first<", ">second<", ">one<", ">other<", ">50.00<")
                .contains("width=\"0.0\"", "width=\"250.0\"", "width=\"500.0\"");
        assertThat(BARS.svg().lines().filter(line -> line.contains("width=\"500.0\"")))
                .as("100 %, and what is beyond")
                .hasSize(2);
    }

    @Test
    void isAPictureToo(@TempDir Path directory) throws Exception {
        Path picture = directory.resolve("bars.png");
        BARS.png(picture);
        assertThat(ImageIO.read(picture.toFile()).getHeight()).isEqualTo(BARS.height());
    }
}
