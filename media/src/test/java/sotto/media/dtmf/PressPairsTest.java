package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of the table in {@link PressPairs}, and what comes fast. */
final class PressPairsTest {
    private static final int TICKS_A_MS = 8;
    private static final int TONE_MS = 28; // after that it is heard
    private static final int PRESSES = 40;

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
        event  4 48000 48320  yes
        tone   4 48040 48264  no
        info   4 50000 51280  no   told by all three, this one 250 ms late
        info   4 51600 52880  yes  the press at 48000 has its INFO
        tone   4 52800 53024  no
        info   6 56000 57280  yes  sent as the key went down
        tone   6 57200 57424  no
        event  6 57280 57440  no
        tone   2 64000 64224  yes
        info   2 72224 73504  no   sent again
        tone   2 80000 80224  yes
        info   2 88225 89505  yes  more than 1 s after the tone
        info   9 96000 97280  yes
        tone   9 98481 98705  yes  more than 150 ms after INFO was there
        info  11 99000 99500  yes
        info  11 99600 99900  yes  one carrier pairs with no press of its own
        event 12 99950 99990  yes
        info  13 99950 99990  yes  another key
        stray_event 3 104000 104400 yes  a number that nobody agreed on
        event  3 104100 104160 no
        tone   3 103900 104124 no
        stray_event 3 104800 105200 yes  a second one
        tone   1 112000 112224 yes
        tone   1 112000 136000 on   held down for 3 s
        event  1 136500 137200 no   its end alone
        info   1 143000 144280 no
        stray_event 1 137100 137200 no  told by all four
        tone   1 137000 137224 yes
        tone   1 137000 150000 on   the second one alone
        event  1 138000 138160 no
        event  1 150100 150160 yes  the one at 112000 has not gone on
        """;

    @ParameterizedTest
    @ValueSource(
            ints = {0, -1, -2400, -50_000, Integer.MAX_VALUE - 2400, Integer.MAX_VALUE - 70_000, Integer.MIN_VALUE})
    void tellsEachPressOnce(int zero) {
        PressPairs pairs = new PressPairs();
        List<String> wrong = new ArrayList<>();
        TRACE.lines().forEach(line -> {
            String[] row = line.trim().split("\\s+", 6);
            PressPairs.Carrier carrier = PressPairs.Carrier.valueOf(row[0].toUpperCase(Locale.ROOT));
            int key = Integer.parseInt(row[1]);
            int until = zero + Integer.parseInt(row[3]);
            if (row[4].equals("on")) {
                pairs.goesOn(carrier, key, until);
            } else if (pairs.isNew(carrier, key, zero + Integer.parseInt(row[2]), until) != row[4].equals("yes")) {
                wrong.add(line);
            }
        });
        assertThat(wrong).isEmpty();
    }

    private record Told(PressPairs.Carrier carrier, int atMs, int fromMs, int untilMs) {}

    /** One key, 40 ms on and 40 ms off, each press told by some of the carriers, each with its own delay. */
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # of tones, event after, INFO after the key's end; -1: not at all
            true,     -1,   -1
            true,      0,   -1
            true,     -1,    0
            true,     -1,   37
            true,     -1,  300
            true,     -1,  950
            false,     0,   -1
            false,     0,  200
            false,     0,  900
            false,    -1,  200
            true,      0,    0
            true,     30,  250
            true,    100,  950
            """)
    void fastPressesOfOneKeyStayAsMany(boolean tones, int eventAfterMs, int infoAfterMs) {
        List<Told> told = new ArrayList<>();
        for (int i = 0; i < PRESSES; i++) {
            int onMs = 1000 + 80 * i;
            int offMs = onMs + 40;
            if (tones) {
                told.add(new Told(PressPairs.Carrier.TONE, onMs + TONE_MS, onMs, onMs + TONE_MS));
            }
            if (eventAfterMs >= 0) {
                int fromMs = onMs + eventAfterMs;
                told.add(new Told(PressPairs.Carrier.EVENT, fromMs + 20, fromMs, fromMs + 20));
            }
            if (infoAfterMs >= 0) {
                told.add(new Told(
                        PressPairs.Carrier.INFO, offMs + infoAfterMs, onMs + infoAfterMs, offMs + infoAfterMs));
            }
        }
        told.sort(Comparator.comparingInt(Told::atMs));
        PressPairs pairs = new PressPairs();
        long presses = told.stream()
                .filter(one -> pairs.isNew(one.carrier, 5, one.fromMs * TICKS_A_MS, one.untilMs * TICKS_A_MS))
                .count();
        assertThat(presses).isEqualTo(PRESSES);
    }

    /** Of each five presses, one carrier misses one: a tone under noise, an INFO that was too late. */
    @ParameterizedTest
    @ValueSource(ints = {0, 30, 120, 400})
    void whatOneCarrierMissesTheOtherTells(int infoAfterMs) {
        PressPairs pairs = new PressPairs();
        int presses = 0;
        for (int i = 0; i < PRESSES; i++) {
            int on = (1000 + 1500 * i) * TICKS_A_MS;
            int off = on + 200 * TICKS_A_MS;
            if (i % 5 != 1 && pairs.isNew(PressPairs.Carrier.TONE, 5, on, on + TONE_MS * TICKS_A_MS)) {
                presses++;
            }
            if (i % 5 != 3) {
                int late = infoAfterMs * TICKS_A_MS;
                presses += pairs.isNew(PressPairs.Carrier.INFO, 5, on + late, off + late) ? 1 : 0;
            }
        }
        assertThat(presses).isEqualTo(PRESSES);
    }

    @Test
    void forgetsWhenCleared() {
        PressPairs pairs = new PressPairs();
        assertThat(pairs.isNew(PressPairs.Carrier.TONE, 0, 0, 200)).isTrue();
        pairs.clear();
        assertThat(pairs.isNew(PressPairs.Carrier.EVENT, 0, 0, 200)).isTrue();
    }
}
