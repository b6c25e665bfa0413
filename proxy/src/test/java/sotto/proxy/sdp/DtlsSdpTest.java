package sotto.proxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.dtls.DtlsIdentity;
import sotto.media.dtls.DtlsPlan;
import sotto.media.dtls.Fingerprint;
import sotto.media.ice.IcePlan;
import sotto.media.worker.LegPlan;
import sotto.proxy.sdp.SdpRefused.Reason;

/** Offer and answer of a browser's leg, and of one beside it that is plain. */
final class DtlsSdpTest {
    private static final InetAddress OURS = InetAddress.ofLiteral("198.51.100.1");
    private static final DtlsIdentity IDENTITY = DtlsIdentity.create(new SecureRandom(), Instant.EPOCH);

    private final LocalAudio browser = new LocalAudio(OURS, 20000, Protection.dtls(IDENTITY), CodecPolicy.ANY);
    private final LocalAudio plain = new LocalAudio(OURS, 20002, Protection.PLAIN, CodecPolicy.ANY);

    @AfterEach
    void close() {
        browser.close();
        plain.close();
    }

    @Test
    void readsAnOfferOfChromium() throws Exception {
        AudioSession offer = browser.readOffer(Browser.chromium());
        assertThat(offer.codecs())
                .containsExactly(new AudioSession.Codec(0, Encoding.PCMU), new AudioSession.Codec(8, Encoding.PCMA));
        assertThat(offer.telephoneEvent())
                .map(AudioSession.Codec::payloadType)
                .contains(126); // 110 has the clock of Opus
        assertThat(offer.direction()).isEqualTo(Direction.SENDRECV);
        assertThat(offer.kept()).isEmpty();
        assertThat(offer.dtls())
                .contains(new PeerDtls(
                        "UDP/TLS/RTP/SAVPF",
                        List.of(Fingerprint.parse("sha-256 " + Browser.FINGERPRINT)),
                        PeerDtls.Setup.ACTPASS,
                        "F7gI",
                        List.of("0", "1"),
                        true));
        assertThat(offer.toString()).doesNotContain(Browser.PASSWORD);
    }

    /** RFC 8840 §4.1.1: no address yet is not hold. */
    @Test
    void readsAnOfferOfFirefox() throws Exception {
        AudioSession offer = browser.readOffer(Browser.firefox());
        assertThat(offer.direction()).isEqualTo(Direction.SENDRECV);
        assertThat(offer.telephoneEvent()).map(AudioSession.Codec::payloadType).contains(101);
        PeerDtls dtls = offer.dtls().orElseThrow();
        assertThat(dtls.fingerprints()).containsExactly(Fingerprint.parse("sha-256 " + Browser.FINGERPRINT));
        assertThat(dtls.ufrag()).isEqualTo("d2bc1c5e");
        assertThat(dtls.bundled()).isTrue();
    }

    @Test
    void answersABrowser() throws Exception {
        byte[] answer = answered(Browser.chromium());
        List<String> lines = Sdp.lines(answer);
        String ufrag = Sdp.lines(answer, "a=ice-ufrag:").getFirst();
        String password = Sdp.lines(answer, "a=ice-pwd:").getFirst();
        assertThat(lines)
                .startsWith("v=0")
                .endsWith(
                        "s=-",
                        "c=IN IP4 198.51.100.1",
                        "t=0 0",
                        "a=ice-lite",
                        "a=ice-options:ice2",
                        "a=group:BUNDLE 0",
                        "m=audio 20000 UDP/TLS/RTP/SAVPF 0 126",
                        "a=rtpmap:0 PCMU/8000",
                        "a=rtpmap:126 telephone-event/8000",
                        "a=fmtp:126 0-15",
                        "a=mid:0",
                        "a=rtcp-mux",
                        "a=fingerprint:" + IDENTITY.fingerprint().text(),
                        "a=setup:passive",
                        ufrag,
                        password,
                        "a=candidate:1 1 UDP 2130706431 198.51.100.1 20000 typ host",
                        "a=end-of-candidates",
                        "a=sendrecv",
                        "m=video 0 UDP/TLS/RTP/SAVPF 96 97",
                        "a=mid:1");
        assertThat(ufrag).matches("a=ice-ufrag:[A-Za-z0-9+/]{4,256}");
        assertThat(password).matches("a=ice-pwd:[A-Za-z0-9+/]{22,256}");
    }

