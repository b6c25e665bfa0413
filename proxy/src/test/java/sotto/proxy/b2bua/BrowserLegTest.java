package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.sdp.Browser;

/**
 * Signalling of calls between a trunk that is plain and browsers behind us; their audio is in the tests with real peers.
 *
 * <pre>
 *  trunk                     us                       browser
 *    | <- INVITE, RTP/AVP -- | <- INVITE, UDP/TLS ----- |
 *    | 200, RTP/AVP -------> | 200, UDP/TLS, ice-lite - |
 *    |                       | <- INVITE, sendonly ---- |  hold: our credentials stay
 *    |                       | <- INVITE, other ufrag - |  ICE restart: ours are others too
 *
 *  what comes instead                          does
 *  an offer that lacks what DTLS needs         488 with Warning; the other side hears of nothing
 *  an answer in clear, or without fingerprint  ACK, BYE; 502 to the caller
 * </pre>
 */
final class BrowserLegTest {

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer browser = new RawPeer(ports.sip());
    private Optional<Rig> rig = Optional.empty();

    BrowserLegTest() throws IOException {}

    private Rig start(PeerSettings.Srtp srtp) throws IOException {
        PeerSettings agents = new PeerSettings("pbx", "127.0.0.1", browser.port(), PeerSettings.Transport.UDP, srtp);
        Peering peering = Peering.of(Rig.peer("carrier", trunk.port(), PeerSettings.Transport.UDP), agents);
        Rig started = new Rig(
                ports, new Rig.Options(peering, Duration.ofSeconds(60), 100, Optional.empty()), Duration.ofMinutes(5));
        rig = Optional.of(started);
        return started;
    }

    @AfterEach
    void stop() {
        rig.ifPresent(Rig::close);
        trunk.close();
        browser.close();
    }

    private static String text(byte[] body) {
        return new String(body, US_ASCII);
    }

    private static String line(String message, String start) {
        Matcher matcher = Pattern.compile("(?m)^" + start + ".*$").matcher(message);
        return matcher.find() ? matcher.group().strip() : "";
    }

    /** The browser calls; the 200 that it got. */
    private String calls(String name) {
        browser.send(browser.invite(name, "", Browser.CHROMIUM.replace("\n", "\r\n")));
        String invite = trunk.await("INVITE ");
        assertThat(line(invite, "m=audio")).contains(" RTP/AVP ");
        assertThat(invite).doesNotContain("fingerprint", "ice-", "203.0.113.141", "m=video");
        trunk.reply(invite, "200 OK", "callee", trunk.sdp("sendrecv"));
        String ok = browser.await("SIP/2.0 200");
        trunk.await("ACK ");
        browser.send(browser.within(ok, "ACK", 1, ""));
        return ok;
    }

    @Test
    void aBrowserCalls() throws IOException {
        Rig started = start(PeerSettings.Srtp.EITHER);
        String ok = calls("b1");
        assertThat(line(ok, "m=audio")).endsWith(" UDP/TLS/RTP/SAVPF 8 126");
        assertThat(ok).contains("a=ice-lite\r\n", "a=setup:passive\r\n", "a=group:BUNDLE 0\r\n", "m=video 0 ");
        int port = Integer.parseInt(line(ok, "m=audio").split(" ")[1]);
        assertThat(line(ok, "a=candidate")).contains(" 127.0.0.1 " + port + " typ host");
        assertThat(started.calls.list()).singleElement().satisfies(call -> {
            assertThat(call.legs()).extracting(CallView.LegView::keying).containsExactly("none", "dtls-pending");
            assertThat(call.legs()).extracting(CallView.LegView::srtp).containsExactly("none", "none");
        });
        browser.send(browser.within(ok, "BYE", 2, ""));
        trunk.reply(trunk.await("BYE "), "200 OK", "", "");
        started.untilEmpty();
    }

    @Test
    void aBrowserIsCalled() throws IOException {
        Rig started = start(PeerSettings.Srtp.DTLS);
        trunk.send(trunk.invite("c1", "", trunk.sdp("sendrecv")));
        String invite = browser.await("INVITE ");
        assertThat(line(invite, "m=audio")).contains(" UDP/TLS/RTP/SAVPF 8 ");
        assertThat(invite)
                .contains("a=ice-lite\r\n", "a=setup:actpass\r\n", "a=rtcp-mux\r\n", "a=end-of-candidates\r\n")
                .doesNotContain("crypto");
        browser.reply(invite, "200 OK", "callee", text(Browser.answer()).replace("SAVPF 0", "SAVPF 8"));
        assertThat(line(trunk.await("SIP/2.0 200"), "m=audio")).contains(" RTP/AVP ");
        assertThat(started.calls.list().getFirst().legs())
                .extracting(CallView.LegView::keying)
                .containsExactly("none", "dtls-pending");
    }

