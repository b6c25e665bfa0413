package sotto.proxy.sip.info;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of {@link KeyBody}, and bodies that are none. */
final class KeyBodyTest {
    private static final String RELAY = "application/dtmf-relay";
    private static final String PLAIN = "application/dtmf";

    /** ~ is CR LF, ! a bare LF, _ a space, ^ a tab. */
    private static byte[] octets(String body) {
        return body.replace("~", "\r\n")
                .replace('!', '\n')
                .replace('_', ' ')
                .replace('^', '\t')
                .getBytes(ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            Signal=5~Duration=160        |  5 |  160
            Signal=5~Duration=160~       |  5 |  160
            Signal=0!Duration=100!       |  0 |  100
            signal=9~DURATION=250        |  9 |  250
            _SIGNAL^=_7_~_Duration_=_80_ |  7 |   80
            Duration=160~Signal=3        |  3 |  160
            Signal=*~Duration=160        | 10 |  160
            Signal=#~Duration=160        | 11 |  160
            Signal=A                     | 12 |  250
            Signal=b                     | 13 |  250
            Signal=C                     | 14 |  250
            Signal=d                     | 15 |  250
            Signal=10~Duration=160       | 10 |  160
            Signal=11~Duration=160       | 11 |  160
            Signal=15                    | 15 |  250
            Signal=1                     |  1 |  250
            Signal=1~Duration=0          |  1 |    0
            Signal=1~Duration=5000       |  1 | 5000
            Signal=1~Duration=99999999999999999999 | 1 | 5000
            ~~Signal=2~~Volume=10~x~Duration=40~~  | 2 |   40
            """)
    void readsWhatPhonesSendAsRelay(String body, int key, int durationMs) {
        reads(RELAY, body, key, durationMs);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            5    |  5
            0~   |  0
            9!   |  9
            _*_~ | 10
            _#   | 11
            D    | 15
            10~  | 10
            """)
    void readsOneKeyAlone(String body, int key) {
        reads(PLAIN, body, key, 250);
    }

    private static void reads(String type, String text, int key, int durationMs) {
        byte[] body = octets(text);
        int press = KeyBody.press(type, body);
        assertThat(press).isNotEqualTo(KeyBody.NO_KEY);
        assertThat(KeyBody.key(press)).isEqualTo(key);
        assertThat(KeyBody.durationMs(press)).isEqualTo(durationMs);
        assertThat(body).isEqualTo(new byte[body.length]);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            application/dtmf-relay | ""
            application/dtmf-relay | 5
            application/dtmf-relay | Signal
            application/dtmf-relay | Signal=
            application/dtmf-relay | Signal=~5
            application/dtmf-relay | Signal=E
            application/dtmf-relay | Signal=@
            application/dtmf-relay | Signal=16
            application/dtmf-relay | Signal=05
            application/dtmf-relay | Signal=111
            application/dtmf-relay | Signal=5_6
            application/dtmf-relay | Signal=hf
            application/dtmf-relay | Signal==5
            application/dtmf-relay | Signals=5
            application/dtmf-relay | Sig=5
            application/dtmf-relay | Sig_nal=5
            application/dtmf-relay | Duration=160
            application/dtmf-relay | Signal=5~Signal=6
            application/dtmf-relay | Signal=5~Signal=5
            application/dtmf-relay | Signal=5~Duration=
            application/dtmf-relay | Signal=5~Duration=-1
            application/dtmf-relay | Signal=5~Duration=1e3
            application/dtmf       | ""
            application/dtmf       | ~
            application/dtmf       | 4111
            application/dtmf       | 4~1
            application/dtmf       | Signal=5
            application/dtmf       | 16
            application/dtmf       | E
            """)
    void takesNoKeyFromAnythingElse(String type, String text) {
        byte[] body = octets(text);
        assertThat(KeyBody.press(type, body)).isEqualTo(KeyBody.NO_KEY);
        assertThat(body).isEqualTo(new byte[body.length]);
    }

    @Test
    void anyOctetsAreReadOrRefusedAndWiped() {
        Random random = new Random(5);
        byte[] alphabet = octets("Signal=Duration0123456789*#ABCD~_^\u0080\u00ff");
        int keys = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] body = new byte[random.nextInt(i % 100 == 0 ? 2000 : 12)];
            for (int n = 0; n < body.length; n++) {
                body[n] = alphabet[random.nextInt(alphabet.length)];
            }
            int press = KeyBody.press(i % 2 == 0 ? PLAIN : RELAY, body);
            if (press != KeyBody.NO_KEY) {
                keys++;
                assertThat(KeyBody.key(press)).isBetween(0, 15);
                assertThat(KeyBody.durationMs(press)).isBetween(0, 5000);
            }
            for (byte octet : body) {
                assertThat(octet).isZero();
            }
        }
        assertThat(keys).isPositive();
    }

    @Test
    void aLongBodyIsNone() {
        assertThat(KeyBody.press(RELAY, octets("Signal=5~" + "x".repeat(248)))).isEqualTo(KeyBody.NO_KEY);
        assertThat(KeyBody.press(RELAY, octets("Signal=5~" + "x".repeat(246)))).isNotEqualTo(KeyBody.NO_KEY);
    }
}
