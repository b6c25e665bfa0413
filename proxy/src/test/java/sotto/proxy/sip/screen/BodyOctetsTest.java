package sotto.proxy.sip.screen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.message.SIPMessage;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body may be a key: there is one copy of it to wipe, that of the message. */
final class BodyOctetsTest {
    private static final String BODY = "Signal=5\r\nDuration=160\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 24\r\n", "Content-Length: 8\r\n", ""})
    void whatCameHasItNoMore(String length) {
        String head = Wire.INVITE.substring(0, Wire.INVITE.length() - 2)
                + "Content-Type: application/dtmf-relay\r\n"
                + length
                + "\r\n";
        byte[] octets = (head + BODY).getBytes(ISO_8859_1);
        SIPMessage message = Objects.requireNonNull(Wire.screenInPlace(octets).message());
        assertThat(BODY.getBytes(ISO_8859_1)).startsWith(message.getRawContent());
        assertThat(message.getRawContent().length).isGreaterThanOrEqualTo(8);
        assertThat(Arrays.copyOfRange(octets, head.length(), octets.length)).containsOnly(0);
        assertThat(message.getRawContent()).isSameAs(message.getRawContent()); // so that who wipes it wipes that one
    }
}
