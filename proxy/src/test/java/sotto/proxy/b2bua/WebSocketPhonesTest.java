package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.pci.psp.Certificates;
import sotto.proxy.config.SipSettings;
import sotto.proxy.e2e.FreePorts;
import sotto.proxy.location.LocationService;
import sotto.proxy.location.Result;

/**
 * Phones on SIP over WebSocket (RFC 7118) that register at a PBX through us, call it and are called.
 *
 * <pre>
 *  phone, 127.0.0.2                 us                            PBX, UDP
 *   | REGISTER, …invalid ---------->  | REGISTER, our UDP Contact -> |
 *   | <------------------------ 200   | <----------------------- 200 |
 *   | <- INVITE …invalid, Via WS      | <------------- INVITE token  |
 *   | 200 ------------------------->  | 200 -----------------------> |
 *   | <------------------------ BYE   | <----------------------- BYE |
 *   | INVITE ---------------------->  | INVITE --------------------> |
 *   x                                 | <------------- INVITE token  |
 *                                     | 430 -----------------------> |
 * </pre>
 */
final class WebSocketPhonesTest {
    private static final String CONTACT = "<sip:1001@" + WebSocketWay.HOST + ";transport=ws>";
    private static final InetAddress PHONE = InetAddress.ofLiteral("127.0.0.2");

    private final PhoneSite site;
    private final Path directory;

    WebSocketPhonesTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        site = new PhoneSite(directory.resolve("registrations"));
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private int plain() throws IOException {
        int port = FreePorts.one();
        site.webSockets = new SipSettings.WebSockets(
                OptionalInt.of(port), OptionalInt.empty(), "/", Set.of(WebSocketWay.PAGE), 10);
        return port;
    }

    /** As a script in a page writes it: without a port, without Content-Length. */
    private static String register(String name, int cseq, String contact, String more) {
        return script(PhoneSite.register(1, name, cseq, contact, more));
    }

    private static String script(String message) {
        return message.replaceFirst("SIP/2.0/\\w+ [^;]+(;rport)?;", "SIP/2.0/WS " + WebSocketWay.HOST + ";")
                .replaceFirst("Contact: <sip:1001@192.168.7.5[^>]*>", "Contact: " + CONTACT)
                .replaceFirst("Content-Length: \\d+\r\n", "");
    }

    /** What the PBX knows it by then. */
    private String registered(RawPeer phone, String name, String more) {
        phone.send(register(name, 1, CONTACT + more, "Expires: 600\r\n"));
        String there = site.pbx.awaitWith("REGISTER ", "CSeq: 1 REGISTER");
        site.pbx.send(PhoneSite.granted(there, 600, ""));
        phone.awaitWith("SIP/2.0 200", "CSeq: 1 REGISTER");
        return PhoneSite.uri(RawPeer.header(there, "Contact"));
    }

    @Test
    void aPhoneRegistersAndStaysUp() throws Exception {
        int port = plain();
        LocationService phones = site.start();
        WebSocketWay way = WebSocketWay.connect(port, PHONE);
        assertThat(way.socket().getSubprotocol()).isEqualTo("sip");
        try (RawPeer phone = way.peer("WS")) {
            phone.send(register("w", 1, CONTACT, "Expires: 600\r\n"));
            String there = site.pbx.await("REGISTER ");
            assertThat(RawPeer.header(there, "Via")).startsWith("SIP/2.0/UDP 127.0.0.1:" + site.ports.sip());
            assertThat(RawPeer.header(there, "Contact")).matches("<sip:sx[a-p]{32}@127\\.0\\.0\\.1:\\d+>;expires=600");
            assertThat(there).doesNotContain("invalid", "ws", "127.0.0.2");
            site.pbx.send(PhoneSite.granted(there, 600, ""));
            String ok = phone.await("SIP/2.0 200");
            assertThat(RawPeer.header(ok, "Via"))
                    .startsWith("SIP/2.0/WS " + WebSocketWay.HOST + ";")
                    .contains("received=127.0.0.2");
            assertThat(RawPeer.header(ok, "Contact")).startsWith(CONTACT);
            assertThat(phones.views().getFirst().transport().name()).isEqualTo("WS");

            phone.send("\r\n\r\n"); // RFC 5626 §4.4.1
            assertThat(phone.await("\r\n")).isEqualTo("\r\n");
            way.socket().sendPing(ByteBuffer.wrap("up?".getBytes(UTF_8))).join();
            Rig.until("pong", () -> way.pongs.get() == 1);

            String second = register("w", 2, CONTACT, "Expires: 600\r\n");
            way.socket().sendText(second.substring(0, 90), false).join(); // in fragments
            way.socket().sendText(second.substring(90), true).join();
            site.pbx.send(PhoneSite.granted(site.pbx.awaitWith("REGISTER ", "CSeq: 2 REGISTER"), 600, ""));
            phone.awaitWith("SIP/2.0 200", "CSeq: 2 REGISTER");
            byte[] third = register("w", 3, CONTACT, "Expires: 600\r\n").getBytes(UTF_8);
            way.socket().sendBinary(ByteBuffer.wrap(third), true).join();
            site.pbx.send(PhoneSite.granted(site.pbx.awaitWith("REGISTER ", "CSeq: 3 REGISTER"), 600, ""));
            phone.awaitWith("SIP/2.0 200", "CSeq: 3 REGISTER");
            assertThat(phones.total(Result.ADDED)).isEqualTo(1);
            assertThat(phones.total(Result.RENEWED)).isEqualTo(2);

            way.socket().sendClose(1000, "").join();
            Rig.until("closed in order", () -> way.closedWith.get() == 1000);
        }
    }

