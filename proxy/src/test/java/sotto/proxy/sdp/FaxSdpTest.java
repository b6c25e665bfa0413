package sotto.proxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.worker.LegPlan;
import sotto.proxy.sdp.SdpRefused.Reason;

/** T.38 in the place of the audio, as gateways write it, from one side to the other and back. A semicolon ends a line. */
final class FaxSdpTest {
    private static final CodecPolicy FAX =
            new CodecPolicy(CodecPolicy.ANY.order(), CodecPolicy.ANY.allowed(), true, true);
    private static final String AUDIO = "m=audio 4000 RTP/AVP 8";
    private static final String IMAGE = "m=image 4002 udptl t38";

    private final LocalAudio here = new LocalAudio(InetAddress.getLoopbackAddress(), 20_000, Protection.PLAIN, FAX);
    private final LocalAudio there = new LocalAudio(InetAddress.getLoopbackAddress(), 20_004, Protection.PLAIN, FAX);
    private final LocalAudio encrypted = new LocalAudio(InetAddress.getLoopbackAddress(), 20_008, Protection.SDES, FAX);
    private final LocalAudio without =
            new LocalAudio(InetAddress.getLoopbackAddress(), 20_012, Protection.PLAIN, CodecPolicy.ANY);

    private static byte[] sdp(String media) {
        return Sdp.of(media.strip().split(";"));
    }

    private List<String> crosses(String offered, String answered) throws SdpRefused {
        AudioSession offer = here.readOffer(sdp(offered));
        there.offer(offer);
        return Sdp.lines(here.answer(offer, there.readAnswer(sdp(answered))));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # which         | lines from m= on                                        | m= lines of the answer
            alone           | m=image 4002 udptl t38                                  | image 20000 udptl t38
            upper case      | m=image 4002 UDPTL T38                                  | image 20000 udptl t38
            audio is ended  | m=audio 0 RTP/AVP 8;m=image 4002 udptl t38              | audio 0 RTP/AVP 8;image 20000 udptl t38
            the other way   | m=image 4002 udptl t38;m=audio 0 RTP/AVP 8              | image 20000 udptl t38;audio 0 RTP/AVP 8
            audio is silent | m=audio 4000 RTP/AVP 8;a=inactive;m=image 4002 udptl t38 | audio 0 RTP/AVP 8;image 20000 udptl t38
            two of them     | m=image 0 udptl t38;m=image 4002 udptl t38              | image 0 udptl t38;image 20000 udptl t38
            """)
    void takesThePlaceOfTheAudio(String which, String media, String expected) throws SdpRefused {
        AudioSession offer = here.readOffer(sdp(media));
        assertThat(offer.isFax()).as(which).isTrue();
        assertThat(Sdp.lines(there.offer(offer), "m=")).containsExactly("m=image 20004 udptl t38");
        AudioSession answer = there.readAnswer(sdp("m=image 6002 udptl t38"));
        assertThat(Sdp.lines(here.answer(offer, answer), "m="))
                .containsExactly(("m=" + expected.replace(";", ";m=")).split(";"));
        assertThat(here.isFax() && there.isFax()).isTrue();
        assertThat(here.plan()).isEqualTo(LegPlan.fax(new InetSocketAddress("192.0.2.1", 4002), true));
        assertThat(there.plan()).isEqualTo(LegPlan.fax(new InetSocketAddress("192.0.2.1", 6002), true));
    }

    /** As some offer it with the call: it tells what they could do. */
    @Test
    void audioThatIsOfferedBesideItGoesFirst() throws SdpRefused {
        assertThat(crosses(IMAGE + ";" + AUDIO, "m=audio 6000 RTP/AVP 8"))
                .contains("m=image 0 udptl t38", "m=audio 20000 RTP/AVP 8");
        assertThat(here.isFax()).isFalse();
    }

    @ParameterizedTest(name = "{0} crosses as {1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            # attribute                              | crosses as
            a=T38FaxVersion:0                        | a=T38FaxVersion:0
            a=T38FaxVersion:3                        | a=T38FaxVersion:3
            a=T38MaxBitRate:14400                    | a=T38MaxBitRate:14400
            a=T38FaxRateManagement:transferredTCF    | a=T38FaxRateManagement:transferredTCF
            a=T38FaxRateManagement:localTCF          | a=T38FaxRateManagement:localTCF
            a=T38FaxMaxBuffer:262                    | a=T38FaxMaxBuffer:262
            a=T38FaxMaxDatagram:176                  | a=T38FaxMaxDatagram:176
            a=T38FaxMaxDatagram:2048                 | a=T38FaxMaxDatagram:2047
            a=T38FaxMaxIFP:40                        | a=T38FaxMaxIFP:40
            a=T38FaxUdpEC:t38UDPRedundancy           | a=T38FaxUdpEC:t38UDPRedundancy
            a=T38FaxUdpEC:t38UDPFEC                  | a=T38FaxUdpEC:t38UDPFEC
            a=T38FaxUdpEC:t38UDPNoEC                 | a=T38FaxUdpEC:t38UDPNoEC
            a=T38FaxFillBitRemoval                   | a=T38FaxFillBitRemoval
            a=T38FaxFillBitRemoval:0                 | a=T38FaxFillBitRemoval:0
            a=T38FaxTranscodingMMR:1                 | a=T38FaxTranscodingMMR:1
            a=T38FaxTranscodingJBIG                  | a=T38FaxTranscodingJBIG
            a=t38faxversion:0                        | a=t38faxversion:0
            a=T38FaxVersion:0 10.1.2.3               | -
            a=T38FaxVersion:100                      | -
            a=T38FaxUdpEC:fax.inside                 | -
            a=T38FaxRateManagement:10.1.2.3          | -
            a=T38VendorInfo:0 0 37                   | -
            a=x-inside:10.1.2.3                      | -
            a=rtpmap:8 PCMA/8000                     | -
            a=sendrecv                               | -
            a=sendonly                               | a=sendonly
            """)
    void attributesCrossBothWays(String attribute, String expected) throws SdpRefused {
        AudioSession offer = here.readOffer(Sdp.of(IMAGE, attribute));
        List<String> offered = Sdp.lines(there.offer(offer), "a=");
        assertThat(offered).isEqualTo(expected == null ? List.of() : List.of(expected));
        AudioSession answer = there.readAnswer(Sdp.of(IMAGE, attribute.replace("sendonly", "recvonly")));
        List<String> answered = Sdp.lines(here.answer(offer, answer), "a=");
        assertThat(answered)
                .isEqualTo(expected == null ? List.of() : List.of(expected.replace("sendonly", "recvonly")));
    }

