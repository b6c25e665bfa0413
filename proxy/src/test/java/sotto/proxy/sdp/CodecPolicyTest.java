package sotto.proxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.codec.AudioFormat;

/** The rows of {@link CodecPolicy}, through offers and answers. */
final class CodecPolicyTest {
    private static final InetAddress OURS = Inet4Address.ofLiteral("198.51.100.1");
    private static final String EVENTS = "a=rtpmap:101 telephone-event/8000";

    private static CodecPolicy policy(String orderAndAllowed) {
        String[] parts = orderAndAllowed.split(" / ");
        return new CodecPolicy(formats(parts[0]), Set.copyOf(formats(parts[1])), parts[1].endsWith("event"));
    }

    private static List<AudioFormat> formats(String names) {
        return Arrays.stream(names.split(" "))
                .filter(name -> name.startsWith("PCM"))
                .map(AudioFormat::valueOf)
                .collect(Collectors.toList());
    }

    @ParameterizedTest(name = "{0} then {1}")
    @CsvSource(
            textBlock =
                    """
            # order and allowed: caller's,  called's,                  offer,   offered
            - / PCMA PCMU event,            - / PCMA PCMU event,         0 8 101, 0 8 101
            - / PCMA PCMU event,            PCMA PCMU / PCMA PCMU event, 0 8 101, 8 0 101
            PCMA / PCMA PCMU event,         - / PCMA PCMU event,         0 8 101, 8 0 101
            PCMA / PCMA PCMU event,         PCMU / PCMA PCMU event,      8 0 101, 0 8 101
            - / PCMA event,                 - / PCMA PCMU event,         0 8 101, 8 101
            - / PCMA PCMU event,            - / PCMU event,              0 8 101, 0 101
            - / PCMA PCMU,                  - / PCMA PCMU event,         0 8 101, 0 8
            - / PCMA PCMU event,            - / PCMA PCMU,               0 8 101, 0 8
            # converted: where a peer names another law, or may not have the one that is offered
            - / PCMA PCMU event,            - / PCMA PCMU event,         0 101,   0 101
            - / PCMA PCMU event,            PCMA PCMU / PCMA PCMU event, 0 101,   0 8 101
            - / PCMA PCMU event,            - / PCMA event,              0 101,   8 101
            - / PCMA PCMU event,            PCMU / PCMU event,           8 101,   0 101
            PCMU / PCMU event,              PCMA / PCMA event,           0 8 101, 8 101
            """)
    void offers(String in, String out, String offer, String offered) throws Exception {
        LocalAudio caller = new LocalAudio(OURS, 20000, Protection.PLAIN, policy(in));
        LocalAudio called = new LocalAudio(OURS, 20002, Protection.PLAIN, policy(out));
        byte[] body = called.offer(caller.readOffer(Sdp.of("m=audio 4000 RTP/AVP " + offer, EVENTS)));
        assertThat(Sdp.lines(body, "m=")).containsExactly("m=audio 20002 RTP/AVP " + offered);
    }

    @Test
    void nothingLeftIs488() throws Exception {
        LocalAudio onlyA = new LocalAudio(OURS, 20000, Protection.PLAIN, policy("- / PCMA event"));
        byte[] offer = Sdp.of("m=audio 4000 RTP/AVP 0 101", EVENTS);
        assertThatExceptionOfType(SdpRefused.class)
                .isThrownBy(() -> onlyA.readOffer(offer))
                .satisfies(e -> assertThat(e.reason().sipStatus()).isEqualTo(488));
        AudioSession taken = new LocalAudio(OURS, 20002, Protection.PLAIN, CodecPolicy.ANY)
                .readOffer(Sdp.of("m=audio 4000 RTP/AVP 0 8", "a=rtpmap:8 telephone-event/8000"));
        assertThatExceptionOfType(SdpRefused.class)
                .isThrownBy(() -> onlyA.offer(taken)) // its number is in use for another thing
                .satisfies(e -> assertThat(e.reason().sipStatus()).isEqualTo(488));
    }

    @Test
    void theLegsMayHaveTheTwoLaws() throws Exception {
        LocalAudio caller = new LocalAudio(OURS, 20000, Protection.PLAIN, policy("- / PCMA event"));
        LocalAudio called = new LocalAudio(OURS, 20002, Protection.PLAIN, policy("- / PCMU event"));
        AudioSession offer = caller.readOffer(Sdp.of("m=audio 4000 RTP/AVP 8 0 96", EVENTS.replace("101", "96")));
        called.offer(offer);
        byte[] answer = caller.answer(
                offer, called.readAnswer(Sdp.of("m=audio 5000 RTP/AVP 0 96", EVENTS.replace("101", "96"))));
        assertThat(Sdp.lines(answer, "m=")).containsExactly("m=audio 20000 RTP/AVP 8 96");
        assertThat(caller.plan().format()).isEqualTo(AudioFormat.PCMA);
        assertThat(called.plan().format()).isEqualTo(AudioFormat.PCMU);
    }

    @Test
    void anAnswerKeepsItsOrderWithoutWhatIsDenied() throws Exception {
        LocalAudio called = new LocalAudio(OURS, 20002, Protection.PLAIN, policy("PCMA / PCMA PCMU"));
        called.offer(new LocalAudio(OURS, 20000, Protection.PLAIN, CodecPolicy.ANY)
                .readOffer(Sdp.of("m=audio 4000 RTP/AVP 0 8 101", EVENTS)));
        AudioSession answer = called.readAnswer(Sdp.of("m=audio 5000 RTP/AVP 0 8 101", EVENTS));
        assertThat(answer.codecs()).extracting(AudioSession.Codec::payloadType).containsExactly(0, 8);
        assertThat(answer.telephoneEvent()).isEmpty();
        assertThat(called.plan().format()).isEqualTo(AudioFormat.PCMU);
    }

    @Test
    void aDeniedCodecInAnAnswerIsPassedOver() throws Exception {
        LocalAudio called = new LocalAudio(OURS, 20002, Protection.PLAIN, policy("- / PCMU"));
        called.offer(new LocalAudio(OURS, 20000, Protection.PLAIN, CodecPolicy.ANY)
                .readOffer(Sdp.of("m=audio 4000 RTP/AVP 0 8")));
        called.readAnswer(Sdp.of("m=audio 5000 RTP/AVP 8 0"));
        assertThat(called.plan().format()).isEqualTo(AudioFormat.PCMU);
    }
}
