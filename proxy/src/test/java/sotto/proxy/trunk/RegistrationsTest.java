package sotto.proxy.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 5626 §4.5: base-time * 2^failures, never above 30 minutes. */
final class RegistrationsTest {
    @ParameterizedTest
    @CsvSource({"1, 60", "2, 120", "3, 240", "5, 960", "6, 1800", "7, 1800", "63, 1800", "64, 1800", "2147483647, 1800"
    })
    void waits(int failures, long seconds) {
        assertThat(Registrations.wait(Duration.ofSeconds(30), failures)).hasSeconds(seconds);
    }
}
