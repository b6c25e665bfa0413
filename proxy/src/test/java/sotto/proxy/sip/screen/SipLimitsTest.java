package sotto.proxy.sip.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each bound of {@link SipLimits}: at it a message passes, one beyond it does not. */
final class SipLimitsTest {
    static Stream<Arguments> bounds() {
        return Stream.of(
                bound("message octets", SipLimits.MAX_MESSAGE_BYTES, Defect.TOO_LARGE, SipLimitsTest::withOctets),
                bound("header octets", SipLimits.MAX_HEADER_BYTES, Defect.TOO_LARGE, SipLimitsTest::withHeaderOctets),
                bound("URI octets", SipLimits.MAX_URI_BYTES, Defect.URI_TOO_LONG, SipLimitsTest::withUri),
                bound("field octets", SipLimits.MAX_FIELD_BYTES, Defect.SYNTAX, SipLimitsTest::withField),
                bound("header lines", SipLimits.MAX_HEADER_LINES, Defect.TOO_LARGE, SipLimitsTest::withLines),
                bound("Via entries", SipLimits.MAX_VIAS, Defect.SYNTAX, SipLimitsTest::withVias),
                bound("Via in lines", SipLimits.MAX_VIAS, Defect.SYNTAX, SipLimitsTest::withViaLines),
                bound("Route entries", SipLimits.MAX_ROUTES, Defect.SYNTAX, n -> withList("Route", n)),
                bound("Record-Route entries", SipLimits.MAX_ROUTES, Defect.SYNTAX, n -> withList("Record-Route", n)),
                bound("Contact entries", SipLimits.MAX_CONTACTS, Defect.SYNTAX, SipLimitsTest::withContacts),
                bound("From", 1, Defect.SYNTAX, n -> withSame("From: <sip:a@127.0.0.1>;tag=a", n)),
                bound("To", 1, Defect.SYNTAX, n -> withSame("To: <sip:b@127.0.0.1>", n)),
                bound("Call-ID", 1, Defect.SYNTAX, n -> withSame("Call-ID: wire", n)),
                bound("CSeq", 1, Defect.SYNTAX, n -> withSame("CSeq: 1 INVITE", n)),
                bound("Max-Forwards", 1, Defect.SYNTAX, n -> withSame("Max-Forwards: 70", n)),
                bound("Content-Length", 1, Defect.FRAMING, n -> withMore("Content-Length: 0\r\n".repeat(n))),
                bound("hops", SipLimits.MAX_FORWARDS, Defect.SYNTAX, n -> Wire.INVITE.replace("70", "" + n)));
    }

    private interface Sized {
        String of(int size);
    }

    private static Arguments bound(String what, int limit, Defect beyond, Sized message) {
        return Arguments.of(what, message.of(limit), message.of(limit + 1), beyond);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bounds")
    void bound(String what, String atLimit, String beyondLimit, Defect defect) {
        assertThat(Wire.screen(atLimit).verdict()).as(what).isEqualTo("passed");
        assertThat(Wire.screen(beyondLimit).verdict()).as(what).isEqualTo(defect.name());
    }

    @ParameterizedTest(name = "CSeq {0}: {1}")
    @CsvSource({"0,passed", "2147483647,passed", "2147483648,SYNTAX", "4294967296,SYNTAX", "18446744073709551616,SYNTAX"
    })
    void sequenceNumber(String number, String verdict) { // RFC 3261 §8.1.1.5
        assertThat(Wire.screen(Wire.INVITE.replace("CSeq: 1", "CSeq: " + number))
                        .verdict())
                .isEqualTo(verdict);
    }

    private static String withMore(String fields) {
        return Wire.INVITE.substring(0, Wire.INVITE.length() - 2) + fields + "\r\n";
    }

    private static String withSame(String field, int times) {
        return Wire.INVITE.replace(field + "\r\n", (field + "\r\n").repeat(times));
    }

    private static String withOctets(int octets) {
        return Wire.INVITE + "x".repeat(octets - Wire.INVITE.length());
    }

    private static String withHeaderOctets(int octets) {
        int room = octets - Wire.INVITE.length() - 2 * "X: \r\n".length();
        return withMore("X: " + "y".repeat(room / 2) + "\r\nX: " + "y".repeat(room - room / 2) + "\r\n");
    }

    private static String withUri(int octets) {
        return Wire.INVITE.replace("sip:b@127.0.0.1 ", "sip:" + "b".repeat(octets - 14) + "@127.0.0.1 ");
    }

    private static String withField(int octets) {
        return withMore("X: " + "y".repeat(octets - 3) + "\r\n");
    }

    private static String withLines(int lines) {
        return withMore("X: y\r\n".repeat(lines - 9)); // nine are there: eight and the empty one
    }

    private static String withVias(int entries) {
        return withMore("Via: " + "SIP/2.0/UDP h;branch=z9hG4bKx,".repeat(entries - 2) + "SIP/2.0/UDP h\r\n");
    }

    private static String withViaLines(int entries) {
        return withMore("v: SIP/2.0/UDP h\r\n".repeat(entries - 1));
    }

    private static String withList(String name, int entries) {
        return withMore(name + ": " + "\"a, b\" <sip:h;lr>,".repeat(entries - 1) + "<sip:h;lr>\r\n");
    }

    private static String withContacts(int entries) {
        return withMore("m: " + "<sip:h;x=a,b>,".repeat(entries - 2) + "<sip:h>\r\n");
    }
}