    @Test
    void thePbxCallsThePhoneAlongItsConnection() throws Exception {
        int port = plain();
        site.start();
        try (RawPeer phone = WebSocketWay.connect(port, PHONE).peer("WS")) {
            String token = registered(phone, "w", "");
            site.call(site.pbx, token, "c1");
            String there = phone.await("INVITE ");
            assertThat(RawPeer.firstLine(there))
                    .isEqualTo("INVITE sip:1001@" + WebSocketWay.HOST + ";transport=ws SIP/2.0");
            assertThat(RawPeer.header(there, "Via")).startsWith("SIP/2.0/WS 127.0.0.1:" + port + ";");
            assertThat(RawPeer.header(there, "Contact")).isEqualTo("<sip:127.0.0.1:" + port + ";transport=ws>");
            phone.send(script(RawPeer.response(there, "180 Ringing", "p", CONTACT, "")));
            site.pbx.await("SIP/2.0 180");
            phone.send(RawPeer.response(there, "200 OK", "p", CONTACT, phone.sdp("sendrecv"))
                    .replaceFirst("Content-Length: \\d+\r\n", ""));
            String ok = site.pbx.await("SIP/2.0 200");
            assertThat(RawPeer.header(ok, "Contact")).isEqualTo("<sip:127.0.0.1:" + site.ports.sip() + ">");
            assertThat(RawPeer.header(phone.await("ACK "), "Via")).startsWith("SIP/2.0/WS ");
            site.pbx.send(site.pbx.within(ok, "ACK", 1, ""));
            assertThat(site.rig().calls.list().getFirst().legs())
                    .extracting(CallView.LegView::transport)
                    .containsExactly("udp", "ws");
            site.pbx.send(site.pbx.within(ok, "BYE", 2, ""));
            String bye = phone.await("BYE ");
            assertThat(RawPeer.firstLine(bye)).contains(WebSocketWay.HOST);
            phone.send(RawPeer.response(bye, "200 OK", "p", CONTACT, ""));
            site.pbx.await("SIP/2.0 200", 2);

            site.call(site.pbx, token, "c2"); // the phone hangs up this one
            String second = phone.await("INVITE ", 2);
            phone.send(RawPeer.response(second, "200 OK", "q", CONTACT, phone.sdp("sendrecv")));
            site.pbx.send(site.pbx.within(site.pbx.awaitWith("SIP/2.0 200", "Call-ID: c2"), "ACK", 1, ""));
            phone.await("ACK ", 2);
            phone.send(script(phone.within(second, "q", "BYE", 1, "")));
            site.pbx.reply(site.pbx.await("BYE "), "200 OK", "x", "");
            phone.awaitWith("SIP/2.0 200", "BYE");

            site.call(site.pbx, token, "c3"); // and this one is given up
            String third = phone.await("INVITE ", 3);
            phone.send(RawPeer.response(third, "180 Ringing", "r", CONTACT, ""));
            site.pbx.awaitWith("SIP/2.0 180", "Call-ID: c3");
            site.pbx.send(site.pbx.request("CANCEL", token, "c3", "<" + token + ">", 1, "", ""));
            phone.send(RawPeer.response(phone.await("CANCEL "), "200 OK", "r", CONTACT, ""));
            phone.send(RawPeer.response(third, "487 Request Terminated", "r", CONTACT, ""));
            phone.awaitWith("ACK ", "CSeq: ");
            site.rig().untilEmpty();
        }
    }

