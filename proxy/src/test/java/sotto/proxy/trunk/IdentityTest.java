package sotto.proxy.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.sip.SipHeader;

/** Who is told who calls: the rows of {@link Identity} and {@link HiddenAddresses}. */
final class IdentityTest {
    private static final Identity.Form FORM =
            new Identity.Form("ours", number -> number.replace("0049", "+49"), number -> number.replace("00", "+"));

    private static Identity identity(@Nullable String privacy) {
        Map<String, List<String>> received = Map.of(
                "P-Asserted-Identity", List.of("\"Ann\" <sip:004930@10.1.2.3>", "<tel:+4930>", "<sip:third@10.1.2.3>"),
                "Privacy", Optional.ofNullable(privacy).map(List::of).orElse(List.of()),
                "Diversion", List.of("<sip:0044@10.9.9.9>;reason=unconditional;counter=1;host=10.9.9.9"),
                "History-Info",
                        List.of(
                                "<sip:00441@10.9.9.9?Reason=SIP%3Bcause%3D302%3Btext%3D%2210.9%22>;index=1, "
                                        + "<sip:5@10.9.9.9;cause=302;maddr=10.9.9.9?Privacy=history&X=10.9.9.9>;index=1.1;mp=1"));
        return new Identity(name -> received.getOrDefault(name, List.of()));
    }

    @ParameterizedTest(name = "{0}: {2}, Privacy: {1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            # section            | Privacy    | from, to trusted | From anonymous | Privacy that crosses | identity crosses
            RFC 3325 §5          | -          | true true        | false          | -                    | true
            RFC 3325 §5          | id         | true true        | false          | id                   | true
            RFC 3323 §4.2        | user;ID    | true true        | false          | user;id              | true
            RFC 3325 §5          | -          | true false       | false          | -                    | false
            RFC 3325 §5          | -          | false true       | false          | -                    | false
            RFC 3325 §5          | id         | false true       | false          | id                   | false
            RFC 3325 §9.3        | id         | true false       | true           | -                    | false
            RFC 3325 §9.3        | id         | false false      | true           | -                    | false
            RFC 3323 §4.1.1.3    | user       | false false      | true           | -                    | false
            RFC 3323 §4.1.1.3    | user; id;critical | false false      | true           | -                    | false
            RFC 3323 §5          | header     | true false       | false          | -                    | false
            RFC 3323 §4.2        | none       | true false       | false          | none                 | false
            RFC 3323 §4.2        | none;id    | false false      | false          | none                 | false
            RFC 3323 §4.2        | 10.1.2.3   | true true        | false          | -                    | true
            """)
    void policy(ArgumentsAccessor row) {
        String section = "" + row.getString(0);
        Identity identity = identity(row.getString(1));
        String trusted = "" + row.getString(2);
        boolean from = trusted.startsWith("true");
        boolean to = trusted.endsWith("true");
        List<SipHeader> headers = identity.headers(from, to, FORM);
        assertThat("" + identity.isHiddenFrom(to)).as(section).isEqualTo(row.getString(3));
        assertThat(values(headers, "Privacy")).isEqualTo(Objects.requireNonNullElse(row.getString(4), ""));
        assertThat("" + headers.stream().anyMatch(header -> !header.isNamed("Privacy")))
                .as(section)
                .isEqualTo(row.getString(5));
        assertThat(headers).allSatisfy(header -> assertThat(header.value()).doesNotContain("10."));
    }

    @Test
    void whatIsPassedHasOurHostAndTheNumbersForm() {
        List<SipHeader> headers = identity(null).headers(true, true, FORM);
        assertThat(values(headers, "P-Asserted-Identity"))
                .as("RFC 3325 §9.1: at most two")
                .isEqualTo("\"Ann\" <sip:+4930@ours>, <tel:+4930>");
        assertThat(values(headers, "Diversion")).isEqualTo("<sip:+44@ours>;reason=unconditional;counter=1");
        assertThat(values(headers, "History-Info"))
                .isEqualTo("<sip:+441@ours?Reason=SIP%3Bcause%3D302>;index=1, "
                        + "<sip:5@ours;cause=302?Privacy=history>;index=1.1;mp=1");
    }

    private static String values(List<SipHeader> headers, String name) {
        return headers.stream()
                .filter(header -> header.isNamed(name))
                .map(SipHeader::value)
                .collect(Collectors.joining(", "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            textBlock =
                    """
            "Ann, \\"x" <sip:1@h>, sip:2@h         | <sip:1@ours>, <sip:2@ours>
            "Ann <a>, b" <sip:1@h>                 | "Ann <a>, b" <sip:1@ours>
            Ann Lee <sip:1@h>                      | "Ann Lee" <sip:1@ours>
            <sip:1@h;user=phone;maddr=h>;keep=1;x=2 | <sip:1@ours;user=phone>;keep=1
            sip:1@h;keep=1                         | <sip:1@ours>;keep=1
            <SIPS:a.b@h>                           | <sip:a.b@ours>
            <sip:1;npdi@h>                         | <sip:1;npdi@ours>
            <sip:1:secret@h>                       | -
            <sip:h>                                | -
            <sip:@h>                               | -
            <http://h/1@h>                         | -
            <tel:+1-212>                           | <tel:+1-212>
            <tel:301;phone-context=h.example>      | <sip:301@ours;user=phone>
            <tel:h.example>                        | -
            <sip:1@h                               | -
            "Ann <sip:1@h>                         | <sip:1@ours>
            Ann                                    | -
            ,,;,<>,"                               | -
            `<sip:1@h?Subject=h>`                  | <sip:1@ours>
            """)
    void addresses(String value, String written) {
        HiddenAddresses hidden = new HiddenAddresses("ours", number -> number, Pattern.compile("keep=\\d"));
        assertThat(String.join(", ", hidden.of(List.of(value)))).isEqualTo(written == null ? "" : written);
    }
}
