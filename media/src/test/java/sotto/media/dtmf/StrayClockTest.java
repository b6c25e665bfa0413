package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock of events that offer and answer do not name. */
final class StrayClockTest {
    private static final long MS = 1_000_000;

    private final StrayClock clock = new StrayClock();

    /** Reports each 20 ms, each up to 10 ms late. */
    @ParameterizedTest
    @ValueSource(ints = {8000, 16_000, 32_000, 48_000})
    void isLearntFromHowDurationsGrow(int hz) {
        for (int i = 1; i <= 8; i++) {
            clock.report(i == 1, hz / 50 * i, Long.MAX_VALUE + (20 * i + i * 7 % 10) * MS);
        }
        assertThat(clock.hz()).isEqualTo(hz);
        clock.clear();
        assertThat(clock.hz()).isEqualTo(8000);
    }

    @Test
    void neitherAnotherPressNorAnotherSegmentSaysAnything() {
        clock.report(true, 48_000, 0);
        clock.report(false, 160, 1000 * MS); // RFC 4733 §2.5.1.3
        clock.report(true, 48_000, 2000 * MS);
        clock.report(false, 48_480, 2020 * MS); // two reports in a row may be jitter alone
        assertThat(clock.hz()).isEqualTo(8000);
    }
}