    @Test
    void thePhoneCallsThePbx() throws Exception {
        int port = plain();
        site.start();
        try (RawPeer phone = WebSocketWay.connect(port, PHONE).peer("WS")) {
            registered(phone, "w", "");
            phone.send(script(site.invite("o1", 1, "")));
            String there = site.pbx.await("INVITE ");
            assertThat(RawPeer.firstLine(there)).isEqualTo("INVITE sip:+4930@pbx.example SIP/2.0");
            assertThat(RawPeer.header(there, "Via")).startsWith("SIP/2.0/UDP ");
            assertThat(there).doesNotContain("invalid", "transport=ws", "127.0.0.2");
            site.pbx.send(PhoneSite.plus(
                    RawPeer.response(there, "407 Proxy Authentication Required", "b", "<sip:pbx@127.0.0.1>", ""),
                    "Proxy-Authenticate: " + PhoneSite.CHALLENGE));
            phone.send(RawPeer.ack(phone.await("SIP/2.0 407")));
            phone.send(script(site.invite("o1", 2, "Proxy-Authorization: " + PhoneSite.CREDENTIALS + "\r\n")));
            String second = site.pbx.await("INVITE ", 2);
            site.pbx.reply(second, "200 OK", "b", site.pbx.sdp("sendrecv"));
            String ok = phone.awaitWith("SIP/2.0 200", "2 INVITE");
            assertThat(RawPeer.header(ok, "Contact")).isEqualTo("<sip:127.0.0.1:" + port + ";transport=ws>");
            phone.send(script(phone.within(ok, "ACK", 2, "").replace("tag=fann", "tag=fo1")));
            site.pbx.await("ACK ");
            site.pbx.send(site.pbx.within(second, "b", "BYE", 2, ""));
            phone.send(RawPeer.response(phone.await("BYE "), "200 OK", "x", CONTACT, ""));
            site.rig().untilEmpty();
        }
    }

    @Test
    void aConnectionThatIsLostIsNobodyElses() throws Exception {
        int port = plain();
        site.start(PhoneSite.rule(true, 10, 3, Duration.ofMinutes(1)));
        String outbound = ";reg-id=1;+sip.instance=\"<urn:uuid:0-1>\"";
        String token;
        try (RawPeer phone = WebSocketWay.connect(port, PHONE).peer("WS")) {
            phone.send(register("l", 1, CONTACT + outbound, "Expires: 600\r\nSupported: path, outbound\r\n"));
            String there = site.pbx.await("REGISTER ");
            token = PhoneSite.uri(RawPeer.header(there, "Contact"));
            site.pbx.send(PhoneSite.granted(there, 600, "Require: outbound\r\n"));
            phone.await("SIP/2.0 200");
        }
        Rig.until("connection closed", () -> {
            site.call(site.pbx, token, "l" + System.nanoTime());
            return site.pbx.count("SIP/2.0 430") > 0;
        });
        try (RawPeer again = WebSocketWay.connect(port, PHONE).peer("WS")) {
            again.send(script(site.invite("l2", 1, ""))); // it says that it is that phone, and has not registered
            again.await("SIP/2.0 403");
            assertThat(site.pbx.count("INVITE ")).isZero();
            again.send(register("l", 2, CONTACT + outbound, "Expires: 600\r\nSupported: path, outbound\r\n"));
            String there = site.pbx.awaitWith("REGISTER ", "CSeq: 2 REGISTER");
            assertThat(PhoneSite.uri(RawPeer.header(there, "Contact"))).isEqualTo(token);
            site.pbx.send(PhoneSite.granted(there, 600, "Require: outbound\r\n"));
            again.awaitWith("SIP/2.0 200", "CSeq: 2 REGISTER");
            site.call(site.pbx, token, "l3");
            again.send(RawPeer.response(again.await("INVITE "), "486 Busy Here", "p", CONTACT, ""));
            site.pbx.await("SIP/2.0 486");
            site.rig().close(); // with the connection up
            Rig.until("going away", again::isEnded);
        }
        site.start(PhoneSite.rule(true, 10, 3, Duration.ofMinutes(1)));
        long before = site.pbx.count("SIP/2.0 430");
        site.call(site.pbx, token, "l4");
        Rig.until("430 after a restart", () -> site.pbx.count("SIP/2.0 430") > before);
        site.rig().untilEmpty();
    }

