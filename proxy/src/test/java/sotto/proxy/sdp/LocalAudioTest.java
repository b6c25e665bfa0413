package sotto.proxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.codec.AudioFormat;
import sotto.media.srtp.SrtpKeys;
import sotto.media.srtp.SrtpSuite;
import sotto.media.worker.LegPlan;

/** Two legs of a call: a is plain and faces the carrier, b is encrypted and faces the agents. */
final class LocalAudioTest {
    private static final InetAddress OURS = Inet4Address.ofLiteral("198.51.100.1");
    private static final String EVENTS = "a=rtpmap:101 telephone-event/8000";
    private static final String OTHER_KEY = "inline:" + Base64.getEncoder().encodeToString(new byte[30]);

    private final LocalAudio a = new LocalAudio(OURS, 20000, Protection.PLAIN, CodecPolicy.ANY);
    private final LocalAudio b = new LocalAudio(OURS, 20002, Protection.SDES, CodecPolicy.ANY);

    @Test
    void carriesACallFromPlainToEncrypted() throws Exception {
        AudioSession offer = a.readOffer(Sdp.of(
                "m=audio 4000 RTP/AVP 8 18 0 101",
                EVENTS,
                "a=rtpmap:18 G729/8000",
                "a=ptime:30",
                "m=video 9 RTP/AVP 31"));
        byte[] toB = b.offer(offer);
        assertThat(Sdp.lines(toB))
                .startsWith("v=0")
                .contains("s=-", "c=IN IP4 198.51.100.1", "t=0 0", "m=audio 20002 RTP/SAVP 8 0 101")
                .contains("a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000", EVENTS, "a=fmtp:101 0-15", "a=ptime:30")
                .contains("a=sendrecv");
        assertThat(Sdp.lines(toB, "m=")).hasSize(1); // an offer of ours has the audio line only
        assertThat(Sdp.text(toB))
                .doesNotContain("G729")
                .doesNotContain("192.0.2.1")
                .doesNotContain("rtcp-mux");
        assertThat(Sdp.lines(toB, "a=crypto:").get(0)).startsWith("a=crypto:1 AEAD_AES_128_GCM inline:");
        assertThat(Sdp.lines(toB, "a=crypto:").get(1)).startsWith("a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:");

        AudioSession answer = b.readAnswer(
                Sdp.of("m=audio 5000 RTP/SAVP 0 101", EVENTS, Sdp.CM_LINE.replace("crypto:1", "crypto:2")));
        byte[] toA = a.answer(offer, answer);
        assertThat(Sdp.lines(toA, "m="))
                .containsExactly("m=audio 20000 RTP/AVP 0 101", "m=video 0 RTP/AVP 31"); // RFC 3264 §6
        assertThat(Sdp.text(toA)).doesNotContain("crypto");

        LegPlan planA = a.plan();
        assertThat(planA.remote().toString()).isEqualTo("/192.0.2.1:4000");
        assertThat(planA.format()).isEqualTo(AudioFormat.PCMU);
        assertThat(planA.receiveKeys()).isEmpty();
        assertThat(planA.telephoneEvent()).isEqualTo(OptionalInt.of(101));
        assertThat(planA.peerReceives()).isTrue();
        LegPlan planB = b.plan();
        assertThat(planB.remote().getPort()).isEqualTo(5000);
        assertThat(planB.remoteRtcp().getPort()).isEqualTo(5001);
        assertThat(planB.receiveKeys().orElseThrow().matches(keys(Sdp.CM_LINE))).isTrue();
        String ours = Sdp.lines(toB, "a=crypto:2").getFirst();
        assertThat(planB.sendKeys().orElseThrow().matches(keys(ours))).isTrue();
    }

    @Test
    void takesAShortTagWhereThereIsNothingElse() throws Exception {
        String shortLine = Sdp.CM_LINE.replace("SHA1_80", "SHA1_32").replace("crypto:1", "crypto:3");
        assertThat(answered(shortLine, Sdp.CM_LINE)).startsWith("a=crypto:1 AES_CM_128_HMAC_SHA1_80 ");
        assertThat(answered(shortLine)).startsWith("a=crypto:3 AES_CM_128_HMAC_SHA1_32 ");
    }

    @Test
    void answersWithLongKeysWhereTheyAreOfferedFirst() throws Exception {
        String key = Base64.getEncoder().encodeToString(new byte[46]);
        String line = "a=crypto:4 AES_256_CM_HMAC_SHA1_80 inline:" + key;
        assertThat(answered(line, Sdp.CM_LINE)).startsWith("a=crypto:4 AES_256_CM_HMAC_SHA1_80 ");
    }

