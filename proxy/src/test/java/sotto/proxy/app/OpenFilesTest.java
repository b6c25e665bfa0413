package sotto.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OpenFilesTest {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # limit,  sip.max-calls, room for
            1048576,  25000,         -
            6500,     1000,          -
            6499,     1000,          999
            20000,    10000,         4375
            1024,     1000,          0
            """)
    void saysHowManyCallsThereIsRoomFor(long limit, int maxCalls, String room) {
        if (room.equals("-")) {
            assertThat(OpenFiles.shortage(limit, maxCalls)).isEmpty();
        } else {
            assertThat(OpenFiles.shortage(limit, maxCalls)).hasValueSatisfying(text -> assertThat(text)
                    .contains(" room for " + room + " calls")
                    .contains("Allow " + (4 * maxCalls + 2500)));
        }
    }

    @Test
    void asksTheSystem() {
        assertThat(OpenFiles.shortage(Integer.MAX_VALUE)).isPresent();
    }
}