    /** Behind a web server all have its address, and a port comes round again. */
    @Test
    void whoGetsThePortOfAPhoneIsNotThatPhone() throws Exception {
        int port = plain();
        LocationService phones = site.start();
        RawWebSocket first = new RawWebSocket(port, PHONE).upgraded();
        first.frame(
                RawWebSocket.FIN | RawWebSocket.TEXT,
                register("a", 1, CONTACT, "").getBytes(UTF_8));
        String there = site.pbx.await("REGISTER ");
        site.pbx.send(PhoneSite.granted(there, 600, ""));
        assertThat(first.next().text()).startsWith("SIP/2.0 200 ");
        InetSocketAddress own = first.own();
        assertThat(phones.views().getFirst().received()).isEqualTo("127.0.0.2:" + own.getPort());
        first.reset();
        try (RawWebSocket second = new RawWebSocket(port, own).upgraded()) {
            assertThat(second.own()).isEqualTo(own);
            second.frame(
                    RawWebSocket.FIN | RawWebSocket.TEXT,
                    script(site.invite("a2", 1, "")).getBytes(UTF_8));
            assertThat(second.next().text()).startsWith("SIP/2.0 403 ");
            site.call(site.pbx, PhoneSite.uri(RawPeer.header(there, "Contact")), "a3");
            site.pbx.await("SIP/2.0 480");
            assertThat(site.pbx.count("INVITE ")).isZero();
        }
    }

    @Test
    void reloadsOfAPageDoNotUseUpTheUsersPlaces() throws Exception {
        int port = plain();
        LocationService phones = site.start(PhoneSite.rule(false, 10, 2, Duration.ofMinutes(1)));
        for (int i = 1; i <= 4; i++) { // with another Contact each time
            long before = phones.total(Result.ADDED);
            try (RawPeer phone = WebSocketWay.connect(port, PHONE).peer("WS")) {
                phone.send(register("p" + i, i, CONTACT.replace("1001@", "1001@x" + i + "."), "Expires: 600\r\n"));
                site.pbx.send(PhoneSite.granted(site.pbx.awaitWith("REGISTER ", "CSeq: " + i + " REGISTER"), 600, ""));
                phone.awaitWith("SIP/2.0 200", "CSeq: " + i + " REGISTER");
            }
            assertThat(phones.total(Result.ADDED)).isEqualTo(before + 1);
            Rig.until("closed", () -> phones.views().stream()
                    .allMatch(view -> view.received().endsWith(":0")));
        }
        assertThat(phones.total(Result.FULL)).isZero();
    }

    @Test
    void whoComesFromAPeersAddressIsNoPeer() throws Exception {
        int port = plain();
        site.start();
        try (RawPeer stranger =
                WebSocketWay.connect(port, InetAddress.getLoopbackAddress()).peer("WS")) {
            stranger.send(stranger.invite("s1", "", stranger.sdp("sendrecv")));
            stranger.await("SIP/2.0 403");
            stranger.send(register("s2", 1, CONTACT, ""));
            stranger.awaitWith("SIP/2.0 403", "REGISTER"); // no phone is to be there
        }
        assertThat(site.pbx.count("INVITE ")).isZero();
        assertThat(site.carrier.count("INVITE ")).isZero();
    }

    @Test
    void overTlsNoCertificateIsAskedFor() throws Exception {
        Path ours = Certificates.keyStore(directory, "ours", "ip:127.0.0.1");
        Path password = Files.writeString(directory.resolve("password"), Certificates.PASSWORD);
        site.tls = Optional.of(
                new SipSettings.Tls(site.ports.tls(), ours, password, Certificates.trustStore(directory, ours), true));
        int port = FreePorts.one();
        site.webSockets = new SipSettings.WebSockets(
                OptionalInt.empty(), OptionalInt.of(port), "/", Set.of(WebSocketWay.PAGE), 10);
        site.start();
        SSLContext trusting = Certificates.tls(Optional.empty(), ours);
        try (RawPeer phone = WebSocketWay.connect(port, PHONE, trusting).peer("WSS")) {
            String token = registered(phone, "t", "");
            site.call(site.pbx, token, "t1");
            String there = phone.await("INVITE ");
            assertThat(RawPeer.header(there, "Via")).startsWith("SIP/2.0/WSS 127.0.0.1:" + port + ";");
            assertThat(RawPeer.header(there, "Contact")).isEqualTo("<sip:127.0.0.1:" + port + ";transport=ws>");
            phone.send(RawPeer.response(there, "486 Busy Here", "p", CONTACT, ""));
            phone.await("ACK ");
            site.pbx.await("SIP/2.0 486");
        }
        Path somebody = Certificates.keyStore(directory, "somebody", "ip:127.0.0.1");
        SSLContext other = Certificates.tls(Optional.empty(), somebody);
        assertThatThrownBy(() -> WebSocketWay.connect(port, PHONE, other)).isInstanceOf(IOException.class);
        Rig.until("counted", () -> site.rig().told.refused.contains("tls-refused 0"));
        site.rig().untilEmpty();
    }
}
