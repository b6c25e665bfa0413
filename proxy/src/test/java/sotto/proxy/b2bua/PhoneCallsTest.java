package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.Account;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.guard.GuardSettings;
import sotto.proxy.location.LocationService;
import sotto.proxy.location.Result;
import sotto.proxy.sdp.Browser;

/** Calls with phones that are registered through us, also after a restart: the rows of {@link LocationService}. */
final class PhoneCallsTest {
    private final PhoneSite site;

    PhoneCallsTest(@TempDir Path directory) throws IOException {
        site = new PhoneSite(directory.resolve("registrations"));
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void thePbxCallsThePhoneAlongItsFlow() throws IOException {
        site.start();
        String token = site.registered("r");
        String invite = site.call(site.pbx, token, "c1");
        String there = site.phone.await("INVITE ");
        assertThat(RawPeer.firstLine(there)).isEqualTo("INVITE " + PhoneSite.INSIDE + " SIP/2.0");
        assertThat(RawPeer.header(there, "To")).contains("sip:1001@");
        assertThat(RawPeer.body(there)).contains("c=IN IP4 127.0.0.1").doesNotContain("audio 16384 ");
        site.phone.reply(there, "180 Ringing", "p", "");
        site.pbx.await("SIP/2.0 180");
        site.phone.send(
                RawPeer.response(there, "200 OK", "p", "<" + PhoneSite.INSIDE + ">", site.phone.sdp("sendrecv")));
        String ok = site.pbx.await("SIP/2.0 200");
        site.phone.await("ACK "); // although its Contact is where nobody hears it
        site.pbx.send(site.pbx.within(ok, "ACK", 1, ""));
        CallView view = site.rig().calls.list().getFirst();
        assertThat(view.legs()).extracting(CallView.LegView::side).containsExactly("caller", "agent");
        assertThat(view.legs()).extracting(CallView.LegView::peer).containsExactly("pbx", "pbx/phones");
        site.pbx.send(site.pbx.within(ok, "BYE", 2, ""));
        String bye = site.phone.await("BYE ");
        assertThat(RawPeer.firstLine(bye)).isEqualTo("BYE " + PhoneSite.INSIDE + " SIP/2.0");
        site.phone.reply(bye, "200 OK", "p", "");
        assertThat(invite).contains(token);
        site.rig().untilEmpty();
    }

    @Test
    void aCallThatIsGivenUpIsCancelledAtThePhone() throws IOException {
        site.start();
        String token = site.registered("r");
        site.call(site.pbx, token, "c2");
        String there = site.phone.await("INVITE ");
        site.phone.reply(there, "180 Ringing", "p", "");
        site.pbx.await("SIP/2.0 180");
        site.pbx.send(site.pbx.request("CANCEL", token, "c2", "<" + token + ">", 1, "", ""));
        String cancel = site.phone.await("CANCEL ");
        site.phone.reply(cancel, "200 OK", "p", "");
        site.phone.reply(there, "487 Request Terminated", "p", "");
        site.phone.await("ACK ");
        site.pbx.await("SIP/2.0 487");
        site.rig().untilEmpty();
    }

    @Test
    void thePhoneCallsThePbxWithItsOwnAddressesAndPassword() throws IOException {
        site.start();
        site.registered("r");
        String more = "Privacy: id\r\nProxy-Authorization: " + PhoneSite.CREDENTIALS + "\r\n";
        site.phone.send(site.invite("o1", 1, ""));
        String bare = site.pbx.await("INVITE ");
        assertThat(RawPeer.firstLine(bare)).isEqualTo("INVITE sip:+4930@pbx.example SIP/2.0");
        assertThat(RawPeer.header(bare, "From")).startsWith("\"Ann\" <sip:1001@pbx.example>;tag=");
        assertThat(RawPeer.header(bare, "To")).isEqualTo("<sip:+4930@pbx.example>");
        assertThat(bare).doesNotContain("192.168.7.5", "127.0.0.2");
        site.pbx.send(PhoneSite.plus(
                RawPeer.response(bare, "407 Proxy Authentication Required", "b", "<sip:pbx@127.0.0.1>", ""),
                "Proxy-Authenticate: " + PhoneSite.CHALLENGE));
        String challenged = site.phone.await("SIP/2.0 407");
        assertThat(RawPeer.header(challenged, "Proxy-Authenticate").replace(", ", ","))
                .isEqualTo(PhoneSite.CHALLENGE.replace(", ", ","));
        site.phone.send(RawPeer.ack(challenged));
        site.phone.send(site.invite("o1", 2, more));
        String second = site.pbx.await("INVITE ", 2);
        assertThat(RawPeer.header(second, "Proxy-Authorization").replace(", ", ","))
                .isEqualTo(PhoneSite.CREDENTIALS.replace(", ", ","));
        assertThat(RawPeer.header(second, "Privacy")).isEqualTo("id");
        site.pbx.reply(second, "200 OK", "b", site.pbx.sdp("sendrecv"));
        String ok = site.phone.await("SIP/2.0 200 OK", 2);
        site.phone.send(site.phone.within(ok, "ACK", 2, "").replace("tag=fann", "tag=fo1"));
        site.pbx.await("ACK ");
        assertThat(site.rig().calls.list().getFirst().legs())
                .extracting(CallView.LegView::peer)
                .containsExactly("pbx", "pbx/phones");
        site.pbx.send(site.pbx.within(second, "b", "BYE", 2, ""));
        String bye = site.phone.await("BYE "); // along its flow, not to its Contact
        site.phone.reply(bye, "200 OK", "x", "");
        site.rig().untilEmpty();
        assertThat(site.carrier.count("INVITE ")).isZero();
    }

    /** Browsers and desk phones at one PBX, which is plain itself. */
    @ParameterizedTest
    @CsvSource({
        "UDP/TLS/RTP/SAVPF, a=fingerprint:, a=crypto:",
        "RTP/SAVP, a=crypto:, a=fingerprint:",
    })
    void phonesAreAnsweredInKind(String profile, String has, String hasNot) throws IOException {
        site.start(PhoneSite.rule(PeerSettings.Srtp.EITHER));
        site.registered("r");
        String key = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n";
        String sdp = profile.equals("RTP/SAVP")
                ? site.phone.sdp("sendrecv").replace("RTP/AVP", profile) + key
                : Browser.CHROMIUM.replace("\n", "\r\n");
        site.phone.send(site.invite("k1", 1, "", sdp));
        String there = site.pbx.await("INVITE ");
        assertThat(there).contains(" RTP/AVP ").doesNotContain("crypto", "fingerprint", "ice-");
        site.pbx.reply(there, "200 OK", "b", site.pbx.sdp("sendrecv"));
        assertThat(site.phone.awaitWith("SIP/2.0 200", "Call-ID: k1"))
                .contains(" " + profile + " 8 ", has)
                .doesNotContain(hasNot);
    }

    @Test
    void aPlainPhoneIsRefusedWhereTheyAreEncrypted() throws IOException {
        site.start(PhoneSite.rule(PeerSettings.Srtp.EITHER));
        site.registered("r");
        site.phone.send(site.invite("k2", 1, "", site.phone.sdp("sendrecv")));
        assertThat(RawPeer.header(site.phone.await("SIP/2.0 488"), "Warning"))
                .contains("SDES or DTLS", "RTP/SAVP", "UDP/TLS/RTP/SAVPF");
        assertThat(site.pbx.count("INVITE ")).isZero();
    }

    @Test
    void aPhoneWithoutAPasswordDoesNotGetInWithOurs(@TempDir Path secrets) throws IOException {
        Account ours = new Account(
                DigestOracle.USER,
                DigestOracle.passwordFile(secrets),
                EnumSet.allOf(Account.Hash.class),
                false,
                Optional.empty());
        site.start(PhoneSite.rule(false, 10, 3, Duration.ofMinutes(1)), Optional.of(ours), GuardSettings.OFF);
        site.registered("r");
        site.phone.send(site.invite("o2", 1, ""));
        site.pbx.send(PhoneSite.plus(
                RawPeer.response(site.pbx.await("INVITE "), "401 Unauthorized", "b", "<sip:pbx@127.0.0.1>", ""),
                "WWW-Authenticate: " + PhoneSite.CHALLENGE));
        site.phone.await("SIP/2.0 401");
        assertThat(site.pbx.count("INVITE ")).isEqualTo(1);
    }

    @Test
    void aPhoneThatCallsFromAnotherPortSaysWhoItIs() throws IOException {
        site.start();
        site.registered("r");
        InetAddress there = InetAddress.ofLiteral("127.0.0.2");
        InetAddress elsewhere = InetAddress.ofLiteral("127.0.0.3");
        try (RawPeer again = new RawPeer(there, site.ports.sip());
                RawPeer neighbour = new RawPeer(there, site.ports.sip());
                RawPeer forger = new RawPeer(elsewhere, site.ports.sip())) {
            again.send(from(again, site.invite("p1", 1, "")));
            site.pbx.await("INVITE ");
            neighbour.send(from(neighbour, site.invite("p2", 1, "")).replace("sip:1001@pbx", "sip:1002@pbx"));
            neighbour.await("SIP/2.0 403");
            forger.send(from(forger, site.invite("p3", 1, "")));
            forger.await("SIP/2.0 403");
        }
        assertThat(site.pbx.count("INVITE ")).isEqualTo(1);
    }

    /** The same with the port of another socket. */
    private String from(RawPeer sender, String message) {
        return message.replace(":" + site.phone.port(), ":" + sender.port());
    }

    @Test
    void theTableSurvivesARestart() throws IOException {
        site.start();
        String token = site.registered("r");
        assertThat(Files.getPosixFilePermissions(site.registrations))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        site.rig().close();
        LocationService phones = site.start();
        assertThat(phones.views()).hasSize(1);
        site.call(site.pbx, token, "c3");
        String there = site.phone.await("INVITE ");
        assertThat(RawPeer.firstLine(there)).isEqualTo("INVITE " + PhoneSite.INSIDE + " SIP/2.0");
        site.phone.reply(there, "486 Busy Here", "p", "");
        site.pbx.await("SIP/2.0 486");
        site.phone.send(site.register("r2", 7, "<" + PhoneSite.INSIDE + ">", "Expires: 600\r\n"));
        String renewed = site.pbx.awaitWith("REGISTER ", "CSeq: 7 REGISTER");
        assertThat(PhoneSite.uri(RawPeer.header(renewed, "Contact")))
                .isEqualTo(token); // the PBX has one Contact, not two
        site.pbx.send(PhoneSite.granted(renewed, 600, ""));
        Rig.until("renewed", () -> phones.total(Result.RENEWED) == 1);
        site.phone.send(site.register("r2", 8, "<" + PhoneSite.INSIDE + ">;expires=0", ""));
        String removal = site.pbx.awaitWith("REGISTER ", "CSeq: 8 REGISTER");
        assertThat(RawPeer.header(removal, "Contact")).endsWith(">;expires=0");
        site.pbx.send(PhoneSite.refused(removal, "200 OK", "Expires: 0"));
        Rig.until("gone", () -> phones.total(Result.REMOVED) == 1);
        site.call(site.pbx, token, "c4");
        site.pbx.await("SIP/2.0 404");
        Rig.until("counted", () -> site.rig().told.refused.contains("no-phone 404"));
        site.rig().close();
        assertThat(site.start().views()).isEmpty();
    }

    @Test
    void aPathAndOutboundOverTcp() throws IOException {
        LocationService phones = site.start(PhoneSite.rule(true, 10, 3, Duration.ofMinutes(1)));
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.3"), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), site.ports.sip()));
        String contact = "<sip:1001@192.168.7.5:5062;transport=tcp>;reg-id=1;+sip.instance=\"<urn:uuid:0-1>\"";
        String token;
        try (RawPeer overTcp = new RawPeer("TCP", socket)) {
            overTcp.send(
                    PhoneSite.register(overTcp.port(), "t", 1, contact, "Expires: 600\r\nSupported: path, outbound\r\n")
                            .replace("SIP/2.0/UDP", "SIP/2.0/TCP"));
            String there = site.pbx.await("REGISTER ");
            token = PhoneSite.uri(RawPeer.header(there, "Contact"));
            assertThat(RawPeer.header(there, "Path")).isEqualTo("<" + token.replace(";ob", "") + ";lr;ob>");
            assertThat(RawPeer.header(there, "Supported")).isEqualTo("path,outbound");
            assertThat(RawPeer.header(there, "Contact"))
                    .contains(";reg-id=1", ";+sip.instance=\"<urn:uuid:0-1>\"", ";ob>");
            site.pbx.send(PhoneSite.granted(there, 600, "Require: outbound\r\n"));
            String ok = overTcp.await("SIP/2.0 200");
            assertThat(RawPeer.header(ok, "Require")).isEqualTo("outbound");
            assertThat(phones.views().getFirst().isOutbound()).isTrue();
            overTcp.send("\r\n\r\n"); // RFC 5626 §4.4.1: the pong is in the way of the next message
            String invite = site.call(site.pbx, token, "c5");
            String called = overTcp.await("\r\nINVITE ");
            overTcp.reply(called.strip(), "486 Busy Here", "p", "");
            site.pbx.await("SIP/2.0 486");
            assertThat(invite).contains(";ob");
        }
        Rig.until("connection closed", () -> {
            site.call(site.pbx, token, "c6" + System.nanoTime());
            return site.pbx.count("SIP/2.0 430") > 0;
        });
    }
}