    /** What names the browser, or would agree on what we do not do, does not cross. */
    @Test
    void hidesABrowserFromTheOtherSide() throws Exception {
        String across = Sdp.text(plain.offer(browser.readOffer(Browser.chromium())));
        assertThat(across)
                .contains("m=audio 20002 RTP/AVP 0 8 126")
                .doesNotContain("203.0.113.141", ".local", "msid", "ssrc", "ice", "fingerprint", "extmap", "opus")
                .doesNotContain("m=video", "a=mid", "BUNDLE", "rtcp");
    }

    @Test
    void givesTheMediaPlaneWhatWasAgreedOn() throws Exception {
        byte[] answer = answered(Browser.chromium());
        LegPlan plan = browser.plan();
        assertThat(plan.receiveKeys()).isEmpty();
        assertThat(plan.payloadType()).isZero();
        assertThat(plan.telephoneEvent()).isEqualTo(OptionalInt.of(126));
        assertThat(plan.peerReceives()).isTrue();
        assertThat(plan.transport().rtcpMux()).isTrue();
        assertThat(plan.transport().dtls())
                .contains(new DtlsPlan(IDENTITY, false, List.of(Fingerprint.parse("sha-256 " + Browser.FINGERPRINT))));
        try (IcePlan ice = plan.transport().ice().orElseThrow()) {
            assertThat(ice.remoteUfrag()).isEqualTo("F7gI");
            assertThat("a=ice-ufrag:" + ice.own().ufrag())
                    .isEqualTo(Sdp.lines(answer, "a=ice-ufrag:").getFirst());
            assertThat("a=ice-pwd:" + new String(ice.own().password(), StandardCharsets.US_ASCII))
                    .isEqualTo(Sdp.lines(answer, "a=ice-pwd:").getFirst());
        }
        assertThat(browser.plan().transport().ice().orElseThrow().own().password())
                .as("the next plan has its own copy")
                .isNotEqualTo(new byte[24]);
        assertThat(plain.plan().transport()).isEqualTo(sotto.media.worker.Transport.PLAIN);
    }

    @Test
    void offersABrowser() throws Exception {
        byte[] offer = browser.offer(plain.readOffer(Sdp.of("m=audio 4000 RTP/AVP 8 0")));
        assertThat(Sdp.lines(offer))
                .containsSubsequence(
                        "c=IN IP4 198.51.100.1",
                        "a=ice-lite",
                        "a=group:BUNDLE 0",
                        "m=audio 20000 UDP/TLS/RTP/SAVPF 8 0",
                        "a=mid:0",
                        "a=rtcp-mux",
                        "a=rtcp-mux-only",
                        "a=fingerprint:" + IDENTITY.fingerprint().text(),
                        "a=setup:actpass",
                        "a=candidate:1 1 UDP 2130706431 198.51.100.1 20000 typ host",
                        "a=end-of-candidates");
        assertThat(Sdp.text(offer)).doesNotContain("crypto");
    }

    /** RFC 8842 §5.3: whoever answers chooses. */
    @ParameterizedTest
    @CsvSource({"active, false", "passive, true"})
    void takesTheRoleThatABrowserLeaves(String setup, boolean weAreActive) throws Exception {
        browser.offer(plain.readOffer(Sdp.of("m=audio 4000 RTP/AVP 0")));
        browser.readAnswer(Browser.answer("a=setup:" + setup));
        assertThat(browser.plan().transport().dtls().orElseThrow().active()).isEqualTo(weAreActive);
    }

    @ParameterizedTest
    @CsvSource({"actpass, passive", "active, passive", "passive, active"})
    void answersWithTheRoleThatIsLeft(String setup, String ours) throws Exception {
        byte[] answer = answered(Browser.offer("a=setup:" + setup));
        assertThat(Sdp.lines(answer)).contains("a=setup:" + ours);
        assertThat(browser.plan().transport().dtls().orElseThrow().active()).isEqualTo(ours.equals("active"));
    }

