package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.proxy.config.SipSettings;
import sotto.proxy.e2e.FreePorts;

/** What a WebSocket client may not do: requests that are no upgrade, frames against RFC 6455, more than its share. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WebSocketBoundsTest {
    private static final int MOST = 40;
    private static final int CONNECTS = 1000;
    private static final InetAddress STRANGER = InetAddress.ofLiteral("127.0.0.9");
    private static final String PLACES = "[places]";

    private final PhoneSite site;
    private int port;

    WebSocketBoundsTest(@TempDir Path directory) throws IOException {
        site = new PhoneSite(directory.resolve("registrations"));
    }

    @BeforeAll
    void start() throws IOException {
        port = FreePorts.one();
        site.webSockets = new SipSettings.WebSockets(
                OptionalInt.of(port), OptionalInt.empty(), "/sip", Set.of(WebSocketWay.PAGE), MOST);
        site.start();
    }

    @AfterAll
    void stop() {
        try {
            site.rig().untilEmpty();
        } finally {
            site.close();
        }
    }

    private RawWebSocket connect() throws IOException {
        return new RawWebSocket(port, STRANGER);
    }

    private RawWebSocket upgraded() throws IOException {
        RawWebSocket connection = connect();
        assertThat(connection.ask(upgrade())).startsWith("HTTP/1.1 101 ");
        return connection;
    }

    private static String upgrade() {
        return RawWebSocket.UPGRADE.replace("GET / ", "GET /sip ");
    }

    private int told(String cause) {
        return Collections.frequency(site.rig().told.refused, cause + " 0");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        # what                  | instead of                      | stands                      | status | and                       | counted as
        as it should be         | Host                            | Host                        | 101    | sec-websocket-protocol: sip |
        with a query            | /sip                            | /sip?a=b                    | 101    | |
        two sub-protocols       | Protocol: sip                   | Protocol: chat, sip         | 101    | sec-websocket-protocol: sip |
        Origin in capitals      | https://phones                  | HTTPS://PHONES              | 101    | |
        Origin with its port    | phones.example.com              | phones.example.com:443      | 101    | |
        no browser              | Origin                          | X-Origin                    | 101    | |
        no extension            | Host                            | Sec-WebSocket-Extensions: permessage-deflate[lf]Host | 101 | |
        another origin          | phones.example.com              | phones.example.net          | 403    | | ws-origin
        part of an origin       | phones.example.com              | phones.example.com.evil.net | 403    | | ws-origin
        another port            | phones.example.com              | phones.example.com:8443     | 403    | | ws-origin
        origin in clear         | https://phones                  | http://phones               | 403    | | ws-origin
        a file                  | https://phones.example.com      | null                        | 403    | | ws-origin
        two origins             | Origin: https://phones.example.com | Origin: https://phones.example.com[lf]Origin: https://evil.net | 403 | | ws-origin
        another sub-protocol    | Protocol: sip                   | Protocol: sips              | 400    | | ws-protocol
        no sub-protocol         | Sec-WebSocket-Protocol: sip     | X: y                        | 400    | | ws-protocol
        another path            | /sip                            | /sips                       | 404    | | ws-path
        below the path          | /sip                            | /sip/x                      | 404    | | ws-path
        not GET                 | GET                             | POST                        | 405    | allow: GET | ws-request
        not an upgrade          | Upgrade: websocket              | X: y                        | 426    | upgrade: websocket | ws-request
        an upgrade to others    | Upgrade: websocket              | Upgrade: h2c                | 426    | upgrade: websocket | ws-request
        another version         | Version: 13                     | Version: 8                  | 426    | sec-websocket-version: 13 | ws-request
        no version              | Sec-WebSocket-Version           | X                           | 426    | sec-websocket-version: 13 | ws-request
        no key                  | Sec-WebSocket-Key               | X                           | 400    | | ws-request
        a short key             | dGhlIHNhbXBsZSBub25jZQ==        | dGhl                        | 400    | | ws-request
        no host                 | Host                            | X                           | 400    | | ws-request
        HTTP/1.0                | HTTP/1.1                        | HTTP/1.0                    | 400    | | ws-request
        a body                  | Host                            | Content-Length: 3[lf]Host   | 400    | | ws-request
        chunks                  | Host                            | Transfer-Encoding: chunked[lf]Host | 400 | | ws-request
        a long line             | /sip                            | /sip?[3000]                 | 414    | | ws-request
        long headers            | Host                            | X: [9000][lf]Host           | 431    | | ws-request
        SIP                     | GET /sip HTTP/1.1               | OPTIONS sip:a@b SIP/2.0     | 400    | | ws-request
        nothing of the kind     | GET /sip HTTP/1.1               | [garbage]                   | 400    | | ws-request
        """)
    @SuppressWarnings("ParameterNumber") // one for each column
    void upgrades(String what, String instead, String stands, int status, String and, String cause) throws Exception {
        String by = stands.replace("[lf]", "\r\n")
                .replace("[3000]", "a".repeat(3000))
                .replace("[9000]", "a".repeat(9000))
                .replace("[garbage]", "\u0001\u0002 \u0016\u0003 x");
        int before = cause == null ? 0 : told(cause);
        try (RawWebSocket connection = connect()) {
            String answer = connection.ask(upgrade().replace(instead, by));
            assertThat(answer).as(what).startsWith("HTTP/1.1 " + status + " ");
            assertThat(answer).containsIgnoringCase(and == null ? "" : and).doesNotContain("deflate", "evil");
            if (cause != null) {
                assertThat(connection.ends()).isTrue();
                Rig.until("counted", () -> told(cause) == before + 1);
            }
        }
    }

    private static byte[] options(String name) {
        return ("OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/WS " + WebSocketWay.HOST + ";branch=z9hG4bK" + name
                        + "\r\nMax-Forwards: 70\r\nFrom: <sip:m@127.0.0.1>;tag=m\r\nTo: <sip:x@127.0.0.1>\r\nCall-ID: "
                        + name + "\r\nCSeq: 1 OPTIONS\r\n\r\n")
                .getBytes(US_ASCII);
    }

    /** Close status that each gets (RFC 6455 §7.4.1). */
    @ParameterizedTest(name = "{0} gets {1}")
    @CsvSource({
        "unmasked, 1002",
        "reserved opcode, 1002",
        "reserved bit, 1002",
        "long ping, 1002",
        "continuation of nothing, 1002",
        "no UTF-8, 1007",
        "one octet too many, 1009",
        "fragments too long, 1009",
    })
    void frames(String what, int status) throws Exception {
        int before = told("ws-frame");
        try (RawWebSocket connection = upgraded()) {
            switch (what) {
                case "unmasked" -> connection.unmasked(RawWebSocket.FIN | RawWebSocket.TEXT, options("u"));
                case "reserved opcode" -> connection.frame(RawWebSocket.FIN | 3, new byte[1]);
                case "reserved bit" -> connection.frame(0x40 | RawWebSocket.FIN | RawWebSocket.TEXT, options("r"));
                case "long ping" -> connection.frame(RawWebSocket.FIN | RawWebSocket.PING, new byte[126]);
                case "continuation of nothing" -> connection.frame(RawWebSocket.FIN, new byte[10]);
                case "no UTF-8" ->
                    connection.frame(RawWebSocket.FIN | RawWebSocket.TEXT, new byte[] {'a', (byte) 0xFF});
                case "one octet too many" ->
                    connection.frame(
                            RawWebSocket.FIN | RawWebSocket.TEXT, ("\r\n".repeat(8192) + "\r").getBytes(US_ASCII));
                default -> {
                    connection.frame(RawWebSocket.TEXT, "\r\n".repeat(5000).getBytes(US_ASCII));
                    connection.frame(RawWebSocket.FIN, "\r\n".repeat(5000).getBytes(US_ASCII));
                }
            }
            RawWebSocket.Frame close = connection.next();
            assertThat(close.opcode()).isEqualTo(RawWebSocket.CLOSE);
            assertThat(close.closeStatus()).isEqualTo(status);
            assertThat(connection.ends()).isTrue();
        }
        Rig.until("counted", () -> told("ws-frame") == before + 1);
    }

    @Test
    void whatIsNoSipIsDroppedAndTheNextIsHeard() throws Exception {
        int before = told("malformed");
        try (RawWebSocket connection = upgraded()) {
            connection.frame(RawWebSocket.FIN | RawWebSocket.TEXT, "hello?".getBytes(US_ASCII));
            connection.frame(RawWebSocket.FIN | RawWebSocket.BINARY, new byte[100]);
            connection.frame(RawWebSocket.FIN | RawWebSocket.TEXT, new byte[0]);
            connection.frame(RawWebSocket.FIN | RawWebSocket.TEXT, "\r\n".getBytes(US_ASCII)); // a pong: no answer
            connection.frame(RawWebSocket.FIN | RawWebSocket.TEXT, options("after"));
            assertThat(connection.next().text()).startsWith("SIP/2.0 403 ").contains("Via: SIP/2.0/WS ");
        }
        assertThat(told("malformed")).isEqualTo(before + 2);
    }

    /** Each message of RFC 4475 and RFC 5118 as one of a stranger: what it gets at most is a refusal, and all goes on. */
    @Test
    void tortureMessagesDoNoHarm() throws Exception {
        List<String> files = new ArrayList<>();
        for (String directory : List.of("rfc4475", "rfc5118")) {
            String[] names = Path.of("src/test/resources", directory).toFile().list();
            assertThat(names).isNotNull();
            Arrays.stream(names).sorted().map(name -> directory + "/" + name).forEach(files::add);
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(61);
        int malformed = told("malformed");
        int answered = 0;
        try (RawWebSocket connection = upgraded()) {
            for (String file : files) {
                String name = "t" + file.replaceAll("\\W", "");
                connection.frame(RawWebSocket.FIN | RawWebSocket.BINARY, read(file));
                connection.frame(RawWebSocket.FIN | RawWebSocket.TEXT, options(name));
                String answer = connection.next().text();
                while (!answer.contains("Call-ID: " + name + "\r\n")) {
                    answered++;
                    assertThat(answer).as(file).matches("(?s)SIP/2\\.0 (403|481|503) .*");
                    answer = connection.next().text();
                }
            }
        }
        assertThat(answered).isBetween(20, 40); // those that are well-formed
        assertThat(told("malformed") - malformed).isBetween(20, 40);
    }

    private static byte[] read(String file) throws IOException {
        try (InputStream in = WebSocketBoundsTest.class.getResourceAsStream("/" + file)) {
            if (in == null) {
                throw new IOException("no resource " + file);
            }
            return in.readAllBytes();
        }
    }

    @Test
    void soManyConnectionsAndNoMore() throws Exception {
        int before = told("ws-connections");
        List<RawWebSocket> held = new ArrayList<>();
        try {
            Rig.until("one is turned away", () -> {
                held.add(connect());
                return told("ws-connections") > before;
            });
            assertThat(held.getLast().ends()).isTrue();
            assertThat(held.size()).as(PLACES).isBetween(MOST / 2, MOST + 5);
        } finally {
            for (RawWebSocket connection : held) {
                connection.close();
            }
        }
        Rig.until("there is room again", () -> {
            try (RawWebSocket next = connect()) {
                return next.ask(upgrade()).startsWith("HTTP/1.1 101 ");
            } catch (IOException e) {
                return false; // reset
            }
        });
    }

    @Test
    void whoIsBannedIsNotAnswered() throws Exception {
        InetAddress banned = InetAddress.ofLiteral("127.0.0.8");
        try (RawWebSocket before = new RawWebSocket(port, banned)) {
            assertThat(before.ask(upgrade())).startsWith("HTTP/1.1 101 ");
            site.rig().calls.guard().ban(banned, Duration.ofMinutes(1), System.nanoTime());
            before.frame(RawWebSocket.FIN | RawWebSocket.TEXT, options("ban"));
            assertThat(before.ends()).isTrue();
        }
        try (RawWebSocket after = new RawWebSocket(port, banned)) {
            assertThat(after.ends()).isTrue();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset"); // before it could say anything
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoSaysNothingIsClosed(boolean isUpgraded) throws Exception {
        int before = told("silent-connection");
        try (RawWebSocket connection = connect()) {
            if (isUpgraded) {
                connection.ask(upgrade());
                connection.frame(RawWebSocket.FIN | RawWebSocket.TEXT, "\r\n\r\n".getBytes(US_ASCII));
            }
            assertThat(connection.ends()).isTrue(); // in 10 s
        }
        Rig.until("counted", () -> told("silent-connection") == before + 1);
    }

    @Test
    void whoDoesNotReadIsClosed() throws Exception {
        int before = told("ws-slow");
        try (RawWebSocket connection = upgraded()) {
            // proved: not silent, however long it takes here until nothing more can be written
            connection.frame(RawWebSocket.FIN | RawWebSocket.TEXT, options("slow"));
            Rig.until("closed", Duration.ofSeconds(30), () -> {
                try {
                    for (int i = 0; i < 1000; i++) {
                        connection.frame(RawWebSocket.FIN | RawWebSocket.PING, new byte[125]);
                    }
                } catch (IOException e) {
                    return true;
                }
                return told("ws-slow") > before;
            });
        }
        Rig.until("counted", () -> told("ws-slow") == before + 1);
    }

    @Test
    void aThousandConnectsLeaveNothing() throws Exception {
        comeAndGo(20); // what is made once
        long files = openFiles();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        comeAndGo(CONNECTS);
        Rig.until("none is open", () -> site.rig().calls.webSockets("default") == 0);
        Rig.until("files closed, " + files + " before, now " + openFiles(), () -> openFiles() <= files + 5);
        assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThanOrEqualTo(threads + 5);
    }

    private void comeAndGo(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            try (RawWebSocket connection = connect()) {
                if (connection.ask(upgrade()).startsWith("HTTP/1.1 101 ") && i % 2 == 0) {
                    connection.frame(RawWebSocket.FIN | RawWebSocket.CLOSE, new byte[] {3, (byte) 0xE8});
                    assertThat(connection.next().closeStatus()).isEqualTo(1000);
                }
            }
        }
    }

    private static long openFiles() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    @Test
    void aMessageThatIsNoUtf8ComesAsBinary() throws Exception {
        try (RawWebSocket connection = upgraded()) {
            byte[] odd = new String(options("odd"), ISO_8859_1)
                    .replace("<sip:m@", "\"\u00fc\" <sip:m@")
                    .getBytes(ISO_8859_1);
            connection.frame(RawWebSocket.FIN | RawWebSocket.BINARY, odd);
            assertThat(connection.next().text()).startsWith("SIP/2.0 403 ");
        }
    }
}
