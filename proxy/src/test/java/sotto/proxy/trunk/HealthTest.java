package sotto.proxy.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.PeerSettings;

/** The rows of {@link Health}: + an answer, - none. */
final class HealthTest {
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            textBlock =
                    """
            # down-after, up-after, heard,      then
            3,            2,        +--+--,     UP
            3,            2,        +--+---,    DOWN
            3,            2,        ---+-+-,    DOWN
            3,            2,        ---+-++,    UP
            1,            1,        -,          DOWN
            1,            1,        -+,         UP
            1,            3,        -++-++,     DOWN
            1,            3,        -++-+++,    UP
            """)
    void is(int downAfter, int upAfter, String heard, Health.State then) {
        Health health =
                new Health("p", Optional.of(new PeerSettings.Probing(Duration.ofSeconds(1), downAfter, upAfter)));
        assertThat(health.state()).as("until the contrary is known").isEqualTo(Health.State.UP);
        heard.chars().forEach(answer -> health.heard(answer == '+'));
        assertThat(health.state()).isEqualTo(then);
    }

    @Test
    void whoIsNotAskedIsTried() {
        Health health = new Health("p", Optional.empty());
        health.heard(false);
        assertThat(health.state()).isEqualTo(Health.State.UNPROBED);
        assertThat(health.isWorthTrying()).isTrue();
    }
}
