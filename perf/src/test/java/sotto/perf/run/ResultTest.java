package sotto.perf.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class ResultTest {
    @Test
    void lastLineIsOneObject() {
        Result result = new Result("relay", "title")
                .row("figure", "1", "note")
                .key("lost", 3)
                .key("ratio", 0.12345)
                .absent("cpuRatio60k")
                .bar(false, "no packet is lost; 3 were");
        StringWriter text = new StringWriter();
        result.print(new PrintWriter(text, true));
        assertThat(text.toString().lines().reduce((first, second) -> second))
                .contains("{\"bench\":\"relay\",\"lost\":3,\"ratio\":0.123,\"cpuRatio60k\":null}");
        assertThat(text.toString()).contains("bar missed: no packet is lost; 3 were");
        assertThat(result.barsHeld()).isFalse();
    }

    @Test
    void quantilesAreByNearestRank() {
        Samples samples = new Samples();
        for (int i = 2000; i > 0; i--) {
            samples.add(i * 1_000_000L);
        }
        assertThat(samples.ms(0.5)).isEqualTo(1000);
        assertThat(samples.ms(0.99)).isEqualTo(1980);
        assertThat(samples.ms(1)).isEqualTo(2000);
        assertThat(new Samples().ms(0.5)).isZero();
        assertThat(samples.share(1_000_000, 501_000_000)).isEqualTo(0.25);
        assertThat(new Samples().share(0, 1)).isZero();
    }
}
