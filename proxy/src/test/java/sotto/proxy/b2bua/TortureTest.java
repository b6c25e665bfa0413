package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;

/**
 * The messages of RFC 4475 and RFC 5118, byte for byte, from a trunk to the real thing over UDP and TCP.
 *
 * <pre>
 *  column      means
 *  405         that final response, and nothing else
 *  closed      after it, the connection ends
 *  INVITE      100, the call rings at the agents; busy there is busy here
 *  405+400     two messages, two responses
 *  rest 400    that, once the rest of its body is there
 *  ignored     well-formed and nobody's: no reply, not counted
 *  dropped     malformed, and not to be answered: counted
 * </pre>
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TortureTest {
    private static final int CLERR_MISSING_BYTES = 9999 - 154;

    /** received, rport, a tag, Content-Length; Allow and the like of those that are well-formed. */
    private static final int MAX_ADDED_BYTES = 160;

    private final AtomicInteger markers = new AtomicInteger();
    private Side udp = Side.NONE;
    private Side tcp = Side.NONE;

    /** One proxy for each transport: the same message twice is one transaction. */
    private record Side(Rig rig, Torturer trunk, RawPeer agents) {
        @SuppressWarnings("NullAway") // before all
        static final Side NONE = new Side(null, null, null);

        static Side start() throws IOException {
            Rig.Ports ports = Rig.freePorts();
            Torturer trunk = new Torturer(ports.sip());
            RawPeer agents = new RawPeer(ports.sip());
            PeerSettings carrier = new PeerSettings(
                    "carrier",
                    trunk.address.getHostAddress(),
                    5060,
                    PeerSettings.Transport.UDP,
                    PeerSettings.Srtp.FORBID);
            Rig.Options udp = Rig.Options.udp(5060, agents.port());
            Rig rig = new Rig(
                    ports,
                    new Rig.Options(
                            Peering.of(carrier, udp.peering().agents().getFirst()),
                            Duration.ofSeconds(60),
                            100,
                            Optional.empty()),
                    Duration.ofMinutes(5));
            return new Side(rig, trunk, agents);
        }

        void close() {
            rig.close();
            trunk.close();
            agents.close();
        }
    }

    @BeforeAll
    void start() throws IOException {
        udp = Side.start();
        tcp = Side.start();
    }

    @AfterAll
    void stop() {
        try {
            udp.rig.untilEmpty();
            tcp.rig.untilEmpty();
        } finally {
            udp.close();
            tcp.close();
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        # section         | file                 | over UDP | over TCP   | why
        RFC4475 3.1.1.1   | rfc4475/wsinv.dat    | 481      | 481        | has a To tag, and there is no such dialog: §12.2.2
        RFC4475 3.1.1.2   | rfc4475/intmeth.dat  | 501      | 501        | a method that nobody knows: §21.5.2
        RFC4475 3.1.1.3   | rfc4475/esc01.dat    | INVITE   | INVITE     | valid
        RFC4475 3.1.1.4   | rfc4475/escnull.dat  | 405      | 405        | valid; no registrar: §8.2.1
        RFC4475 3.1.1.5   | rfc4475/esc02.dat    | 501      | 501        | RE%47IST%45R is not REGISTER: §21.5.2
        RFC4475 3.1.1.6   | rfc4475/lwsdisp.dat  | 200      | 200        | valid
        RFC4475 3.1.1.7   | rfc4475/longreq.dat  | INVITE   | INVITE     | valid
        RFC4475 3.1.1.8   | rfc4475/dblreq.dat   | 405      | 405+400    | a datagram has one message, a stream two; SDP of the 2nd: m =video
        RFC4475 3.1.1.9   | rfc4475/semiuri.dat  | 200      | 200        | valid
        RFC4475 3.1.1.10  | rfc4475/transports.dat | 200    | 200        | valid
        RFC4475 3.1.1.11  | rfc4475/mpart01.dat  | 405      | 405        | valid; no MESSAGE: §8.2.1
        RFC4475 3.1.1.12  | rfc4475/unreason.dat | ignored  | ignored    | valid, of no transaction of ours: §17.1.3, §18.1.2
        RFC4475 3.1.1.13  | rfc4475/noreason.dat | ignored  | ignored    | valid, of no transaction of ours
        RFC4475 3.1.2.1   | rfc4475/badinv01.dat | 400      | 400        |
        RFC4475 3.1.2.2   | rfc4475/clerr.dat    | 400      | rest 400   | over TCP what follows is its body, here SDP of too many lines
        RFC4475 3.1.2.3   | rfc4475/ncl.dat      | 400      | 400 closed |
        RFC4475 3.1.2.4   | rfc4475/scalar02.dat | 400      | 400        |
        RFC4475 3.1.2.5   | rfc4475/scalarlg.dat | dropped  | dropped    | discarded
        RFC4475 3.1.2.6   | rfc4475/quotbal.dat  | 400      | 400        |
        RFC4475 3.1.2.7   | rfc4475/ltgtruri.dat | 400      | 400        |
        RFC4475 3.1.2.8   | rfc4475/lwsruri.dat  | 400      | 400        |
        RFC4475 3.1.2.9   | rfc4475/lwsstart.dat | 400      | 400        |
        RFC4475 3.1.2.10  | rfc4475/trws.dat     | 400      | 400        |
        RFC4475 3.1.2.11  | rfc4475/escruri.dat  | 400      | 400        |
        RFC4475 3.1.2.12  | rfc4475/baddate.dat  | INVITE   | INVITE     | allowed: nothing here depends on Date
        RFC4475 3.1.2.13  | rfc4475/regbadct.dat | 400      | 400        |
        RFC4475 3.1.2.14  | rfc4475/badaspec.dat | 400      | 400        |
        RFC4475 3.1.2.15  | rfc4475/baddn.dat    | 400      | 400        |
        RFC4475 3.1.2.16  | rfc4475/badvers.dat  | 505      | 505        |
        RFC4475 3.1.2.17  | rfc4475/mismatch01.dat | 400    | 400        |
        RFC4475 3.1.2.18  | rfc4475/mismatch02.dat | 501    | 501        | 400 would do, 501 bears the future
        RFC4475 3.1.2.19  | rfc4475/bigcode.dat  | dropped  | dropped    | discarded
        RFC4475 3.2.1     | rfc4475/badbranch.dat | 400     | 400        | no transaction can be made of it
        RFC4475 3.3.1     | rfc4475/insuf.dat    | 400      | 400        |
        RFC4475 3.3.2     | rfc4475/unkscm.dat   | 416      | 416        |
        RFC4475 3.3.3     | rfc4475/novelsc.dat  | 416      | 416        |
        RFC4475 3.3.4     | rfc4475/unksm2.dat   | 405      | 405        | no registrar, which would say 400: §8.2.1
        RFC4475 3.3.5     | rfc4475/bext01.dat   | 420      | 420        |
        RFC4475 3.3.6     | rfc4475/invut.dat    | 415      | 415        |
        RFC4475 3.3.7     | rfc4475/regaut01.dat | 405      | 405        | no registrar: §8.2.1
        RFC4475 3.3.8     | rfc4475/multi01.dat  | 400      | 400        |
        RFC4475 3.3.9     | rfc4475/mcl01.dat    | 400      | 400 closed |
        RFC4475 3.3.10    | rfc4475/bcast.dat    | ignored  | ignored    | the topmost Via is not ours: §18.1.2
        RFC4475 3.3.11    | rfc4475/zeromf.dat   | 200      | 200        | answered here, not forwarded: an endpoint minds no 0
        RFC4475 3.3.12    | rfc4475/cparam01.dat | 405      | 405        | no registrar: §8.2.1
        RFC4475 3.3.13    | rfc4475/cparam02.dat | 405      | 405        | no registrar: §8.2.1
        RFC4475 3.3.14    | rfc4475/regescrt.dat | 405      | 405        | no registrar: §8.2.1
        RFC4475 3.3.15    | rfc4475/sdp01.dat    | 406      | 406        |
        RFC4475 3.4.1     | rfc4475/inv2543.dat  | INVITE   | 400 closed | a stream needs Content-Length: §18.3, §20.14
        RFC5118 4.1       | rfc5118/ipv6-good    | 405      | 405        | valid; no registrar: §8.2.1
        RFC5118 4.2       | rfc5118/ipv6-bad     | 400      | 400        |
        RFC5118 4.3       | rfc5118/port-ambiguous | 405    | 405        | valid, and no port; no registrar
        RFC5118 4.4       | rfc5118/port-unambiguous | 405  | 405        | valid; no registrar
        RFC5118 4.5       | rfc5118/via-received-param-with-delim | 481 | 481 | accepted; no such dialog: §12.2.2
        RFC5118 4.5       | rfc5118/via-received-param-no-delim | 200 | 200 | accepted
        RFC5118 4.6       | rfc5118/ipv6-in-sdp  | 488      | 488        | read; G.726 alone is no codec of ours: RFC 3264 §6
        RFC5118 4.7       | rfc5118/mult-ip-in-header | 481 | 481        | read; no such dialog: §12.2.2
        RFC5118 4.8       | rfc5118/mult-ip-in-sdp | INVITE | INVITE     | audio over IPv4 is taken, video over IPv6 is not
        RFC5118 4.9       | rfc5118/ipv4-mapped-ipv6 | 488  | 488        | read; G.726 alone is no codec of ours: RFC 3264 §6
        RFC5118 4.10      | rfc5118/ipv6-bug-abnf-3-colons | 200 | 200   | both are to be tolerated
        RFC5118 4.10      | rfc5118/ipv6-correct-abnf-2-colons | 200 | 200 | both are to be tolerated
        """)
    @SuppressWarnings("ParameterNumber") // the columns of the table
    void message(String section, String file, String overUdp, String overTcp, String why) throws Exception {
        byte[] octets = read(file);
        if (!new String(octets, 0, 6, ISO_8859_1).equals("INVITE")) {
            overUdp(octets, overUdp, udp);
            overTcp(octets, overTcp, tcp);
            return;
        }
        Side own = Side.start(); // many have one branch, and the transaction of an INVITE stays for a while
        Side another = Side.start();
        try {
            overUdp(octets, overUdp, own);
            overTcp(octets, overTcp, another);
            own.rig.untilEmpty();
            another.rig.untilEmpty();
        } finally {
            own.close();
            another.close();
        }
    }

    private void overUdp(byte[] octets, String expected, Side side) throws IOException {
        String marker = "marker" + markers.incrementAndGet();
        long invites = side.agents.count("INVITE ");
        int counted = side.rig.told.refused.size();
        int heard = side.trunk.heard().size();
        side.trunk.send(octets);
        if (expected.equals("INVITE")) {
            busy(side, invites);
        }
        if (Character.isDigit(expected.charAt(0)) || expected.equals("INVITE")) {
            Rig.until(
                    "final response",
                    () -> finals(side, octets, heard).findFirst().isPresent());
        }
        side.trunk.send(side.trunk.marker(marker, "UDP"));
        side.trunk.awaitMarker(marker);
        List<String> finals = finals(side, octets, heard).toList();
        for (String response : finals) {
            if (response.contains(" INVITE\r\n")) {
                side.trunk.send(RawPeer.ack(response));
            }
            assertThat(response.length()).as("no amplifier").isLessThanOrEqualTo(octets.length + MAX_ADDED_BYTES);
        }
        List<String> statuses =
                finals.stream().map(TortureTest::status).distinct().toList();
        judge(expected, statuses, side, counted);
    }

    private void overTcp(byte[] octets, String expected, Side side) throws IOException {
        long invites = side.agents.count("INVITE ");
        int counted = side.rig.told.refused.size();
        List<String> statuses = new ArrayList<>();
        try (Torturer.Stream stream = side.trunk.connect()) {
            stream.send(octets);
            if (expected.startsWith("rest ")) { // what is missing of its body, in lines of SDP
                stream.send("a=x\r\n".repeat(CLERR_MISSING_BYTES / 5).getBytes(ISO_8859_1));
            }
            if (expected.equals("INVITE")) {
                busy(side, invites);
            }
            int due = expected.contains("+") ? 2 : expected.matches("ignored|dropped") ? 0 : 1;
            while (statuses.size() < due) {
                String response = stream.next();
                assertThat(response).as("a response, not the end").startsWith("SIP/2.0 ");
                if (!status(response).startsWith("1")) {
                    statuses.add(status(response));
                }
                if (response.contains(" INVITE\r\n")
                        && !expected.contains("closed")
                        && !status(response).startsWith("1")) {
                    stream.send(RawPeer.ack(response));
                }
            }
            if (expected.contains("closed")) {
                assertThat(stream.next()).as("the end").isEmpty();
            } else {
                String marker = "marker" + markers.incrementAndGet();
                stream.send(side.trunk.marker(marker, "TCP"));
                assertThat(stream.next())
                        .as("in step")
                        .startsWith("SIP/2.0 200")
                        .contains("Call-ID: " + marker);
            }
        }
        judge(expected.replace(" closed", "").replace("rest ", ""), statuses, side, counted);
    }

    private static void judge(String expected, List<String> statuses, Side side, int counted) {
        List<String> all = List.copyOf(side.rig.told.refused);
        List<String> told = all.subList(counted, all.size());
        switch (expected) {
            case "ignored" -> {
                assertThat(statuses).isEmpty();
                assertThat(told).noneMatch(cause -> cause.startsWith("malformed"));
            }
            case "dropped" -> {
                assertThat(statuses).isEmpty();
                assertThat(told).containsExactly("malformed 0");
            }
            case "INVITE" -> assertThat(statuses).containsExactly("486");
            default -> assertThat(statuses).containsExactly(expected.split("\\+"));
        }
    }

    @Test
    void aStrangerIsToldNothingOfWhatIsMalformed() throws IOException {
        int counted = udp.rig.told.refused.size();
        try (Torturer stranger = new Torturer(udp.rig.ports.sip())) {
            for (String file : List.of("quotbal", "ncl", "badvers", "insuf", "mismatch02", "multi01")) {
                stranger.send(read("rfc4475/" + file + ".dat"));
            }
            stranger.send(stranger.marker("stranger", "UDP"));
            stranger.awaitMarker("stranger");
            assertThat(stranger.heard()).singleElement().asString().startsWith("SIP/2.0 403 ");
        }
        assertThat(List.copyOf(udp.rig.told.refused).subList(counted, counted + 6))
                .containsOnly("malformed 0");
    }

    private static void busy(Side side, long before) {
        String invite = side.agents.await("INVITE ", (int) before + 1);
        side.agents.reply(invite, "486 Busy Here", "callee", "");
    }

    private static Stream<String> finals(Side side, byte[] request, int from) {
        String callId = callId(request);
        List<String> heard = side.trunk.heard();
        return heard.subList(from, heard.size()).stream()
                .filter(m -> m.matches("(?s)SIP/2\\.0 [2-6].*"))
                .filter(m -> callId(m.getBytes(ISO_8859_1)).equals(callId));
    }

    private static String callId(byte[] message) {
        Matcher matcher =
                Pattern.compile("(?im)^(?:call-id|i)\\s*:\\s*(\\S+)").matcher(new String(message, ISO_8859_1));
        return matcher.find() ? matcher.group(1) : "unreadable@anonymous.invalid";
    }

    private static String status(String response) {
        return response.substring(8, 11);
    }

    private static byte[] read(String file) throws IOException {
        try (InputStream in = TortureTest.class.getResourceAsStream("/" + file)) {
            if (in == null) {
                throw new IOException("no resource " + file);
            }
            return in.readAllBytes();
        }
    }
}