    private String answered(String... cryptoLines) throws Exception {
        List<String> lines = new ArrayList<>(List.of("m=audio 4000 RTP/SAVP 0"));
        lines.addAll(List.of(cryptoLines));
        AudioSession offer = b.readOffer(Sdp.of(lines.toArray(String[]::new)));
        a.offer(offer);
        byte[] toB = b.answer(offer, a.readAnswer(Sdp.of("m=audio 5000 RTP/AVP 0")));
        return Sdp.lines(toB, "a=crypto:").getFirst();
    }

    @Test
    void answersAnEncryptedOfferWithTheFirstSuiteThatBothHave() throws Exception {
        AudioSession offer = b.readOffer(Sdp.of(
                "m=audio 4000 RTP/SAVP 0",
                "a=crypto:7 AES_256_CM_HMAC_SHA1_80 inline:AAAA",
                Sdp.GCM_LINE.replace("crypto:2", "crypto:9"),
                Sdp.CM_LINE));
        a.offer(offer);
        byte[] toB = b.answer(offer, a.readAnswer(Sdp.of("m=audio 5000 RTP/AVP 0")));
        assertThat(Sdp.lines(toB, "a=crypto:")).singleElement().asString().startsWith("a=crypto:9 AEAD_AES_128_GCM ");
        LegPlan plan = b.plan();
        assertThat(plan.receiveKeys().orElseThrow().matches(keys(Sdp.GCM_LINE))).isTrue();
        assertThat(plan.sendKeys()
                        .orElseThrow()
                        .matches(keys(Sdp.lines(toB, "a=crypto:").getFirst())))
                .isTrue();
        assertThat(plan.sendKeys().orElseThrow().matches(plan.receiveKeys().orElseThrow()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # section         | answer                                                  | reason
            RFC 4568 §5.1.3   | m=audio 5 RTP/SAVP 0;a=crypto:3 AES_CM_128_HMAC_SHA1_80 KEY | SRTP_REQUIRED
            RFC 4568 §5.1.3   | m=audio 5 RTP/SAVP 0;a=crypto:1 AES_CM_128_HMAC_SHA1_80 KEY | SRTP_REQUIRED
            RFC 4568 §5.1.3   | m=audio 5 RTP/SAVP 0                                    | SRTP_REQUIRED
            RFC 4568 §5.1.3   | m=audio 5 RTP/AVP 0                                     | SRTP_REQUIRED
            RFC 3264 §6.1     | m=audio 5 RTP/SAVP 8;a=crypto:2 AES_CM_128_HMAC_SHA1_80 KEY | UNKNOWN_CODEC
            RFC 3264 §6       | m=audio 0 RTP/SAVP 0                                    | NO_AUDIO
            RFC 3264 §6       | m=audio 5 RTP/SAVP 0;a=crypto:2 AES_CM_128_HMAC_SHA1_80 KEY;m=video 0 RTP/AVP 31 | MALFORMED
            """)
    void refusesAnswersThatDoNotFit(String section, String answer, SdpRefused.Reason reason) throws Exception {
        b.offer(a.readOffer(Sdp.of("m=audio 4000 RTP/AVP 0")));
        byte[] body = Sdp.of(answer.replace("KEY", OTHER_KEY).split(";"));
        assertThatExceptionOfType(SdpRefused.class)
                .as(section)
                .isThrownBy(() -> b.readAnswer(body))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
        assertThatIllegalStateException().isThrownBy(b::plan);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # section       | A offers, B is offered       | B answers, A is answered     | A gets media
            RFC 3264 §6.1   | sendrecv sendrecv            | sendrecv sendrecv            | true
            RFC 3264 §8.4   | sendonly sendonly            | recvonly recvonly            | false
            RFC 3264 §6.1   | sendonly sendonly            | sendrecv recvonly            | false
            RFC 3264 §6.1   | recvonly recvonly            | sendonly sendonly            | true
            RFC 3264 §6.1   | inactive inactive            | sendrecv inactive            | false
            RFC 3264 §6.1   | sendrecv sendrecv            | sendonly sendonly            | true
            RFC 3264 §6.1   | recvonly recvonly            | recvonly inactive            | true
            """)
    void passesDirections(String section, String offers, String answers, boolean gets) throws Exception {
        String[] offering = offers.split(" ");
        String[] answering = answers.split(" ");
        LocalAudio plain = new LocalAudio(OURS, 20004, Protection.PLAIN, CodecPolicy.ANY);
        AudioSession offer = a.readOffer(Sdp.of("m=audio 4000 RTP/AVP 0", "a=" + offering[0]));
        assertThat(Sdp.lines(plain.offer(offer))).as(section).contains("a=" + offering[1]);
        AudioSession answer = plain.readAnswer(Sdp.of("m=audio 5000 RTP/AVP 0", "a=" + answering[0]));
        assertThat(Sdp.lines(a.answer(offer, answer))).contains("a=" + answering[1]);
        assertThat(a.plan().peerReceives()).isEqualTo(gets);
    }

    @Test
    void holdsWithoutANullAddress() throws Exception { // RFC 3264 §8.4
        connect("192.0.2.1", OTHER_KEY);
        AudioSession hold = a.readOffer(Sdp.of("m=audio 4000 RTP/AVP 0", "c=IN IP4 0.0.0.0"));
        byte[] toB = b.offer(hold);
        assertThat(Sdp.lines(toB)).contains("a=sendonly").contains("c=IN IP4 198.51.100.1");
        byte[] toA = a.answer(hold, b.readAnswer(answer(OTHER_KEY)));
        assertThat(Sdp.text(toA)).doesNotContain("0.0.0.0").contains("a=recvonly");
        assertThat(a.plan().peerReceives()).isFalse();
        assertThat(a.plan().remote().toString()).isEqualTo("/192.0.2.1:4000"); // where it was before
    }

    /** RFC 3264 §8, §10.1: the version rises by one where the text changed, the session id stays. */
    @Test
    void countsVersions() throws Exception {
        AudioSession offer = a.readOffer(Sdp.of("m=audio 4000 RTP/AVP 0"));
        byte[] first = b.offer(offer);
        byte[] same = b.offer(offer);
        assertThat(same).isEqualTo(first); // keys too
        byte[] held = b.offer(a.readOffer(Sdp.of("m=audio 4000 RTP/AVP 0", "a=sendonly")));
        assertThat(Sdp.version(held)).isEqualTo(Sdp.version(first) + 1);
        assertThat(Sdp.lines(held, "a=crypto:")).isEqualTo(Sdp.lines(first, "a=crypto:"));
        String id = Sdp.lines(first, "o=").getFirst().split(" ")[1];
        assertThat(Sdp.lines(held, "o=").getFirst()).startsWith("o=- " + id + " ");
    }

    @Test
    void leavesThePlanAsItWasWhereAnOfferIsTurnedDown() throws Exception {
        connect("192.0.2.1", OTHER_KEY);
        b.offer(a.readOffer(Sdp.of("m=audio 4444 RTP/AVP 8"))); // B says 488, A is told so
        assertThat(a.plan().remote().getPort()).isEqualTo(4000);
        assertThat(b.plan().format()).isEqualTo(AudioFormat.PCMU);
        AudioSession offer = b.readOffer(Sdp.of("m=audio 5000 RTP/SAVP 0 8", Sdp.CM_LINE, Sdp.GCM_LINE));
        assertThat(offer.crypto()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1, same, true", "192.0.2.1, other, false", "192.0.2.77, same, false"})
    void keepsItsKeyWhileThePeerStays(String address, String key, boolean kept) throws Exception {
        SrtpKeys before = connect("192.0.2.1", OTHER_KEY);
        String line = "a=crypto:4 AES_CM_128_HMAC_SHA1_80 "
                + (key.equals("same") ? OTHER_KEY : Sdp.CM_LINE.substring(Sdp.CM_LINE.indexOf("inline")));
        AudioSession offer = b.readOffer(Sdp.of("m=audio 5000 RTP/SAVP 0", "c=IN IP4 " + address, line));
        a.offer(offer);
        byte[] toB = b.answer(offer, a.readAnswer(Sdp.of("m=audio 4000 RTP/AVP 0")));
        SrtpKeys now = b.plan().sendKeys().orElseThrow();
        assertThat(now.matches(before)).isEqualTo(kept);
        assertThat(now.matches(keys(Sdp.lines(toB, "a=crypto:4").getFirst()))).isTrue();
    }

    @Test
    void givesFreshCopiesOfKeys() throws Exception {
        connect("192.0.2.1", OTHER_KEY);
        LegPlan first = b.plan();
        first.sendKeys().orElseThrow().close();
        first.receiveKeys().orElseThrow().close();
        assertThat(b.plan().sendKeys().orElseThrow().masterKey()).isNotEqualTo(new byte[16]);
        assertThat(b.plan().receiveKeys().orElseThrow().masterSalt()).hasSize(14);
    }

    /** RFC 3264 §5.1, §6.1: each leg has its own numbers. */
    @Test
    void mapsPayloadTypesPerLeg() throws Exception {
        LocalAudio plain = new LocalAudio(OURS, 20004, Protection.PLAIN, CodecPolicy.ANY);
        AudioSession offer = a.readOffer(
                Sdp.of("m=audio 4000 RTP/AVP 96 8 100", "a=rtpmap:96 PCMU/8000", "a=rtpmap:100 telephone-event/8000"));
        assertThat(Sdp.lines(plain.offer(offer), "m=")).containsExactly("m=audio 20004 RTP/AVP 96 8 100");
        AudioSession answer = plain.readAnswer(Sdp.of("m=audio 5000 RTP/AVP 0"));
        assertThat(Sdp.lines(a.answer(offer, answer), "m=")).containsExactly("m=audio 20000 RTP/AVP 96");
        assertThat(a.plan().payloadType()).isEqualTo(96);
        assertThat(plain.plan().payloadType()).isZero();
        assertThat(a.plan().telephoneEvent()).isEmpty(); // only one side has it
    }

    @Test
    void refusesAnAddressOfAnotherVersion() {
        assertThatExceptionOfType(SdpRefused.class)
                .isThrownBy(() -> a.readOffer(Sdp.of("m=audio 4000 RTP/AVP 0", "c=IN IP6 2001:db8::1")))
                .withMessageContaining("IP version");
    }

    private static byte[] answer(String key) {
        return Sdp.of("m=audio 5000 RTP/SAVP 0", "a=crypto:2 AES_CM_128_HMAC_SHA1_80 " + key);
    }

    /** Sets a call up; returns what b seals with. */
    private SrtpKeys connect(String address, String key) throws SdpRefused {
        AudioSession offer = a.readOffer(Sdp.of("m=audio 4000 RTP/AVP 0", "c=IN IP4 " + address));
        b.offer(offer);
        a.answer(offer, b.readAnswer(answer(key)));
        return b.plan().sendKeys().orElseThrow();
    }

    private static SrtpKeys keys(String cryptoLine) {
        List<String> tokens = List.of(cryptoLine.split(" "));
        String base64 = tokens.get(2).substring("inline:".length()).split("\\|")[0];
        return new SrtpKeys(
                SrtpSuite.valueOf(tokens.get(1)), Base64.getDecoder().decode(base64));
    }

    /** RFC 3611 §5.1: by policy, what the peer's SDP has, and what ours has then. */
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # policy, of the peer,                                            answered, offered, sent
            ASKED,    a=rtcp-xr:voip-metrics,                                 true,     false,   true
            ASKED,    a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss voip-metrics, true, false,  true
            ASKED,    a=rtcp-xr:rcvr-rtt=all,                                 false,    false,   false
            ASKED,    a=rtcp-xr:,                                             false,    false,   false
            ASKED,    a=x-other:voip-metrics,                                 false,    false,   false
            ALWAYS,   a=x-other,                                              true,     true,    true
            NEVER,    a=rtcp-xr:voip-metrics,                                 false,    false,   false
            """)
    void voipMetricsGoToWhoAsks(RtcpXr policy, String line, boolean answered, boolean offered, boolean sent)
            throws Exception {
        LocalAudio a = new LocalAudio(OURS, 20000, Protection.PLAIN, CodecPolicy.ANY, policy);
        LocalAudio b = new LocalAudio(OURS, 20002, Protection.PLAIN, CodecPolicy.ANY, policy);
        AudioSession offer = a.readOffer(Sdp.of("m=audio 4000 RTP/AVP 8", line));
        assertThat(Sdp.lines(b.offer(offer), "a=rtcp-xr")).hasSize(offered ? 1 : 0);
        byte[] answer = a.answer(offer, b.readAnswer(Sdp.of("m=audio 5000 RTP/AVP 8", line)));
        assertThat(Sdp.lines(answer, "a=rtcp-xr")).hasSize(answered ? 1 : 0);
        assertThat(a.plan().voipMetrics()).isEqualTo(sent);
        assertThat(b.plan().voipMetrics()).isEqualTo(sent);
    }
}
