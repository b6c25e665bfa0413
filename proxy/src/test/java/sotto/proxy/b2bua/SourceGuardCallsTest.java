package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import sotto.proxy.guard.AddressRange;
import sotto.proxy.guard.BanView;
import sotto.proxy.guard.Cause;
import sotto.proxy.guard.GuardSettings;
import sotto.proxy.guard.SourceGuard;

/** Floods and scanners over real sockets, from addresses of their own; the trunk at 127.0.0.1 calls on. */
@Execution(ExecutionMode.CONCURRENT)
final class SourceGuardCallsTest {
    private static final int FLOOD = 3000;
    private static final int BURST = 20;
    private static final String SCANNER = "User-Agent: friendly-scanner\r\n";
    private static final GuardSettings SETTINGS = new GuardSettings(
            true,
            5,
            BURST,
            200,
            10,
            Duration.ofMinutes(10),
            GuardSettings.KNOWN_SCANNERS,
            range("127.0.0.40"),
            range("127.0.1.0/24"));

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private final Rig rig =
            new Rig(ports, Rig.Options.udp(trunk.port(), agents.port()), Duration.ofMinutes(5), List.of(), SETTINGS);

    private final AtomicInteger asked = new AtomicInteger();

    SourceGuardCallsTest() throws IOException {}

    private static List<AddressRange> range(String text) {
        return List.of(AddressRange.parse(text).orElseThrow());
    }

    @AfterEach
    void stop() {
        rig.close();
        List.of(trunk, agents).forEach(RawPeer::close);
    }

    private SourceGuard guard() {
        return rig.calls.guard();
    }