    /** RFC 8842 §3.1, §5.5; RFC 8839 §4.4.1.1.1. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # the re-offer has                  | association | ICE
            a=sendonly                          | same        | same
            a=setup:active                      | same        | same
            a=setup:passive                     | new         | same
            a=ice-ufrag:Zz9+                    | same        | new
            a=fingerprint:sha-256 OTHER         | new         | same
            """)
    void keepsWhatAReOfferLeavesAsItWas(String line, String association, String ice) throws Exception {
        byte[] first = answered(Browser.offer());
        LegPlan before = browser.plan();
        byte[] second = answered(Browser.offer(line.replace("OTHER", Browser.OTHER_FINGERPRINT)));
        LegPlan after = browser.plan();
        assertThat(after.transport().dtls().equals(before.transport().dtls())).isEqualTo(association.equals("same"));
        assertThat(after.transport()
                        .ice()
                        .orElseThrow()
                        .matches(before.transport().ice().orElseThrow()))
                .isEqualTo(ice.equals("same"));
        assertThat(Sdp.lines(second, "a=ice-pwd:").equals(Sdp.lines(first, "a=ice-pwd:")))
                .isEqualTo(ice.equals("same"));
        assertThat(Sdp.lines(second, "a=fingerprint:")).isEqualTo(Sdp.lines(first, "a=fingerprint:"));
    }

    /** RFC 8842 §5.5: actpass at a re-offer asks for no other role than the one that is. */
    @Test
    void keepsItsRoleOverReOffers() throws Exception {
        answered(Browser.offer("a=setup:passive"));
        LegPlan before = browser.plan();
        assertThat(Sdp.lines(answered(Browser.offer("a=setup:actpass")))).contains("a=setup:active");
        assertThat(browser.plan().transport().dtls())
                .isEqualTo(before.transport().dtls());
    }

