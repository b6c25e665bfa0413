package sotto.proxy.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.sip.SipHeader;

/** The rows of {@link ReleaseCauses}. */
final class ReleaseCausesTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            Q.850;cause=17;text="User busy"                      | Q.850;cause=17
            SIP ;cause=200 ;text="Call completed elsewhere"      | SIP;cause=200
            q.850; text="busy" ; cause = 17                      | Q.850;cause=17
            Q.850;cause=16, SIP;cause=200;text="a, b"            | Q.850;cause=16, SIP;cause=200
            Q.850;cause=16, Q.850;cause=17                       | Q.850;cause=16
            X.int;reasoncode=0x00000000;add-info=0513.0004.0001  | ``
            Q.850;cause=1234                                     | ``
            Q.850                                                | ``
            SIPX;cause=200                                       | ``
            STIR;cause=436;text="Bad Identity Info"              | ``
            """)
    void crosses(String value, String expected) {
        String crossing = ReleaseCauses.of(name -> name.equals("Reason") ? List.of(value) : List.of()).stream()
                .map(SipHeader::value)
                .collect(Collectors.joining(" "));
        assertThat(crossing).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1000", "100000"})
    void isBounded(int length) {
        String value = "Q.850" + ";x=y".repeat(length);
        assertThat(ReleaseCauses.of(name -> List.of(value))).isEmpty();
    }
}