    private List<BanView> bans() {
        return guard().bans(System.nanoTime());
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    /** Somebody at an address of the loopback network that is no peer's. */
    private final class Stranger implements AutoCloseable {
        private final DatagramSocket socket;

        Stranger(String address) throws IOException {
            socket = new DatagramSocket(new InetSocketAddress(address(address), 0));
            socket.setSoTimeout(20_000);
        }

        void options(String name, String more) throws IOException {
            byte[] octets = trunk.request("OPTIONS", "sip:127.0.0.1", name, "<sip:127.0.0.1>", 1, more, "")
                    .replaceFirst("127\\.0\\.0\\.1:\\d+;", "127.0.0.1;rport;")
                    .getBytes(UTF_8);
            socket.send(new DatagramPacket(octets, octets.length, address("127.0.0.1"), ports.sip()));
        }

        /** The next answer; empty where none comes for so long. */
        String answer(int atMostMs) throws IOException {
            DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
            socket.setSoTimeout(atMostMs);
            try {
                socket.receive(packet);
            } catch (SocketTimeoutException e) {
                return "";
            }
            return new String(packet.getData(), 0, packet.getLength(), UTF_8);
        }

        /** What is there, once somebody after it was answered: datagrams are taken in order. */
        String answerSoFar() throws IOException {
            String name = "sofar" + asked.incrementAndGet();
            trunk.send(trunk.request("OPTIONS", "sip:127.0.0.1", name, "<sip:127.0.0.1>", 1, "", ""));
            trunk.awaitWith("SIP/2.0 200", "Call-ID: " + name + "\r\n");
            return answer(1);
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private void call(String name) {
        trunk.send(trunk.invite(name, "", trunk.sdp("sendrecv")));
        int nth = (int) agents.count("INVITE ") + 1;
        agents.reply(agents.await("INVITE ", nth), "200 OK", "c" + name, agents.sdp("sendrecv"));
        String ok = trunk.awaitWith("SIP/2.0 200", "CSeq: 1 INVITE");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        trunk.send(trunk.within(ok, "BYE", 2, ""));
        trunk.awaitWith("SIP/2.0 200", "CSeq: 2 BYE");
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void aFloodIsBannedAndTheTrunkCallsOn() throws IOException {
        try (Stranger flood = new Stranger("127.0.0.66")) {
            for (int i = 0; i < FLOOD; i++) {
                flood.options("f" + i, "");
                if (i == FLOOD / 2) {
                    call("amid");
                }
            }
            Rig.until("all were seen", () -> rig.told.refused.size() + guard().dropped(Cause.FLOOD) >= FLOOD);
            assertThat(bans()).singleElement().satisfies(ban -> {
                assertThat(ban.source()).isEqualTo("127.0.0.66");
                assertThat(ban.cause()).isEqualTo(Cause.FLOOD);
                assertThat(ban.dropped()).isGreaterThan(FLOOD - BURST - 100);
            });
            assertThat(rig.told.refused).containsOnly("stranger 403").hasSizeLessThan(BURST + 100);
            while (!flood.answer(50).isEmpty()) {
                // what was answered before the ban
            }
            flood.options("after", "");
            assertThat(flood.answerSoFar()).isEmpty();
            assertThat(guard().lift(address("127.0.0.66"), System.nanoTime())).isTrue();
            flood.options("lifted", "");
            assertThat(flood.answer(20_000)).startsWith("SIP/2.0 403").contains("Call-ID: lifted");
        }
    }

    /** Datagrams with the trunk's address, which anybody may forge, from another port of it. */
    @Test
    void aFloodWithTheTrunksAddressBansNobody() throws IOException {
        try (Stranger forger = new Stranger("127.0.0.1")) {
            for (int i = 0; i < 10 * BURST; i++) {
                forger.options("t" + i, i % 2 == 0 ? SCANNER : "");
            }
            call("forged");
            assertThat(bans()).isEmpty();
        }
    }

    @Test
    void aScannerGetsNoAnswerAndIsBanned() throws IOException {
        try (Stranger scanner = new Stranger("127.0.0.67")) {
            scanner.options("s1", SCANNER);
            assertThat(scanner.answerSoFar()).isEmpty();
            scanner.options("s2", "");
            assertThat(scanner.answerSoFar()).as("nor to what looks decent").isEmpty();
            assertThat(bans()).singleElement().satisfies(ban -> {
                assertThat(ban.cause()).isEqualTo(Cause.SCANNER);
                assertThat(ban.dropped()).isEqualTo(2);
            });
            assertThat(rig.told.refused).isEmpty();
        }
        trunk.send(trunk.request("OPTIONS", "sip:127.0.0.1", "s3", "<sip:127.0.0.1>", 1, SCANNER, ""));
        trunk.awaitWith("SIP/2.0 200", "Call-ID: s3\r\n");
    }

    @Test
    void strangersTogetherHaveARateAndPeersDoNotShareIt() throws IOException {
        for (int i = 1; i <= 250; i++) {
            try (Stranger one = new Stranger("127.0.2." + i)) {
                one.options("o" + i + "a", "");
                one.options("o" + i + "b", "");
            }
        }
        Rig.until("all were seen", () -> rig.told.refused.size() + guard().dropped(Cause.STRANGER_LIMIT) == 500);
        assertThat(guard().dropped(Cause.STRANGER_LIMIT)).isPositive();
        assertThat(bans()).isEmpty();
        call("crowd");
    }

    @Test
    void listsHold() throws IOException {
        try (Stranger denied = new Stranger("127.0.1.9");
                Stranger allowed = new Stranger("127.0.0.40")) {
            denied.options("d1", "");
            assertThat(denied.answerSoFar()).isEmpty();
            assertThat(guard().dropped(Cause.DENIED)).isEqualTo(1);
            for (int i = 0; i < 3 * BURST; i++) {
                allowed.options("w" + i, SCANNER);
                assertThat(allowed.answer(20_000)).as("no peer").startsWith("SIP/2.0 403");
            }
        }
    }

    @Test
    void connectionsAndTheirMessagesCountLikeDatagrams() throws IOException {
        int opened = 0;
        for (boolean isOpen = true; isOpen && opened < 10 * BURST; opened++) {
            try (Socket socket = connect("127.0.0.68")) {
                isOpen = answers(socket, "");
            }
        }
        assertThat(opened).as("one for the connection, one for its message").isBetween(BURST / 2, BURST);
        assertThat(bans()).singleElement().satisfies(ban -> {
            assertThat(ban.source()).isEqualTo("127.0.0.68");
            assertThat(ban.cause()).isEqualTo(Cause.FLOOD);
        });
        try (Socket scanner = connect("127.0.0.69");
                Socket another = connect("127.0.0.69");
                Socket peer = connect("127.0.0.1")) {
            assertThat(answers(another, "")).isTrue();
            assertThat(answers(scanner, SCANNER)).isFalse();
            assertThat(answers(another, ""))
                    .as("what it had open is closed too")
                    .isFalse();
            assertThat(answers(peer, SCANNER)).isTrue();
        }
    }

    private Socket connect(String from) throws IOException {
        Socket socket = new Socket(address("127.0.0.1"), ports.sip(), address(from), 0);
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** False where the connection ends instead. */
    private boolean answers(Socket socket, String more) throws IOException {
        String name =
                "tcp" + asked.incrementAndGet(); // a branch each: the stack tells transactions apart by that alone
        String options = trunk.request("OPTIONS", "sip:127.0.0.1", name, "<sip:127.0.0.1>", 1, more, "");
        try {
            String own = socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort(); // a connection each
            socket.getOutputStream()
                    .write(options.replaceFirst("UDP 127\\.0\\.0\\.1:\\d+", "TCP " + own)
                            .getBytes(UTF_8));
            return !RawPeer.read(socket.getInputStream()).isEmpty();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("neither answered nor closed; " + rig.told.refused + bans(), e);
        } catch (IOException e) {
            return false; // reset
        }
    }

    @Test
    void whoTalksToUsInACallHasProvedItself() throws IOException {
        trunk.send(trunk.invite("p1", "", trunk.sdp("sendrecv")));
        agents.reply(agents.await("INVITE "), "200 OK", "callee", agents.sdp("sendrecv"));
        String ok = trunk.await("SIP/2.0 200");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        try (Stranger proxy = new Stranger("127.0.0.70")) { // of the trunk, and not in its name
            byte[] bye = trunk.within(ok, "BYE", 2, "").getBytes(UTF_8);
            proxy.socket.send(new DatagramPacket(bye, bye.length, address("127.0.0.1"), ports.sip()));
            agents.reply(agents.await("BYE "), "200 OK", "", "");
            rig.untilEmpty();
            for (int i = 0; i < 5 * BURST; i++) {
                proxy.options("x" + i, "");
                assertThat(proxy.answer(20_000)).startsWith("SIP/2.0 ");
            }
        }
        assertThat(bans()).isEmpty();
    }
}
