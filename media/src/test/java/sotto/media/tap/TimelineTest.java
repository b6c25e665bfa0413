package sotto.media.tap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TimelineTest {
    private static final long MS = 1_000_000;

    /** The rows of the class's Javadoc, from any instant of the clock. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 4_000 * MS})
    void placesByTimestampWatchedByArrival(long zeroNs) {
        Timeline timeline = new Timeline(zeroNs);
        for (String row :
                """
                A       8000  1000  1000
                A       8160  1035  1020
                A      32160  4010  4020
                A   90000000  4040  4040
                B        777  4060  4060
                B        937  9000  9000
                """
                        .lines()
                        .toList()) {
            String[] cell = row.split(" +");
            long sample =
                    timeline.place(cell[0].charAt(0), Integer.parseInt(cell[1]), zeroNs + Long.parseLong(cell[2]) * MS);
            assertThat(sample).as(row).isEqualTo(Long.parseLong(cell[3]) * 8);
        }
        assertThat(timeline.at(zeroNs - 5 * MS)).isZero();
    }
}
