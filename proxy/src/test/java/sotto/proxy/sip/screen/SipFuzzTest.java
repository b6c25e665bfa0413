package sotto.proxy.sip.screen;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes, the screen ends in time, throws nothing, and what it lets pass can be answered. Runs over the seeds;
 * {@code make fuzz} lets jazzer change them.
 */
final class SipFuzzTest {
    static Stream<Arguments> seeds() {
        return Wire.torture().stream().map(Arguments::of);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void screens(byte[] octets) {
        check(octets);
    }

    /** What holds for every message. */
    static void check(byte[] octets) {
        Wire.Screened screened = Wire.screen(octets);
        SIPMessage message = screened.message();
        if (message == null) {
            return;
        }
        assertThat(screened.dropped()).isZero();
        assertThat(message.getTopmostVia()).isNotNull();
        assertThat(message.getCallId()).isNotNull();
        assertThat(message.getCSeq()).isNotNull();
        if (message instanceof SIPRequest request && !request.getMethod().equals(SIPRequest.ACK)) {
            String response = request.createResponse(400).encode();
            assertThat(response).startsWith("SIP/2.0 400 ").endsWith("\r\n\r\n");
            assertThat(response.lines().filter(String::isEmpty).count())
                    .as("one message")
                    .isEqualTo(1);
        }
    }
}
