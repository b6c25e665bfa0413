package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;

/** What is turned down, that it leaves nothing behind, and that calls go on. */
final class RefusalTest {
    private static final int STRANGERS = 10_000;

    private final RawPeer trunk;
    private final RawPeer agents;
    private final Rig rig;

    RefusalTest() throws IOException {
        Rig.Ports ports = Rig.freePorts();
        trunk = new RawPeer(ports.sip());
        agents = new RawPeer(ports.sip());
        Rig.Options udp = Rig.Options.udp(trunk.port(), agents.port());
        rig = new Rig(
                ports,
                new Rig.Options(udp.peering(), Duration.ofSeconds(1), 2, Optional.empty()),
                Duration.ofMillis(400));
    }

    @AfterEach
    void stop() {
        rig.close();
        trunk.close();
        agents.close();
    }

    @ParameterizedTest(name = "{0}: {1} becomes {2}")
    @CsvSource(
            textBlock =
                    """
            # section,               from callee,                 to caller
            RFC 3261 §21.4.18,       480 Temporarily Unavailable, 480
            RFC 3261 §21.4.24,       486 Busy Here,               486
            RFC 3261 §21.4.5,        404 Not Found,               404
            RFC 3261 §21.4.26,       488 Not Acceptable Here,     488
            RFC 3261 §21.6.2,        603 Decline,                 603
            RFC 3261 §16.7 item 6,   503 Service Unavailable,     500
            no credentials,          401 Unauthorized,            500
            no credentials,          407 Proxy Authentication Required, 500
            no redirect,             302 Moved Temporarily,       480
            """)
    void calleeRefuses(String section, String status, int expected) {
        trunk.send(trunk.invite("r1", "", trunk.sdp("sendrecv")));
        agents.reply(agents.await("INVITE "), status, "callee", "");
        trunk.await("SIP/2.0 " + expected);
        agents.await("ACK ");
        rig.untilEmpty();
        assertThat(rig.told.ended)
                .singleElement()
                .extracting(CallEnd::sipStatus)
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            RFC 3261 §8.2.2.3 | Require: 100rel, foo   | v | 420 | Unsupported: foo    | unsupported-extension 420
            RFC 3264 §6       | Subject: x             | n | 488 | Warning: 304        | no-audio 488
            RFC 3264 §6       | Subject: x             | o | 488 | Warning: 305        | unknown-codec 488
            """)
    @SuppressWarnings("ParameterNumber") // the columns of the table
    void inviteIsTurnedDown(String why, String header, String body, String status, String with, String told) {
        String sdp = trunk.sdp("sendrecv");
        String sent = body == null
                ? ""
                : switch (body) {
                    case "n" -> sdp.substring(0, sdp.indexOf("m=audio"));
                    case "o" -> sdp.replace("RTP/AVP 8 101", "RTP/AVP 97").replace("8 PCMA", "97 opus");
                    default -> sdp;
                };
        trunk.send(trunk.invite("r2", header + "\r\n", sent));
        assertThat(trunk.await("SIP/2.0 " + status)).contains(with);
        Rig.until("told", () -> rig.told.refused.contains(told));
        rig.untilEmpty();
        assertThat(agents.count("INVITE ")).isZero();
    }

    @Test
    void otherBodyAndHops() {
        String invite = trunk.invite("r3", "", trunk.sdp("sendrecv"));
        trunk.send(invite.replace("application/sdp", "text/plain"));
        assertThat(trunk.await("SIP/2.0 415")).contains("Accept: application/sdp");
        trunk.send(trunk.invite("r4", "", trunk.sdp("sendrecv")).replace("Max-Forwards: 70", "Max-Forwards: 0"));
        trunk.await("SIP/2.0 483");
        rig.untilEmpty();
    }

    @Test
    void outsideOfDialogs() {
        trunk.send(trunk.request("OPTIONS", "sip:127.0.0.1", "r5", "<sip:127.0.0.1>", 1, "", ""));
        assertThat(trunk.await("SIP/2.0 200")).contains("Allow: INVITE");
        trunk.send(trunk.request("REGISTER", "sip:127.0.0.1", "r6", "<sip:ann@127.0.0.1>", 1, "", ""));
        trunk.await("SIP/2.0 405");
        trunk.send(trunk.request("JUMP", "sip:127.0.0.1", "r7", "<sip:ann@127.0.0.1>", 1, "", ""));
        trunk.await("SIP/2.0 501");
        trunk.send(trunk.request("BYE", "sip:127.0.0.1", "r8", "<sip:ann@127.0.0.1>;tag=unknown", 1, "", ""));
        trunk.await("SIP/2.0 481");
        trunk.send(trunk.cancel("r9"));
        trunk.await("SIP/2.0 481", 2);
        assertThat(rig.calls.entries()).isZero();
    }

    @Test
    void moreCallsThanAllowed() {
        trunk.send(trunk.invite("r10", "", trunk.sdp("sendrecv")));
        trunk.send(trunk.invite("r11", "", trunk.sdp("sendrecv")));
        agents.await("INVITE ", 2);
        trunk.send(trunk.invite("r12", "", trunk.sdp("sendrecv")));
        assertThat(trunk.await("SIP/2.0 503")).contains("Retry-After: ");
        Rig.until("told", () -> rig.told.refused.contains("too-many-calls 503"));
    }

    @Test
    void nobodyAnswersInTime() {
        trunk.send(trunk.invite("r13", "", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        agents.reply(invite, "180 Ringing", "callee", "");
        trunk.await("SIP/2.0 408");
        agents.await("CANCEL ");
        agents.reply(invite, "487 Request Terminated", "callee", "");
        rig.untilEmpty();
        assertThat(rig.told.refused).contains("answer-timeout 408");
    }

    @Test
    void silentCallIsEnded() {
        trunk.send(trunk.invite("r14", "", trunk.sdp("sendrecv")));
        agents.reply(agents.await("INVITE "), "200 OK", "callee", agents.sdp("sendrecv"));
        trunk.send(trunk.within(trunk.await("SIP/2.0 200"), "ACK", 1, ""));
        trunk.reply(trunk.await("BYE "), "200 OK", "", "");
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
        assertThat(rig.told.ended).singleElement().extracting(CallEnd::endedBy).isEqualTo("proxy");
        assertThat(rig.told.refused).containsExactly("media-timeout 0");
    }

    @Test
    void aCallOnHoldMayBeSilent() {
        trunk.send(trunk.invite("held", "", trunk.sdp("sendonly")));
        agents.reply(agents.await("INVITE "), "200 OK", "callee", agents.sdp("recvonly"));
        trunk.send(trunk.within(trunk.await("SIP/2.0 200"), "ACK", 1, ""));
        trunk.send(trunk.invite("silent", "", trunk.sdp("sendrecv")));
        String second = agents.await("INVITE ", 2);
        agents.reply(second, "200 OK", "callee", agents.sdp("sendrecv"));
        trunk.send(trunk.within(trunk.await("SIP/2.0 200", 2), "ACK", 1, ""));
        trunk.reply(trunk.await("BYE "), "200 OK", "", ""); // the later one ends first
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        Rig.until("one ended", () -> rig.told.ended.size() == 1);
        assertThat(rig.calls.find("held")).map(CallView::state).contains("ANSWERED");
        assertThat(rig.calls.find("silent")).map(CallView::state).contains("ENDED");
        assertThat(rig.told.refused).containsExactly("media-timeout 0");
    }

    @Test
    void drainTakesNoNewCall() throws InterruptedException {
        rig.calls.drain(Duration.ofSeconds(1));
        trunk.send(trunk.invite("r15", "", trunk.sdp("sendrecv")));
        trunk.await("SIP/2.0 503");
        trunk.send(trunk.request("OPTIONS", "sip:127.0.0.1", "r16", "<sip:127.0.0.1>", 1, "", ""));
        trunk.await("SIP/2.0 503", 2);
        Rig.until("told", () -> rig.told.refused.contains("draining 503"));
    }

    @Test
    void strangersLeaveNothing() throws IOException {
        Rig.Ports ports = Rig.freePorts();
        try (RawPeer stranger = new RawPeer(ports.sip());
                Rig elsewhere = new Rig(
                        ports,
                        new Rig.Options(
                                Peering.of(
                                        away(Rig.peer("carrier", 5060, PeerSettings.Transport.UDP)),
                                        away(Rig.peer("pbx", 5062, PeerSettings.Transport.UDP))),
                                Duration.ofSeconds(60),
                                100,
                                Optional.empty()),
                        Duration.ofMinutes(5))) {
            for (int i = 1; i <= STRANGERS; i++) {
                stranger.send(stranger.invite("s" + i, "", stranger.sdp("sendrecv")));
                if (i % 20 == 0) { // no more than a socket holds by itself: the test is about state, not about loss
                    int sent = i;
                    Rig.until("answers", () -> stranger.count("SIP/2.0 403") >= sent * 9 / 10);
                }
            }
            assertThat(elsewhere.calls.entries()).isZero();
            assertThat(elsewhere.calls.transactions()).isZero();
            assertThat(elsewhere.told.refused).contains("stranger 403").doesNotContain("malformed 0");
            assertThat(elsewhere.media.counters().portPairsInUse()).isZero();
        }
    }

    private static PeerSettings away(PeerSettings peer) {
        return new PeerSettings(peer.name(), "192.0.2.1", peer.port(), peer.transport(), peer.srtp());
    }

    @Test
    void malformedIsAnsweredWithoutWhatIsMalformed() {
        String good = trunk.invite("m0", "", trunk.sdp("sendrecv"));
        String nested = "(".repeat(3000);
        byte[] withNull = good.replace("ann@", "a\0n@").getBytes(UTF_8);
        trunk.send("INVITE\r\n\r\n"); // no way back
        trunk.send(good.replace("SIP/2.0\r\nVia", "SIP/9.9\r\nVia"));
        trunk.send(good.replaceFirst("Call-ID: m0\r\n", ""));
        trunk.send(good.replace("CSeq: 1 INVITE", "CSeq: 1 BYE"));
        trunk.send(good.replace("From: \"Ann\"", "From: \"Ann"));
        trunk.send(good.replace("Via: SIP/2.0/UDP 127.0.0.1", "Via: " + nested)); // none either
        trunk.send(withNull);
        trunk.send(good.replace("Contact:", "X: " + "y".repeat(16_000) + "\r\nContact:"));
        trunk.send(good.replace("Contact:", "X: y\r\n".repeat(200) + "Contact:"));
        trunk.send(good.replace("INVITE", "ACK").replace("From: \"Ann\"", "From: \"Ann")); // §17.1.1.3: never
        trunk.send("\r\n\r\n"); // keep-alive, not malformed
        trunk.send(trunk.request("OPTIONS", "sip:127.0.0.1", "m1", "<sip:127.0.0.1>", 1, "", ""));
        trunk.await("SIP/2.0 200"); // the thread lives
        assertThat(rig.told.refused)
                .containsExactly(
                        "malformed 0",
                        "malformed 505",
                        "malformed 400",
                        "malformed 400",
                        "malformed 400",
                        "malformed 0",
                        "malformed 400",
                        "malformed 513",
                        "malformed 513",
                        "malformed 0");
        assertThat(trunk.await("SIP/2.0 400")).doesNotContain("xception").contains("branch=z9hG4bKm01");
        assertThat(trunk.count("SIP/2.0 4")).isEqualTo(4);
        assertThat(trunk.count("SIP/2.0 5")).isEqualTo(3);
        assertThat(rig.calls.entries()).isZero();
    }

    /** RFC 3261 §8.2.7: without state, the same request gets the same tag. */
    @Test
    void theSameTagEachTime() {
        String bad = trunk.invite("m2", "", "").replace("From: \"Ann\"", "From: \"Ann");
        trunk.send(bad);
        trunk.send(bad);
        String second = trunk.await("SIP/2.0 400", 2);
        assertThat(RawPeer.tag(RawPeer.header(second, "To")))
                .hasSizeGreaterThan(8)
                .isEqualTo(RawPeer.tag(RawPeer.header(trunk.await("SIP/2.0 400"), "To")));
    }
}
