package sotto.proxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.codec.AudioFormat;

/** The rows of {@link CodecPolicy}, through offers and answers. */
final class CodecPolicyTest {
    private static final InetAddress OURS = Inet4Address.ofLiteral("198.51.100.1");
    private static final String OPUS = "a=rtpmap:111 opus/48000/2";
    private static final String EVENTS = "a=rtpmap:101 telephone-event/8000";

    private static CodecPolicy policy(String orderAndAllowed) {
        String[] parts = orderAndAllowed.split(" / ");
        return new CodecPolicy(names(parts[0]), Set.copyOf(names(parts[1])), parts[1].endsWith("event"));
    }

    private static List<String> names(String text) {
        return Arrays.stream(text.split(" "))
                .filter(name -> !name.equals("-") && !name.equals("event"))
                .toList();
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
            # as it is: what both name
            - / PCMA PCMU event,            - / PCMA PCMU event,         111 0 9 101, 0 101
            - / PCMA PCMU opus event,       - / PCMA PCMU opus event,    111 0 9 101, 111 0 101
            - / PCMA PCMU opus event,       - / PCMA PCMU event,         111 0 9 101, 0 101
            - / PCMA PCMU event,            - / PCMA PCMU opus event,    111 0 9 101, 0 101
            opus G722 / opus G722 event,    G722 opus / opus G722 event, 111 9 101,   9 111 101
            """)
    void offers(String in, String out, String offer, String offered) throws Exception {
        LocalAudio caller = new LocalAudio(OURS, 20000, Protection.PLAIN, policy(in));
        LocalAudio called = new LocalAudio(OURS, 20002, Protection.PLAIN, policy(out));
        byte[] body = called.offer(caller.readOffer(Sdp.of("m=audio 4000 RTP/AVP " + offer, OPUS, EVENTS)));
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

    /** RFC 7587 §7: the parameters are what each end wishes to receive; they cross with the codec. */
    @Test
    void whatIsNotDecodedPassesWithItsParameters() throws Exception {
        String both = "- / PCMA opus event";
        LocalAudio caller = new LocalAudio(OURS, 20000, Protection.PLAIN, policy(both));
        LocalAudio called = new LocalAudio(OURS, 20002, Protection.PLAIN, policy(both));
        AudioSession offer = caller.readOffer(
                Sdp.of("m=audio 4000 RTP/AVP 111 8 101", OPUS, "a=fmtp:111 minptime=10;useinbandfec=1", EVENTS));
        assertThat(Sdp.lines(called.offer(offer), "a="))
                .contains(OPUS, "a=fmtp:111 minptime=10;useinbandfec=1", "a=rtpmap:8 PCMA/8000");
        AudioSession answered = called.readAnswer(Sdp.of(
                "m=audio 5000 RTP/AVP 96", OPUS.replace("111", "96"), "a=fmtp:96 stereo=1; maxaveragebitrate=20000"));
        byte[] answer = caller.answer(offer, answered);
        assertThat(Sdp.lines(answer, "m=")).containsExactly("m=audio 20000 RTP/AVP 111");
        assertThat(Sdp.lines(answer, "a=")).contains(OPUS, "a=fmtp:111 stereo=1; maxaveragebitrate=20000");
        assertThat(caller.codecName()).isEqualTo("opus");
        assertThat(caller.plan().format()).isEqualTo(AudioFormat.OPAQUE);
        assertThat(caller.plan().clockHz()).isEqualTo(48_000);
        assertThat(called.plan().payloadType()).isEqualTo(96);
    }

    /**
     * RFC 4733 §2.1: events have the timestamps of the audio, so the clock is that of the codec; 8,000 Hz beside Opus where a
     * peer has no other. Of one clock on both legs.
     */
    @ParameterizedTest(name = "{0}, answered {2}")
    @CsvSource(
            textBlock =
                    """
            # offer,             offered,       answer,      answered, clock
            111 0 110 112 126,   111 0 110 126, 111 110 126, 111 110,  48000
            111 0 110 112 126,   111 0 110 126, 111 126 110, 111 110,  48000
            111 0 110 112 126,   111 0 110 126, 0 110 126,   0 126,    8000
            111 0 126 110,       111 0 126 110, 111 126,     111 126,  8000
            111 126,             111 126,       111 126,     111 126,  8000
            111 126,             111 126,       111 110,     111,      0
            111 110,             111 110,       111 126,     111,      0
            111 0 110,           111 0 110,     0 110,       0,        0
            111 0 110 126,       111 0 110 126, 111,         111,      0
            0 110,               0,             0,           0,        0
            0 112 126,           0 126,         0 126,       0 126,    8000
            """)
    void eventsHaveTheClockOfTheCodec(String offer, String offered, String answer, String answered, int clockHz)
            throws Exception {
        String both = "- / PCMU opus event";
        LocalAudio caller = new LocalAudio(OURS, 20000, Protection.PLAIN, policy(both));
        LocalAudio called = new LocalAudio(OURS, 20002, Protection.PLAIN, policy(both));
        AudioSession theirs = caller.readOffer(formats(4000, offer));
        byte[] sent = called.offer(theirs);
        assertThat(Sdp.lines(sent, "m=")).containsExactly("m=audio 20002 RTP/AVP " + offered);
        byte[] back = caller.answer(theirs, called.readAnswer(formats(5000, answer)));
        assertThat(Sdp.lines(back, "m=")).containsExactly("m=audio 20000 RTP/AVP " + answered);
        for (LocalAudio leg : List.of(caller, called)) {
            assertThat(leg.plan().telephoneEvent().isPresent()).isEqualTo(clockHz > 0);
            if (clockHz > 0) {
                String type = answered.split(" ")[1];
                assertThat(Sdp.lines(back, "a=")).contains("a=rtpmap:" + type + " telephone-event/" + clockHz);
                assertThat(leg.plan().telephoneEvent()).hasValue(Integer.parseInt(type));
                assertThat(leg.plan().eventClockHz()).isEqualTo(clockHz);
            }
        }
    }

    private static byte[] formats(int port, String formats) {
        return Sdp.of(
                "m=audio " + port + " RTP/AVP " + formats,
                OPUS,
                "a=rtpmap:110 telephone-event/48000",
                "a=rtpmap:112 telephone-event/16000",
                "a=rtpmap:126 telephone-event/8000");
    }

    /** An address in the parameters would tell one side of the other. */
    @Test
    void parametersThatMightNameAnAddressDoNotCross() throws Exception {
        LocalAudio caller = new LocalAudio(OURS, 20000, Protection.PLAIN, policy("- / PCMA opus"));
        LocalAudio called = new LocalAudio(OURS, 20002, Protection.PLAIN, policy("- / PCMA opus"));
        byte[] offer = called.offer(
                caller.readOffer(Sdp.of("m=audio 4000 RTP/AVP 111", OPUS, "a=fmtp:111 relay=203.0.113.7")));
        assertThat(Sdp.text(offer)).contains("opus").doesNotContain("fmtp", "203.0.");
    }

    /** The other law of G.711 is the other leg's; nothing is made of a codec that is not decoded. */
    @Test
    void whatIsNotDecodedIsNotConverted() throws Exception {
        LocalAudio caller = new LocalAudio(OURS, 20000, Protection.PLAIN, policy("- / PCMA opus"));
        LocalAudio called = new LocalAudio(OURS, 20002, Protection.PLAIN, policy("- / PCMU opus"));
        AudioSession opusAlone = caller.readOffer(Sdp.of("m=audio 4000 RTP/AVP 111", OPUS));
        assertThat(Sdp.lines(called.offer(opusAlone), "m=")).containsExactly("m=audio 20002 RTP/AVP 111");
        LocalAudio only = new LocalAudio(OURS, 20002, Protection.PLAIN, policy("- / PCMU"));
        assertThatExceptionOfType(SdpRefused.class)
                .isThrownBy(() -> only.offer(opusAlone))
                .satisfies(e -> assertThat(e.reason().sipStatus()).isEqualTo(488));
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
