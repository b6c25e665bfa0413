package sotto.proxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SDP as peers really write it, from one side to the other and back. In the tables, a semicolon ends a line. */
final class SdpAnomaliesTest {
    private final LocalAudio plain =
            new LocalAudio(InetAddress.getLoopbackAddress(), 20_000, Protection.PLAIN, CodecPolicy.ANY);
    private final LocalAudio encrypted =
            new LocalAudio(InetAddress.getLoopbackAddress(), 20_004, Protection.SDES, CodecPolicy.ANY);
    private final LocalAudio other =
            new LocalAudio(InetAddress.getLoopbackAddress(), 20_008, Protection.PLAIN, CodecPolicy.ANY);

    /** What the offering peer gets back; the other one takes all. */
    private List<String> answered(LocalAudio leg, String media) throws SdpRefused {
        AudioSession offer = leg.readOffer(Sdp.of(media.strip().split(";")));
        other.offer(offer);
        AudioSession answer = other.readAnswer(Sdp.of("m=audio 6000 RTP/AVP 8"));
        return Sdp.lines(leg.answer(offer, answer), "m=");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # section     | lines from m= on                                                       | m= lines of the answer
            RFC 3264 §6   | m=audio 4000 RTP/AVP 8;m=video 4002 RTP/AVP 31                         | audio 20000 RTP/AVP 8;video 0 RTP/AVP 31
            RFC 3264 §6   | m=video 4002 RTP/AVP 31;m=audio 4000 RTP/AVP 8                         | video 0 RTP/AVP 31;audio 20000 RTP/AVP 8
            RFC 3264 §6   | m=audio 4000 RTP/AVP 8;m=audio 4002 RTP/AVP 8                          | audio 20000 RTP/AVP 8;audio 0 RTP/AVP 8
            RFC 3264 §5.1 | m=audio 0 RTP/AVP 8;m=audio 4002 RTP/AVP 8                             | audio 0 RTP/AVP 8;audio 20000 RTP/AVP 8
            RFC 3264 §6   | m=audio 4000 RTP/AVP 8;m=image 4002 udptl t38                          | audio 20000 RTP/AVP 8;image 0 udptl t38
            RFC 3264 §6   | m=audio 4000 RTP/AVP 8;m=application 9 TCP/BFCP *                      | audio 20000 RTP/AVP 8;application 0 TCP/BFCP *
            either        | m=audio 4000 RTP/SAVP 8;a=crypto:1 x;m=audio 4002 RTP/AVP 8            | audio 0 RTP/SAVP 8;audio 20000 RTP/AVP 8
            either        | m=audio 4000 RTP/AVPF 8;m=audio 4002 RTP/AVP 8;m=audio 4004 RTP/AVP 8  | audio 0 RTP/AVPF 8;audio 20000 RTP/AVP 8;audio 0 RTP/AVP 8
            """)
    void oneStreamIsTaken(String section, String media, String expected) throws SdpRefused {
        assertThat(answered(plain, media)).as(section).containsExactly(withM(expected));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # which       | lines from m= on                                     | m= lines of the answer
            either        | m=audio 4002 RTP/AVP 8;m=audio 4000 RTP/SAVP 8;CRYPTO | audio 0 RTP/AVP 8;audio 20004 RTP/SAVP 8
            either        | m=audio 4000 RTP/SAVP 8;CRYPTO;m=audio 4002 RTP/AVP 8 | audio 20004 RTP/SAVP 8;audio 0 RTP/AVP 8
            """)
    void theEncryptedOneIsTakenWhereItHasToBe(String which, String media, String expected) throws SdpRefused {
        assertThat(answered(encrypted, media.replace("CRYPTO", Sdp.CM_LINE)))
                .as(which)
                .containsExactly(withM(expected));
    }

