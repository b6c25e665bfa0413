package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.codec.AudioFormat;

/** Telephone-events at other clocks than 8,000 Hz, with packets lost, and with an INFO for each press (RFC 4733 §2.1). */
final class EventClockTest {
    private static final int PRESSES = 6;
    private static final int REPORT_MS = 50;
    private static final int OPUS = 111;
    private static final int STRAY = 97;

    /**
     * The same key again and again; reports each 50 ms, the last three say that it ended.
     *
     * @param arrive which reports do, the first of a press first; m for one that does and has a marker
     * @param infoMs when INFO comes after the end, which says how long the key was down; -1: none does
     */
    @ParameterizedTest(name = "{0}, {1} Hz, {2} {3}")
    @CsvSource(
            textBlock =
                    """
            # type,     Hz, codec,  what,                 arrive,     INFO
            negotiated, 48000, OPAQUE, all,               mxxxxxxx,   -1
            negotiated, 48000, OPAQUE, all,               mxxxxxxx,    0
            negotiated, 48000, OPAQUE, INFO is late,      mxxxxxxx,  700
            negotiated, 48000, OPAQUE, start lost,        ....xxxx,   60
            negotiated, 48000, OPAQUE, end alone,         .......x,   60
            negotiated, 48000, OPAQUE, end lost,          mxxxx...,   60
            negotiated, 48000, OPAQUE, one in the middle, ...x....,   60
            negotiated, 48000, OPAQUE, no marker,         xxxxxxxx,   60
            negotiated, 48000, OPAQUE, end lost no INFO, mx......,   -1
            negotiated, 16000, OPAQUE, start lost,        ....xxxx,   60
            negotiated,  8000, OPAQUE, start lost,        ....xxxx,   60
            stray,      48000, PCMU,   all,               mxxxxxxx,   60
            stray,      48000, PCMU,   start lost,        ....xxxx,   60
            stray,      48000, PCMU,   end lost,          mxxxx...,   60
            stray,      48000, PCMU,   no marker,         xxxxxxxx,   60
            stray,      16000, OPAQUE, no marker,         xxxxxxxx,   60
            stray,      48000, OPAQUE, no INFO,           .xxxx...,   -1
            """)
    @SuppressWarnings("checkstyle:ParameterNumber") // a row of the table
    void eachPressIsOne(String type, int hz, AudioFormat codec, String what, String arrive, int infoMs)
            throws InterruptedException {
        boolean stray = type.equals("stray");
        Mask mask = new Mask();
        KeyRing keys = new KeyRing();
        mask.settle(codec, OPUS, stray ? OptionalInt.empty() : OptionalInt.of(Stream.EVENT), stray ? 8000 : hz);
        mask.arm(keys);
        Stream stream = new Stream(91);
        int endMs = REPORT_MS * (arrive.length() - 2);
        for (int press = 0; press < PRESSES; press++) {
            int onMs = 1000 + press * 1200;
            for (int i = 0; i < arrive.length(); i++) {
                int sinceMs = Math.min(REPORT_MS * (i + 1), endMs);
                if (arrive.charAt(i) != '.') {
                    boolean end = i >= arrive.length() - 3;
                    int flags = 5 << 24 | (end ? 0x8A : 0x0A) << 16 | sinceMs * hz / 1000;
                    mask.process(
                            stream.packet(
                                    stray ? STRAY : Stream.EVENT,
                                    arrive.charAt(i) == 'm',
                                    -70_000 + (int) ((long) onMs * hz / 1000), // wraps to positive
                                    octets(flags)),
                            ns(onMs + REPORT_MS * (i + 1)));
                }
            }
            if (infoMs >= 0) {
                mask.press(5, endMs, ns(onMs + endMs + infoMs));
            }
        }
        List<Integer> heard = new ArrayList<>();
        for (int key = keys.next(Duration.ZERO); key >= 0; key = keys.next(Duration.ZERO)) {
            heard.add(key);
        }
        assertThat(heard).as(what).isEqualTo(Collections.nCopies(PRESSES, 5));
        assertThat(mask.telephoneEvents()).isEqualTo(PRESSES);
        assertThat(mask.infoKeys()).isEqualTo(infoMs >= 0 ? PRESSES : 0);
    }

    /**
     * One press by INFO alone, and half a second later one by the end of its event alone: 300 ms at any clock, be it agreed on or
     * learnt from a press before.
     */
    @ParameterizedTest
    @CsvSource({"8000,true", "16000,true", "48000,true", "8000,false", "16000,false", "48000,false"})
    void aPressIsAsLongAsItsClockSays(int hz, boolean agreed) throws InterruptedException {
        Mask mask = new Mask();
        KeyRing keys = new KeyRing();
        mask.settle(AudioFormat.OPAQUE, OPUS, agreed ? OptionalInt.of(Stream.EVENT) : OptionalInt.empty(), hz);
        mask.arm(keys);
        Stream stream = new Stream(4);
        for (int i = 1; i <= 4; i++) {
            mask.process(stream.event(9, false, i == 1, 7, i * hz / 20), ns(i * 50));
        }
        mask.press(5, 100, ns(1000));
        mask.process(stream.event(5, true, false, hz, 300 * hz / 1000), ns(1800));
        for (int key : new int[] {9, 5, 5, KeyRing.NO_KEY}) {
            assertThat(keys.next(Duration.ZERO)).isEqualTo(key);
        }
    }

    private static byte[] octets(int report) {
        return new byte[] {(byte) (report >> 24), (byte) (report >> 16), (byte) (report >> 8), (byte) report};
    }

    private static long ns(int ms) {
        return ms * 1_000_000L;
    }
}
