package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.packet.RtpView;

/** RFC 4733 as packet traces; the rows of the table in {@link KeyPresses}, and more. */
final class KeyPressesTest {
    private static final String TRACE =
            """
        #   ts  key  E  M  duration  press, why
            800    5  0  1   160      5  first report
            800    5  0  0   320      =  §2.2.1 same timestamp, same press
            800    5  1  0   480      =  §2.5.1.4 end
            800    5  1  0   480      -  end, again
           2400    5  1  0   400      5  new press, earlier reports lost
            800    5  0  0   320      -  late
           4000    1  0  1   160      1  held down, its end is yet to come
          69535    1  0  0   160      =  §2.5.1.3 next segment: 4000 + 65535
          69695    1  0  0   160      =  next after a shorter one
          71135    1  0  0   160      1  not where the last segment ended
          72735    2  0  0   160      2  another key
          73535   16  0  1   160      -  §3.2 flash is no key
          74335    3  0  0   160      3  no marker
          74335    3  1  0   160      -  its end
          74495    3  0  0   160      3  follows at once, but the press before had its end
          74655    3  0  1   160      3  follows at once without that end, but has a marker
          75455   10  1  1    80     10  star, one packet in all
          76255   11  1  0    80     11  hash
          77055   15  1  0    80     15  D
          77855    0  1  0    80      0
          77855    9  1  0    80      9  another key never shares a press, whatever its timestamp says
          70000    9  1  0    80      -  late by less than 20 s
        -150000    4  0  0    80      4  a new clock, not a late packet
        """;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, Integer.MAX_VALUE - 40_000, -73_000, Integer.MIN_VALUE})
    void countsEachPressOnce(int firstTimestamp) {
        KeyPresses presses = new KeyPresses();
        Stream stream = new Stream(37);
        List<String> wrong = new ArrayList<>();
        for (String line : TRACE.lines().filter(l -> !l.startsWith("#")).toList()) {
            String[] row = line.trim().split("\\s+", 7);
            int ticks = firstTimestamp + Integer.parseInt(row[0]);
            int duration = Integer.parseInt(row[4]);
            int pressed = press(
                    presses,
                    stream.event(Integer.parseInt(row[1]), row[2].equals("1"), row[3].equals("1"), ticks, duration));
            int expected =
                    switch (row[5]) {
                        case "-" -> KeyPresses.NONE;
                        case "=" -> KeyPresses.GOES_ON;
                        default -> Integer.parseInt(row[5]);
                    };
            if (pressed != expected) {
                wrong.add(line + " but was " + pressed);
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** §2.5.1.3 and RFC 2198 §3: the marker is that of the press that is told of first hand. */
    @Test
    void aRedundantSegmentUnderAMarkerIsNoPress() {
        KeyPresses presses = new KeyPresses();
        Stream stream = new Stream(20);
        assertThat(press(presses, stream.event(1, false, true, 4000, 0xFFFF))).isEqualTo(1);
        RtpView next = stream.event(6, false, true, 72_000, 160);
        assertThat(presses.press(next, 4000 + 0xFFFF, 0x01_8A_03_20)).isEqualTo(KeyPresses.GOES_ON);
        assertThat(press(presses, next)).isEqualTo(6);
    }

    @Test
    void anotherSourceHasItsOwnPresses() {
        KeyPresses presses = new KeyPresses();
        Stream stream = new Stream(4);
        assertThat(press(presses, stream.event(7, false, true, 8000, 160))).isEqualTo(7);
        stream.ssrc++;
        assertThat(press(presses, stream.event(7, false, true, 7000, 160))).isEqualTo(7);
    }

    @Test
    void everySubsetOfThePacketsOfAPressIsOnePress() {
        for (int arrived = 1; arrived < 1 << 7; arrived++) { // start, three updates, three ends
            KeyPresses presses = new KeyPresses();
            Stream stream = new Stream(64);
            int count = 0;
            for (int press = 0; press < 2; press++) {
                for (int i = 0; i < 7; i++) {
                    if ((arrived & (1 << i)) != 0) {
                        int ticks = -1000 + press * 1600;
                        int key = press(presses, stream.event(5, i > 3, i == 0, ticks, 160 * Math.min(i + 1, 5)));
                        count += key == 5 ? 1 : 0;
                    }
                }
            }
            assertThat(count).as("packets %s", Integer.toBinaryString(arrived)).isEqualTo(2);
        }
    }

    @Test
    void aPressIsUnderWayUntilItsEnd() {
        KeyPresses presses = new KeyPresses();
        Stream stream = new Stream(3);
        assertThat(presses.underWay()).isFalse();
        press(presses, stream.event(5, false, true, 0, 160));
        assertThat(presses.underWay()).isTrue();
        press(presses, stream.event(5, true, false, 0, 320));
        assertThat(presses.underWay()).isFalse();
    }

    private static int press(KeyPresses presses, RtpView packet) {
        return presses.press(packet, packet.timestamp(), packet.payloadInt(0));
    }
}