    private static String[] withM(String lines) {
        return ("m=" + lines.strip().replace(";", ";m=")).split(";");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # section      | attribute                                      | crosses
            RFC 8866 §6.4  | a=maxptime:40                                  | yes
            RFC 8866 §6.12 | a=lang:de-AT                                   | yes
            RFC 8866 §6.12 | a=sdplang:en                                   | yes
            RFC 4796 §5    | a=content:main,speaker                         | yes
            RFC 3108 §5.6.2| a=silenceSupp:off - - - -                      | yes
            RFC 8866 §6.4  | a=maxptime:40 10.1.2.3                         | no
            RFC 8866 §6.12 | a=lang:10.1.2.3                                | no
            RFC 4796 §5    | a=content:pbx.inside                           | no
            RFC 8843 §7.3  | a=group:BUNDLE a b                             | no
            RFC 5888 §4    | a=mid:a                                        | no
            RFC 8843 §6    | a=bundle-only                                  | no
            RFC 8839 §5.1  | a=candidate:1 1 UDP 2130706431 10.1.2.3 8998 typ host | no
            RFC 5761 §5.1.1| a=rtcp-mux                                     | no
            RFC 8122 §5    | a=fingerprint:sha-256 4A:AD                    | no
            RFC 5576 §4.1  | a=ssrc:1 cname:ann@10.1.2.3                    | no
            RFC 8866 §5.13 | a=x-inside:10.1.2.3                            | no
            RFC 8866 §5.13 | a=nortpproxy:yes                               | no
            """)
    void whatIsKnownToBeSafeCrosses(String section, String attribute, String crosses) throws SdpRefused {
        AudioSession offer = plain.readOffer(Sdp.of("m=audio 4000 RTP/AVP 8", attribute, "m=video 4000 RTP/AVP 31"));
        List<String> offered = Sdp.lines(other.offer(offer));
        AudioSession answer = other.readAnswer(Sdp.of("m=audio 6000 RTP/AVP 8", attribute));
        List<String> answered = Sdp.lines(plain.answer(offer, answer));
        assertThat(List.of(offered.contains(attribute), answered.contains(attribute)))
                .as(section)
                .containsOnly(crosses.equals("yes"));
        assertThat(String.join(" ", offered) + answered).doesNotContain("10.1.2.3", "BUNDLE", "inside", "mid:");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # section         | lines from m= on                                       | reason
            RFC 3362, T.38    | m=image 4000 udptl t38;a=T38FaxVersion:0               | NO_AUDIO
            RFC 3362, T.38    | m=audio 0 RTP/AVP 8;m=image 4000 udptl t38             | NO_AUDIO
            RFC 8843 §6       | m=video 4000 RTP/AVP 31;m=audio 0 RTP/AVP 8;a=bundle-only | NO_AUDIO
            RFC 3264 §5.1     | m=audio 0 RTP/AVP 8                                    | NO_AUDIO
            """)
    void withoutAudioThereIsNoCall(String section, String media, SdpRefused.Reason reason) {
        assertThatExceptionOfType(SdpRefused.class)
                .as(section)
                .isThrownBy(() -> plain.readOffer(Sdp.of(media.strip().split(";"))))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @ParameterizedTest(name = "{0}, then {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # first offer   | next offer    | the other side is offered | the plan sends to
            192.0.2.1       | 0.0.0.0       | sendonly                  | 192.0.2.1:4000
            0.0.0.0         | 192.0.2.1     | sendrecv                  | 192.0.2.1:4000
            """)
    void aNullAddressIsHold(String first, String next, String offered, String remote)
            throws SdpRefused { // RFC 3264 §8.4
        settle(first);
        AudioSession again = plain.readOffer(Sdp.of("m=audio 4000 RTP/AVP 8", "c=IN IP4 " + next));
        assertThat(Sdp.lines(other.offer(again), "a=")).contains("a=" + offered);
        settle(next);
        assertThat(plain.plan().remote().getAddress().getHostAddress() + ":"
                        + plain.plan().remote().getPort())
                .isEqualTo(remote);
    }

    private void settle(String address) throws SdpRefused {
        AudioSession offer = plain.readOffer(Sdp.of("m=audio 4000 RTP/AVP 8", "c=IN IP4 " + address));
        other.offer(offer);
        plain.answer(offer, other.readAnswer(Sdp.of("m=audio 6000 RTP/AVP 8")));
    }
}