    @Test
    void offersTheSameAgain() throws Exception {
        byte[] answer = answered(Browser.chromium());
        byte[] again = browser.offer(plain.readOffer(Sdp.of("m=audio 4000 RTP/AVP 0", "a=sendonly")));
        for (String name : List.of("a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:", "a=mid:", "a=group:", "m=video")) {
            assertThat(Sdp.lines(again, name)).as(name).isEqualTo(Sdp.lines(answer, name));
        }
        assertThat(Sdp.lines(again)).contains("a=setup:actpass", "a=sendonly");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # section          | the offer has, NO: not                  | reason       | says
            RFC 8122 §5        | NO a=fingerprint                        | DTLS_REFUSED | no a=fingerprint (
            RFC 8122 §5        | a=fingerprint:sha-1 00:11               | DTLS_REFUSED | sha-256, sha-384 or sha-512
            RFC 8122 §5        | a=fingerprint:md5 00:11                 | DTLS_REFUSED | sha-256, sha-384 or sha-512
            RFC 8122 §5        | a=fingerprint:sha-256 00:11             | DTLS_REFUSED | sha-256, sha-384 or sha-512
            RFC 8122 §5        | a=fingerprint:sha-256 0011              | MALFORMED    | is not a hash
            RFC 8122 §5        | a=fingerprint:sha-256                   | MALFORMED    | is not a hash
            RFC 8842 §5        | NO a=setup                              | DTLS_REFUSED | no a=setup
            RFC 8842 §5.1      | a=setup:holdconn                        | DTLS_REFUSED | without keys
            RFC 4145 §4        | a=setup:both                            | MALFORMED    | actpass
            RFC 8839 §5.4      | NO a=ice-ufrag                          | DTLS_REFUSED | no a=ice-ufrag
            RFC 8839 §5.4      | NO a=ice-pwd                            | DTLS_REFUSED | no a=ice-pwd
            RFC 8839 §5.4      | a=ice-ufrag:abc                         | MALFORMED    | 4 to 256
            RFC 8839 §5.4      | a=ice-ufrag:ab cd                       | MALFORMED    | 4 to 256
            RFC 8839 §5.4      | a=ice-pwd:012345678901234567890         | MALFORMED    | 22 to 256
            RFC 8839 §5.4      | a=ice-pwd:0123456789012345678901!       | MALFORMED    | 22 to 256
            RFC 8839 §5.4      | a=ice-ufrag:abcd;a=ice-ufrag:abcd       | MALFORMED    | there twice
            RFC 8839 §5.1      | a=candidate:1 1 UDP 1 192.0.2.1 typ host | MALFORMED   | is not a candidate
            RFC 8858 §4        | NO a=rtcp-mux;a=rtcp-mux-only           | DTLS_REFUSED | a=rtcp-mux
            RFC 5888 §4        | a=mid:                                  | MALFORMED    | a token
            RFC 8834 §4.2      | PROFILE RTP/AVP                         | SRTP_REQUIRED | DTLS only
            RFC 8834 §4.2      | PROFILE RTP/SAVP                        | SRTP_REQUIRED | UDP/TLS/RTP/SAVPF
            RFC 8834 §4.2      | PROFILE TCP/DTLS/RTP/SAVPF              | SRTP_REQUIRED | DTLS only
            """)
    void refusesWhatItCannotTrust(String section, String change, Reason reason, String says) {
        assertThatExceptionOfType(SdpRefused.class)
                .as(section)
                .isThrownBy(() -> browser.readOffer(changed(change)))
                .withMessageContaining(says)
                .withMessageNotContaining(Browser.PASSWORD)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static byte[] changed(String change) {
        if (change.startsWith("PROFILE ")) {
            return Browser.audio(change.substring("PROFILE ".length()), "actpass");
        }
        if (!change.startsWith("NO ")) {
            return Browser.offer(change.split(";"));
        }
        String[] lines = change.substring("NO ".length()).split(";");
        String whole = Sdp.text(Browser.offer());
        String left = whole.lines()
                .filter(line -> !line.split(":")[0].equals(lines[0]))
                .reduce("", (text, line) -> text + line + "\n");
        return Sdp.bytes(left + (lines.length > 1 ? lines[1] + "\n" : ""));
    }

    /** RFC 8445 §2.5: one of the two has to be full. */
    @Test
    void refusesALitePeer() {
        byte[] lite = Sdp.bytes(Browser.CHROMIUM.replace("a=group:", "a=ice-lite\na=group:"));
        assertThatExceptionOfType(SdpRefused.class)
                .isThrownBy(() -> browser.readOffer(lite))
                .withMessageContaining("ICE-lite");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # section      | the answer has          | reason
            RFC 8842 §5.3  | a=setup:actpass         | DTLS_REFUSED
            RFC 8122 §5    | a=fingerprint:sha-1 0F  | DTLS_REFUSED
            RFC 3264 §6    | PROFILE RTP/AVP         | SRTP_REQUIRED
            RFC 3264 §6    | PROFILE RTP/SAVP        | SRTP_REQUIRED
            """)
    void refusesAnswersThatDoNotFit(String section, String change, Reason reason) throws Exception {
        browser.offer(plain.readOffer(Sdp.of("m=audio 4000 RTP/AVP 0")));
        assertThatExceptionOfType(SdpRefused.class)
                .as(section)
                .isThrownBy(() -> browser.readAnswer(changed(change)))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void takesTheFingerprintsThatItKnows() throws Exception {
        AudioSession offer = browser.readOffer(Browser.offer(
                "a=fingerprint:sha-1 00:11",
                "a=fingerprint:SHA-256 " + Browser.FINGERPRINT.toLowerCase(java.util.Locale.ROOT)));
        assertThat(offer.dtls().orElseThrow().fingerprints())
                .containsExactly(Fingerprint.parse("sha-256 " + Browser.FINGERPRINT));
        AudioSession twice = browser.readOffer(Browser.offer(
                "a=fingerprint:sha-256 " + Browser.FINGERPRINT, "a=fingerprint:sha-256 " + Browser.FINGERPRINT));
        assertThat(twice.dtls().orElseThrow().fingerprints()).hasSize(1);
    }

    /** What a policy of either leaves open is settled by the first offer; nothing turns a call to plain RTP. */
    @ParameterizedTest
    @ValueSource(strings = {"RTP/SAVP", "UDP/TLS/RTP/SAVPF"})
    void answersInKindAndStaysWithIt(String profile) throws Exception {
        LocalAudio either = new LocalAudio(OURS, 20004, Protection.encrypted(Keying.SDES, IDENTITY), CodecPolicy.ANY);
        byte[] sdes = Sdp.of("m=audio 4000 RTP/SAVP 0", Sdp.CM_LINE);
        byte[] first = profile.equals("RTP/SAVP") ? sdes : Browser.offer();
        byte[] other = profile.equals("RTP/SAVP") ? Browser.offer() : sdes;
        AudioSession offer = either.readOffer(first);
        plain.offer(offer);
        byte[] answer = either.answer(offer, plain.readAnswer(Sdp.of("m=audio 5000 RTP/AVP 0")));
        assertThat(Sdp.lines(answer)).contains("m=audio 20004 " + profile + " 0");
        assertThat(Sdp.lines(answer, "a=crypto:").isEmpty()).isEqualTo(!profile.equals("RTP/SAVP"));
        for (byte[] next : List.of(other, Sdp.of("m=audio 4000 RTP/AVP 0"))) {
            assertThatExceptionOfType(SdpRefused.class)
                    .isThrownBy(() -> either.readOffer(next))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.SRTP_REQUIRED));
        }
        assertThat(Sdp.lines(either.offer(plain.carried()), "m=").getFirst()).contains(" " + profile + " ");
        either.close();
    }

