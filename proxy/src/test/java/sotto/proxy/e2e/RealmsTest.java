package sotto.proxy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real program in three networks, SIPp on each side; two of them have the same ports.
 *
 * <pre>
 *  realm     ours        peers                             SIP      RTP
 *  outside   127.0.0.2   carrier at 127.0.0.3              +2       +100 to +139
 *  inside    ::1         pbx at ::1                        +2       +100 to +139
 *  dmz       127.0.0.9   branch at 127.0.0.4               +3       +140 to +159
 *                        office at 127.0.0.6, registered
 * </pre>
 *
 * <p>No message on one side may have an address of another one in it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RealmsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String OUTSIDE = "127.0.0.2";
    private static final String CARRIER = "127.0.0.3";
    private static final String BRANCH = "127.0.0.4";
    private static final String OFFICE = "127.0.0.6";
    private static final String DMZ = "127.0.0.9";
    private static final String INSIDE = "::1";
    private static final List<String> OF_INSIDE = List.of("::1", "0:0:0:0:0:0:0:1", "IP6");
    private static final List<String> OF_OUTSIDE = List.of("127.0.0.2", "127.0.0.3", "IP4");
    private static final List<String> OF_DMZ = List.of("127.0.0.9", "127.0.0.4");

    @TempDir
    static Path directory;

    private final int ports = FreePorts.run(200);
    private SottoProcess sotto;
    private DatagramSocket office; // from the start on: what is sent there waits

    @BeforeAll
    void start() throws Exception {
        Peers.require("sipp", "sip-tester");
        Path own = Files.createDirectory(directory.resolve("sotto"));
        Path password = Files.writeString(own.resolve("password"), "sesame\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        office = new DatagramSocket(new InetSocketAddress(OFFICE, ports + 40));
        office.setSoTimeout(10_000);
        sotto = SottoProcess.run(own, ports, configuration(own, password));
    }

    @AfterAll
    void stop() {
        sotto.close();
        office.close();
    }

    private String configuration(Path own, Path password) {
        return """
                realms:
                  outside: {bind: 127.0.0.2, udp-port: %1$d, tcp-port: %1$d, media: {ports: {first: %2$d, last: %3$d}}}
                  inside: {bind: "::1", udp-port: %1$d, tcp-port: %1$d, media: {ports: {first: %2$d, last: %3$d}}}
                  dmz: {bind: 127.0.0.9, udp-port: %4$d, tcp-port: %4$d, media: {ports: {first: %5$d, last: %6$d}}}
                trunk: {address: "127.0.0.3:%7$d", realm: outside, trust-identity: true}
                agent-peers:
                  branch: {address: "127.0.0.4:%8$d", realm: dmz, srtp: forbid, phones: {sources: 127.0.0.0/8}}
                  office:
                    address: "127.0.0.6:%8$d"
                    realm: dmz
                    srtp: forbid
                    options-every: 1s
                    user: bob
                    password-file: %9$s
                    register: {expires: 60s}
                  pbx: {address: "[::1]:%10$d", realm: inside, srtp: forbid, trust-identity: true}
                routes:
                  two: {from: trunk, prefix: "200", to: "branch, pbx"}
                  in: {from: trunk, to: pbx}
                gateway: {kind: connector, url: "http://127.0.0.1:9/pay"}
                sip: {max-calls: 10, guard: {enabled: false}}
                http: {port: %11$d}
                state: {directory: %12$s}
                """
                .formatted(
                        ports + 2,
                        ports + 100,
                        ports + 139,
                        ports + 3,
                        ports + 140,
                        ports + 159,
                        carrierPort(),
                        ports + 40,
                        password,
                        pbxPort(),
                        ports,
                        own.resolve("state"));
    }

    private int carrierPort() {
        return ports + 10;
    }

    private int pbxPort() {
        return ports + 20;
    }

    private Sipp sipp(String name, Scenario scenario, String at, int port, List<String> more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-i", at, "-p", Integer.toString(port), "-mi", at));
        arguments.addAll(List.of("-mp", Integer.toString(port + 4), "-m", "1", "-timeout", "40s", "-trace_msg"));
        arguments.addAll(List.of("-message_file", messages(name).toString()));
        arguments.addAll(more);
        return Sipp.start(directory, name, scenario.xml(name), arguments);
    }

    private static Path messages(String name) {
        return directory.resolve(name + ".messages");
    }

    /** No address of the other networks stood in anything that a side sent or got; some message did come. */
    private static void hasNothingOf(String name, List<String> addresses) throws IOException {
        String all = Files.readString(messages(name), StandardCharsets.ISO_8859_1);
        assertThat(all).contains("INVITE sip:");
        for (String address : addresses) {
            assertThat(all).as(name + " sees " + address).doesNotContain(address);
        }
    }

    @Test
    void aCallFromOutsideGoesInside() throws Exception {
        Instant before = Instant.now();
        Scenario called = Scenario.start()
                .expect("INVITE")
                .has("Via", "\\[::1\\]")
                .has("Contact", "\\[::1\\]")
                .has("P-Asserted-Identity", "<sip:[+]49301@\\[::1\\]>")
                .says("c=IN IP6 ")
                .respond(180, "Ringing")
                .answer("sendrecv")
                .expect("ACK")
                .expect("BYE")
                .respond(200, "OK");
        Scenario caller = Scenario.start()
                .with("P-Asserted-Identity: <sip:+49301@127.0.0.3>")
                .invite()
                .mayGet(100, 180)
                .expect(200)
                .has("Contact", "127[.]0[.]0[.]2")
                .says("c=IN IP4 127[.]0[.]0[.]2")
                .ack()
                .play("g711a")
                .pause(1500)
                .bye()
                .expect(200);
        try (Sipp pbx = sipp("in-pbx", called, INSIDE, pbxPort(), List.of("-rtp_echo"));
                Sipp carrier = sipp(
                        "in-carrier",
                        caller,
                        CARRIER,
                        carrierPort(),
                        List.of("-s", "100", OUTSIDE + ":" + (ports + 2)))) {
            carrier.succeeds();
            pbx.succeeds();
        }
        hasNothingOf("in-carrier", OF_INSIDE);
        hasNothingOf("in-pbx", OF_OUTSIDE);
        heardBothWays(before);
    }

    @Test
    void aCallFromInsideGoesOutside() throws Exception {
        Instant before = Instant.now();
        Scenario called = Scenario.start()
                .expect("INVITE")
                .has("Via", "127[.]0[.]0[.]2")
                .has("Contact", "127[.]0[.]0[.]2")
                .says("c=IN IP4 127[.]0[.]0[.]2")
                .answer("sendrecv")
                .expect("ACK")
                .play("g711a")
                .pause(1500)
                .bye()
                .expect(200);
        Scenario caller = Scenario.start()
                .invite()
                .mayGet(100)
                .expect(200)
                .has("Contact", "\\[::1\\]")
                .says("c=IN IP6 ")
                .ack()
                .expect("BYE")
                .respond(200, "OK");
        try (Sipp carrier = sipp("out-carrier", called, CARRIER, carrierPort(), List.of());
                Sipp pbx = sipp(
                        "out-pbx",
                        caller,
                        INSIDE,
                        pbxPort(),
                        List.of("-rtp_echo", "-s", "100", "[::1]:" + (ports + 2)))) {
            pbx.succeeds();
            carrier.succeeds();
        }
        hasNothingOf("out-carrier", OF_INSIDE);
        hasNothingOf("out-pbx", OF_OUTSIDE);
        heardBothWays(before);
    }

    /** The first peer of the route is in a third network; its leg's ports go back, and the call has those of the second. */
    @Test
    void aCallGoesOnToAPeerOfAnotherRealm() throws Exception {
        Instant before = Instant.now();
        Scenario refuses = Scenario.start()
                .expect("INVITE")
                .has("Via", "127[.]0[.]0[.]9")
                .says("c=IN IP4 127[.]0[.]0[.]9")
                .respond(503, "Service Unavailable")
                .expect("ACK");
        Scenario called = Scenario.start()
                .expect("INVITE")
                .says("c=IN IP6 ")
                .answer("sendrecv")
                .expect("ACK")
                .expect("BYE")
                .respond(200, "OK");
        Scenario caller = Scenario.start()
                .invite()
                .mayGet(100)
                .expect(200)
                .ack()
                .play("g711a")
                .pause(1500)
                .bye()
                .expect(200);
        try (Sipp branch = sipp("on-branch", refuses, BRANCH, ports + 40, List.of());
                Sipp pbx = sipp("on-pbx", called, INSIDE, pbxPort(), List.of("-rtp_echo"));
                Sipp carrier = sipp(
                        "on-carrier",
                        caller,
                        CARRIER,
                        carrierPort(),
                        List.of("-s", "200", OUTSIDE + ":" + (ports + 2)))) {
            carrier.succeeds();
            pbx.succeeds();
            branch.succeeds();
        }
        hasNothingOf("on-carrier", OF_INSIDE);
        hasNothingOf("on-carrier", OF_DMZ);
        hasNothingOf("on-pbx", OF_DMZ);
        heardBothWays(before);
    }

    /** The record of the last call has audio from the carrier, and what came back; no port is left. */
    private void heardBothWays(Instant since) throws Exception {
        Wait.until(
                "a record of this call, and no port in use",
                SOON,
                () -> Instant.parse(records().at("/0/startedAt").asText(Instant.MIN.toString()))
                                .isAfter(since)
                        && sotto.metric("sotto_media_port_pairs_in_use") == 0);
        JsonNode trunk = records().at("/0/legs/0");
        assertThat(trunk.path("received").asInt()).as(records().toString()).isGreaterThanOrEqualTo(30);
        assertThat(trunk.path("sent").asInt()).as(records().toString()).isGreaterThanOrEqualTo(30);
        assertThat(sotto.metric("sotto_realm_port_pairs{realm=\"dmz\",}")).isEqualTo(10);
    }

    private JsonNode records() throws IOException, InterruptedException {
        return sotto.json("/v1/cdrs?trunk=trunk").path("cdrs");
    }

    /** Questions whether it is there, and our registration, leave by the realm's socket and name no other address. */
    @Test
    void whatWeAskByOurselvesLeavesByThePeersRealm() throws Exception {
        for (String method : List.of("REGISTER", "OPTIONS")) {
            DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
            String message = "";
            while (!message.startsWith(method)) {
                office.receive(packet);
                message = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
            }
            assertThat(message).contains("Via: SIP/2.0/UDP " + DMZ + ":" + (ports + 3));
            assertThat(packet.getSocketAddress()).isEqualTo(new InetSocketAddress(DMZ, ports + 3));
            for (String other : List.of(OUTSIDE, CARRIER, "::1", "0:0:0:0:0:0:0:1")) {
                assertThat(message).doesNotContain(other);
            }
        }
    }

    /** A peer of one realm that comes by another is nobody; nor may it touch a call there, whatever it knows of it. */
    @Test
    void whatComesByAnotherRealmIsRefused() throws Exception {
        double before = sotto.metric("sotto_refused_total{cause=\"wrong-realm\",}");
        try (DatagramSocket branch = new DatagramSocket(new InetSocketAddress(BRANCH, 0))) {
            for (String method : List.of("INVITE", "OPTIONS", "MESSAGE")) {
                assertThat(answer(branch, method, "")).startsWith("SIP/2.0 403 ");
            }
        }
        Wait.until(
                "all are counted",
                SOON,
                () -> sotto.metric("sotto_refused_total{cause=\"wrong-realm\",}") - before == 3);
        try (DatagramSocket stranger = new DatagramSocket(new InetSocketAddress("127.0.0.5", 0))) {
            assertThat(answer(stranger, "INVITE", "")).startsWith("SIP/2.0 403 ");
            assertThat(answer(stranger, "REGISTER", ""))
                    .startsWith("SIP/2.0 403 "); // phones are in the realm of their PBX
        }
        assertThat(sotto.metric("sotto_refused_total{cause=\"wrong-realm\",}") - before)
                .isEqualTo(3);
    }

    private String answer(DatagramSocket from, String method, String toTag) throws IOException {
        String at = from.getLocalAddress().getHostAddress() + ":" + from.getLocalPort();
        String id = UUID.randomUUID().toString();
        byte[] request =
                """
                %1$s sip:100@127.0.0.2 SIP/2.0
                Via: SIP/2.0/UDP %2$s;branch=z9hG4bK%3$s
                From: <sip:x@%2$s>;tag=raw
                To: <sip:100@127.0.0.2>%4$s
                Call-ID: %3$s
                CSeq: 1 %1$s
                Contact: <sip:x@%2$s>
                Max-Forwards: 70
                Content-Length: 0

                """
                        .formatted(method, at, id, toTag)
                        .replace("\n", "\r\n")
                        .getBytes(StandardCharsets.UTF_8);
        InetAddress outside = InetAddress.ofLiteral(OUTSIDE);
        from.send(new DatagramPacket(request, request.length, outside, ports + 2));
        from.setSoTimeout(20_000);
        DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
        from.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    /** The carrier hangs up by the wrong door: the call's tags are right, the realm is not; the call goes on. */
    @Test
    void aRequestInADialogCountsInItsRealmOnly() throws Exception {
        Scenario called = Scenario.start()
                .expect("INVITE")
                .answer("sendrecv")
                .expect("ACK")
                .expect("BYE")
                .respond(200, "OK");
        Scenario caller = Scenario.start()
                .invite()
                .mayGet(100)
                .expect(200)
                .ack()
                .pause(3000)
                .bye()
                .expect(200);
        try (Sipp pbx = sipp("door-pbx", called, INSIDE, pbxPort(), List.of());
                Sipp carrier = sipp(
                        "door-carrier",
                        caller,
                        CARRIER,
                        carrierPort(),
                        List.of("-s", "100", OUTSIDE + ":" + (ports + 2)))) {
            Wait.until(
                    "the call is up",
                    SOON,
                    () -> Files.exists(messages("door-pbx"))
                            && Files.readString(messages("door-pbx"), StandardCharsets.ISO_8859_1)
                                    .contains("ACK sip:"));
            String seen = Files.readString(messages("door-pbx"), StandardCharsets.ISO_8859_1);
            String ourTag = RawSip.header(seen, "From").replaceAll("(?s).*;tag=([^;\\s]+).*", "$1");
            double before = sotto.metric("sotto_refused_total{cause=\"wrong-realm\",}");
            try (DatagramSocket anybody = new DatagramSocket(new InetSocketAddress(CARRIER, 0))) {
                assertThat(answer(anybody, "BYE", ";tag=" + ourTag)).startsWith("SIP/2.0 403 ");
            }
            Wait.until(
                    "it is counted",
                    SOON,
                    () -> sotto.metric("sotto_refused_total{cause=\"wrong-realm\",}") - before == 1);
            carrier.succeeds();
            pbx.succeeds();
        }
    }
}