    @Test
    void holdKeepsOurCredentialsAndAnIceRestartDoesNot() throws IOException {
        start(PeerSettings.Srtp.DTLS);
        String ok = calls("h1");
        String hold = Browser.CHROMIUM.replace("\n", "\r\n").replace("a=sendrecv", "a=sendonly");
        String held = again(ok, 2, hold);
        assertThat(line(trunk.await("INVITE ", 2), "a=send")).isEqualTo("a=sendonly");
        for (String name : List.of("a=ice-ufrag", "a=ice-pwd", "a=fingerprint", "a=setup", "a=candidate")) {
            assertThat(line(held, name)).as(name).isEqualTo(line(ok, name));
        }
        assertThat(line(held, "a=recv")).isEqualTo("a=recvonly");
        String restarted =
                again(ok, 3, Browser.CHROMIUM.replace("\n", "\r\n").replace("a=ice-ufrag:F7gI", "a=ice-ufrag:Q3b/"));
        assertThat(line(restarted, "a=ice-ufrag")).isNotEqualTo(line(ok, "a=ice-ufrag"));
        assertThat(line(restarted, "a=ice-pwd")).isNotEqualTo(line(ok, "a=ice-pwd"));
        assertThat(line(restarted, "a=fingerprint")).isEqualTo(line(ok, "a=fingerprint"));
    }

    /** A re-INVITE of the browser that the trunk answers; its 200. */
    private String again(String ok, int cseq, String sdp) {
        browser.send(browser.within(ok, "INVITE", cseq, sdp));
        String across = trunk.await("INVITE ", cseq);
        String answer = across.contains("a=sendonly") ? "recvonly" : "sendrecv";
        trunk.reply(across, "200 OK", "callee", trunk.sdp(answer));
        String again = browser.await("SIP/2.0 200", cseq);
        trunk.await("ACK ", cseq);
        browser.send(browser.within(again, "ACK", cseq, ""));
        return again;
    }

    /** It never falls back to plain RTP, nor to keys in the SDP. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # the offer has                      | instead of           | counted as
            RTP/AVP                              | UDP/TLS/RTP/SAVPF    | srtp-required 488
            RTP/SAVP                             | UDP/TLS/RTP/SAVPF    | srtp-required 488
            a=x:                                 | a=fingerprint:       | dtls-refused 488
            a=fingerprint:sha-1 AB               | a=fingerprint:sha-256 A0:.* | dtls-refused 488
            a=x:                                 | a=ice-ufrag:         | dtls-refused 488
            a=x                                  | a=rtcp-mux           | dtls-refused 488
            a=setup:holdconn                     | a=setup:actpass      | dtls-refused 488
            a=ice-pwd:short                      | a=ice-pwd:.*         | malformed-sdp 400
            """)
    void refusesOffersThatCannotBeTrusted(String has, String insteadOf, String counted) throws IOException {
        Rig started = start(PeerSettings.Srtp.DTLS);
        browser.send(browser.invite(
                "r1", "", Browser.CHROMIUM.replaceAll(insteadOf, has).replace("\n", "\r\n")));
        String refused = browser.await("SIP/2.0 4");
        assertThat(refused).startsWith("SIP/2.0 " + counted.split(" ")[1]);
        assertThat(RawPeer.header(refused, "Warning")).matches("(302|399) sotto \".+\"");
        Rig.until("counted", () -> started.told.refused.equals(List.of(counted)));
        assertThat(trunk.count("INVITE ")).isZero();
        started.untilEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # the answer has        | instead of            | counted as
            RTP/AVP                 | UDP/TLS/RTP/SAVPF     | srtp-required 502
            a=x:                    | a=fingerprint:        | dtls-refused 502
            a=setup:actpass         | a=setup:active        | dtls-refused 502
            """)
    void endsACallWhoseAnswerCannotBeTrusted(String has, String insteadOf, String counted) throws IOException {
        Rig started = start(PeerSettings.Srtp.DTLS);
        trunk.send(trunk.invite("e1", "", trunk.sdp("sendrecv")));
        String invite = browser.await("INVITE ");
        String answer = text(Browser.answer()).replace("SAVPF 0", "SAVPF 8").replace(insteadOf, has);
        browser.reply(invite, "200 OK", "callee", answer);
        assertThat(trunk.await("SIP/2.0 5")).startsWith("SIP/2.0 502");
        browser.await("ACK ");
        browser.reply(browser.await("BYE "), "200 OK", "", "");
        Rig.until("counted", () -> started.told.refused.equals(List.of(counted)));
        started.untilEmpty();
    }
}
