package sotto.perf.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import sotto.perf.report.Chart;
import sotto.proxy.demo.G711;

final class EdgesTest {
    private final Script script = Script.of(5, G711.PCMA, List.of(Condition.ALL.getFirst()));
    private final short[] line = script.decoded();
    private final Edges edges = new Edges();

    private static double at(List<Chart.Point> points, double ms) {
        return points.stream()
                .filter(point -> point.x() == ms)
                .findFirst()
                .orElseThrow()
                .y();
    }

    /** Two tones of -10 dBm0 each are -7 dBm0. */
    @Test
    void aToneBeginsAndEndsWhereItDoes() {
        edges.add(script, line);
        assertThat(edges.beginning()).hasSize(120);
        assertThat(at(edges.beginning(), -0.5)).isLessThan(-60);
        assertThat(at(edges.beginning(), 10.5)).isBetween(-9.0, -5.0);
        assertThat(at(edges.beginning(), 59.5)).isBetween(-9.0, -5.0);
        assertThat(at(edges.end(), -0.5)).isBetween(-9.0, -5.0);
        assertThat(at(edges.end(), 0.5)).isLessThan(-60);
    }

    @Test
    void aMillisecondThatIsLeftIsSeen() {
        for (Press press : script.rounds().getFirst().presses()) {
            Arrays.fill(line, press.from() + Script.RATE / 1000, press.until(), (short) 0);
        }
        edges.add(script, line);
        assertThat(at(edges.beginning(), 0.5)).isGreaterThan(-20);
        assertThat(at(edges.beginning(), 1.5)).isEqualTo(-90);
        assertThat(at(edges.end(), -0.5)).isEqualTo(-90);
    }

    @Test
    void tonesCloseToOthersDoNotCount() {
        Condition shortPause = Condition.ALL.stream()
                .filter(condition -> condition.tone().pauseMs() < 60)
                .findFirst()
                .orElseThrow();
        Script hasty = Script.of(6, G711.PCMA, List.of(shortPause));
        edges.add(hasty, hasty.decoded());
        assertThat(edges.beginning()).isEmpty();
    }
}