    @Test
    void ofEachNameOneCrosses() throws SdpRefused {
        String[] many =
                IntStream.range(0, 100).mapToObj(i -> "a=T38MaxBitRate:" + i).toArray(String[]::new);
        String[] lines = new String[many.length + 1];
        lines[0] = IMAGE;
        System.arraycopy(many, 0, lines, 1, many.length);
        assertThat(Sdp.lines(there.offer(here.readOffer(Sdp.of(lines))), "a=")).containsExactly("a=T38MaxBitRate:0");
        String[] tooMany = Arrays.copyOf(lines, 131);
        Arrays.fill(tooMany, many.length + 1, 131, "a=x");
        assertThatExceptionOfType(SdpRefused.class)
                .isThrownBy(() -> here.readOffer(Sdp.of(tooMany)))
                .withMessageContaining("128 attributes of the fax");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # what is offered                 | lines from m= on               | reason
            over TCP                          | m=image 4002 TCP t38           | NO_AUDIO
            over TLS                          | m=image 4002 TCP/TLS t38       | NO_AUDIO
            over DTLS (RFC 7345)              | m=image 4002 UDP/TLS/UDPTL t38 | NO_AUDIO
            over RTP (RFC 4612)               | m=image 4002 RTP/AVP 96        | NO_AUDIO
            another format                    | m=image 4002 udptl t30         | NO_AUDIO
            ended                             | m=image 0 udptl t38            | NO_AUDIO
            to everybody                      | m=image 4002 udptl t38;c=IN IP4 224.0.0.1 | MALFORMED
            of another IP version             | m=image 4002 udptl t38;c=IN IP6 2001:db8::1 | NO_AUDIO
            """)
    void whatIsNotCarriedIsRefused(String what, String media, Reason reason) {
        assertThatExceptionOfType(SdpRefused.class)
                .as(what)
                .isThrownBy(() -> here.readOffer(sdp(media)))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void neitherLegMayLackIt() throws SdpRefused {
        assertThatExceptionOfType(SdpRefused.class)
                .isThrownBy(() -> without.readOffer(sdp(IMAGE)))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NO_AUDIO)); // as before there was T.38
        AudioSession offer = here.readOffer(sdp(IMAGE));
        for (LocalAudio other : List.of(without, encrypted)) {
            assertThatExceptionOfType(SdpRefused.class)
                    .isThrownBy(() -> other.offer(offer))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.FAX_REFUSED));
        }
        assertThatExceptionOfType(SdpRefused.class) // in the clear beside SRTP: never
                .isThrownBy(() -> encrypted.readOffer(sdp(IMAGE)));
    }

    @ParameterizedTest(name = "{0} is answered with {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # offer                  | answer
            m=image 4002 udptl t38   | m=audio 6000 RTP/AVP 8
            m=image 4002 udptl t38   | m=image 0 udptl t38
            m=image 4002 udptl t38   | m=audio 0 RTP/AVP 8;m=image 6002 udptl t38
            m=audio 4000 RTP/AVP 8   | m=image 6002 udptl t38
            """)
    void anAnswerOfTheOtherKindIsRefused(String offered, String answered) throws SdpRefused {
        there.offer(here.readOffer(sdp(offered)));
        assertThatExceptionOfType(SdpRefused.class).isThrownBy(() -> there.readAnswer(sdp(answered)));
    }

