package sotto.proxy.sip.refer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a Refer-To and a Replaces header name. */
final class ReferToTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            # section       | value                                            | user   | sips
            RFC 3515 §2.1   | <sip:300@pbx.inside>                             | 300    | false
            RFC 3515 §2.1   | "Bob <x>" <sip:300@10.1.2.3:5070;user=phone>     | 300    | false
            RFC 3261 §20.10 | sip:300@pbx.inside;x=y                           | 300    | false
            RFC 3261 §19.1  | <SIPS:300@[2001:db8::1]:5061>                    | 300    | true
            RFC 3966 §3     | <tel:+49-(30)-1.2;phone-context=x>               | +493012 | false
            RFC 3515 §2.1   | <sip:300@x;method=INVITE>                        | 300    | false
            RFC 3261 §19.1  | <sip:300@x?Subject=a&Priority=b>                 | 300    | false
            RFC 3515 §2.1   | <sip:300@x;method=BYE>                           |        |
            RFC 3515 §2.1   | <sip:300@x;transport=tcp;METHOD=SUBSCRIBE;a=b>   |        |
            RFC 3261 §19.1  | <sip:pbx.inside>                                 |        |
            RFC 3261 §19.1  | <sip:@pbx.inside>                                |        |
            RFC 3261 §19.1  | <http://pbx/300>                                 |        |
            RFC 3261 §19.1  | <sip:3 00@x>                                     |        |
            RFC 3891 §3     | <sip:300@x?Replaces=a%3Bto-tag%3Db>              |        |
            RFC 3891 §3     | <sip:300@x?Replaces>                             |        |
            RFC 3261 §25.1  | <sip:300@x?Replaces=a%0D%0AX:y%3Bto-tag=b%3Bfrom-tag=c> |  |
            RFC 3261 §25.1  | <sip:300@x?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3> |        |
            """)
    void namesWhomToCall(String section, String value, String user, Boolean isSips) {
        Optional<ReferTo> read = ReferTo.parse(value);
        assertThat(read.map(ReferTo::user)).as(section).isEqualTo(Optional.ofNullable(user));
        read.ifPresent(referTo -> {
            assertThat(referTo.isSips()).isEqualTo(isSips);
            assertThat(referTo.replaces()).isEmpty();
        });
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # section       | value                                        | as it is written
            RFC 3891 §6.1   | 98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff | 98732@sip.example.com;to-tag=ff87ff;from-tag=r33th4x0r
            RFC 3891 §6.1   | 12adf2f34456gs5 ; to-tag = 12345 ; from-tag=54321 ; early-only | 12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only
            RFC 3891 §6.1   | 87134@171.161.34.23;to-tag=24796;from-tag=0;x=y | 87134@171.161.34.23;to-tag=24796;from-tag=0
            RFC 3891 §6.1   | a;to-tag=1                                   |
            RFC 3891 §6.1   | a;to-tag=1;to-tag=2;from-tag=3               |
            RFC 3891 §6.1   | a b;to-tag=1;from-tag=3                      |
            RFC 3891 §6.1   | a;to-tag=<1>;from-tag=3                      |
            """)
    void namesADialog(String section, String value, String text) {
        Optional<DialogName> name = DialogName.parse(value);
        assertThat(name.map(DialogName::text)).as(section).isEqualTo(Optional.ofNullable(text));
        name.ifPresent(known -> assertThat(ReferTo.parse("<sip:1@x?Replaces=" + known.escaped() + ">")
                        .flatMap(ReferTo::replaces))
                .as("there and back")
                .contains(known));
    }

    @Test
    void whateverComesIsReadInTime() {
        Random random = new Random(7);
        String alphabet = "<>\"\\;:=@?%&,. \u00e9\u0000aipstel3B";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "<sip:1@x?Replaces=" : "");
            for (int j = random.nextInt(200); j > 0; j--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            ReferTo.parse(text.toString())
                    .ifPresent(read -> assertThat(read.user() + read.replaces()).doesNotContain("\u0000", "<"));
            DialogName.parse(text.toString())
                    .ifPresent(read -> assertThat(read.text()).doesNotContain("\u0000"));
        }
    }
}