    /** RFC 8843 §7.3: a group is answered where the audio is in one, an identification where it has one. */
    @Test
    void bundlesWhereItIsAsked() throws Exception {
        byte[] ofVideo = Sdp.bytes(Browser.CHROMIUM.replace("BUNDLE 0 1", "BUNDLE 1"));
        byte[] lipSync = Sdp.bytes(Browser.CHROMIUM.replace("BUNDLE 0 1", "LS 0 1"));
        for (byte[] offer : List.of(Browser.offer(), ofVideo, lipSync)) {
            byte[] answer = answered(offer);
            assertThat(Sdp.lines(answer, "a=group")).isEmpty();
            assertThat(Sdp.lines(answer)).contains("a=mid:0");
        }
        byte[] without = answered(changed("NO a=mid"));
        assertThat(Sdp.text(without)).doesNotContain("a=mid", "a=group");
    }

    /** Of the same audio offered twice, DTLS is the better way. */
    @Test
    void prefersDtls() throws Exception {
        byte[] both = Sdp.of("m=audio 4000 RTP/SAVP 0", Sdp.CM_LINE, "m=audio 4000 UDP/TLS/RTP/SAVP 0");
        String lines = Sdp.text(both)
                + "a=ice-ufrag:F7gI\r\na=ice-pwd:" + Browser.PASSWORD + "\r\na=rtcp-mux\r\na=setup:actpass\r\n"
                + "a=fingerprint:sha-256 " + Browser.FINGERPRINT + "\r\n";
        AudioSession session =
                SdpReader.read(lines.getBytes(StandardCharsets.US_ASCII), Set.of(Keying.SDES, Keying.DTLS), false);
        assertThat(session.audioLine()).isEqualTo(1);
        assertThat(session.keying()).isEqualTo(Keying.DTLS);
        assertThat(session.dtls().orElseThrow().mids()).containsExactly("", "");
    }

    /** The browser offers, and the plain side answers PCMU and keys as events. */
    private byte[] answered(byte[] offered) throws SdpRefused {
        AudioSession offer = browser.readOffer(offered);
        plain.offer(offer);
        return browser.answer(
                offer, plain.readAnswer(Sdp.of("m=audio 5000 RTP/AVP 0 101", "a=rtpmap:101 telephone-event/8000")));
    }
}