    @Test
    void theVersionRisesThereAndBackAndARefreshIsWhatWasAgreedOn() throws SdpRefused {
        crosses(AUDIO, "m=audio 6000 RTP/AVP 8");
        byte[] audio = there.offerAgain();

        AudioSession refused = here.readOffer(sdp(IMAGE));
        byte[] fax = there.offer(refused);
        assertThat(Sdp.version(fax)).isEqualTo(Sdp.version(audio) + 1);
        assertThat(there.offerAgain()).as("the other side said 488").isEqualTo(audio);
        assertThat(there.readAnswer(sdp("m=audio 6000 RTP/AVP 8")).isFax()).isFalse();
        assertThat(there.offerAgain()).isEqualTo(audio);
        assertThat(here.isFax() || there.isFax()).isFalse();

        crosses(IMAGE, "m=image 6002 udptl t38");
        byte[] again = there.offerAgain();
        assertThat(Sdp.lines(again, "m=")).containsExactly("m=image 20004 udptl t38");
        assertThat(there.readAnswer(sdp("m=image 6002 udptl t38")).isFax()).isTrue();
        crosses(AUDIO, "m=audio 6000 RTP/AVP 8");
        assertThat(Sdp.version(there.offerAgain())).isGreaterThan(Sdp.version(again));
        assertThat(there.plan().udptl()).isFalse();
    }

    @ParameterizedTest(name = "{0}, then {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # what the gateway offered                           | then the other side offers | it is offered
            m=image 4002 udptl t38                               | m=audio 4000 RTP/AVP 8     | audio 20000 RTP/AVP 8
            m=audio 0 RTP/AVP 8;m=image 4002 udptl t38           | m=audio 4000 RTP/AVP 8     | audio 20000 RTP/AVP 8;image 0 udptl t38
            m=image 4002 udptl t38;m=audio 0 RTP/AVP 8           | m=audio 4000 RTP/AVP 8     | image 0 udptl t38;audio 20000 RTP/AVP 8
            m=audio 0 RTP/AVP 8;m=image 4002 udptl t38           | m=image 4000 udptl t38     | audio 0 RTP/AVP 8;image 20000 udptl t38
            m=audio 4000 RTP/AVP 8;m=image 4002 udptl t38        | m=image 4000 udptl t38     | audio 0 RTP/AVP 8;image 20000 udptl t38
            m=audio 4000 RTP/AVP 8;m=video 4002 RTP/AVP 31       | m=image 4000 udptl t38     | image 20000 udptl t38;video 0 RTP/AVP 31
            m=video 4002 RTP/AVP 31;m=audio 4000 RTP/AVP 8       | m=audio 4000 RTP/AVP 8     | video 0 RTP/AVP 31;audio 20000 RTP/AVP 8
            """)
    void thereAreNeverFewerLinesThanBefore(String first, String next, String expected)
            throws SdpRefused { // RFC 3264 §8
        crosses(first, first.contains("audio 4000") ? "m=audio 6000 RTP/AVP 8" : IMAGE);
        byte[] offer = here.offer(there.readOffer(sdp(next)));
        String[] lines = ("m=" + expected.strip().replace(";", ";m=")).split(";");
        assertThat(Sdp.lines(offer, "m=")).containsExactly(lines);
        assertThatExceptionOfType(SdpRefused.class)
                .isThrownBy(() -> here.readAnswer(Sdp.of(lines[0] + "\nm=video 0 RTP/AVP 31\nm=text 0 RTP/AVP 98")));
        here.readAnswer(Sdp.of(lines));

        byte[] again = here.offerAgain(); // a refresh of the session
        assertThat(again).isEqualTo(offer);
        assertThat(here.readAnswer(Sdp.of(lines)).isFax()).isEqualTo(next.contains("image"));
    }

    @Test
    void heldWithNoAddressItStaysWhereItWas() throws SdpRefused { // RFC 3264 §8.4
        crosses(IMAGE, IMAGE);
        crosses(IMAGE + ";c=IN IP4 0.0.0.0", IMAGE);
        assertThat(here.plan()).isEqualTo(LegPlan.fax(new InetSocketAddress("192.0.2.1", 4002), false));
    }
}
