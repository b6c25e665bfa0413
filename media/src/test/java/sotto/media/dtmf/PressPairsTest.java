package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of the table in {@link PressPairs}. */
final class PressPairsTest {
    private static final String TRACE =
            """
        tone   5     0   200  yes
        event  5   480   640  no   a gateway heard the tone and says so
        event  5  1600  2000  yes  its tone was not heard yet
        tone   5  1500  1700  no   now it was
        tone   5  2300  2500  yes  the event at 1600 has its tone
        event  5  2350  2700  no
        tone   7  4000  4200  yes
        event  8  4000  4300  yes  another key
        event  7  6000  6300  yes  more than 150 ms after the tone ended
        tone   1  8000  8200  yes  two presses, and both carriers are told late
        tone   2  8700  8900  yes
        event  1  8100  8500  no
        event  2  8800  9200  no
        event  0 20000 20200  yes
        tone   0 24000 24200  yes  more than 150 ms later
        event  0 24300 24500  no
        """;

    @ParameterizedTest
    @ValueSource(ints = {0, -1, -2400, Integer.MAX_VALUE - 2400, Integer.MIN_VALUE})
    void tellsEachPressOnce(int zero) {
        PressPairs pairs = new PressPairs();
        List<String> wrong = new ArrayList<>();
        TRACE.lines().forEach(line -> {
            String[] row = line.trim().split("\\s+", 6);
            boolean isNew = pairs.isNew(
                    row[0].equals("tone") ? PressPairs.Carrier.TONE : PressPairs.Carrier.EVENT,
                    Integer.parseInt(row[1]),
                    zero + Integer.parseInt(row[2]),
                    zero + Integer.parseInt(row[3]));
            if (isNew != row[4].equals("yes")) {
                wrong.add(line);
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void forgetsWhenCleared() {
        PressPairs pairs = new PressPairs();
        assertThat(pairs.isNew(PressPairs.Carrier.TONE, 0, 0, 200)).isTrue();
        pairs.clear();
        assertThat(pairs.isNew(PressPairs.Carrier.EVENT, 0, 0, 200)).isTrue();
    }
}
