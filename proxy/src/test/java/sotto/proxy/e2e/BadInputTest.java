package sotto.proxy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What others send that is wrong, while one good call is up: each gets its answer and its counter, and after each the
 * good call still carries its audio.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class BadInputTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int PACKET_BYTES = 12 + 160;
    private static final String KEY_LINE =
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\n";
    private static final String SDP =
            """
            v=0
            o=- 1 1 IN IP4 127.0.0.1
            s=-
            c=IN IP4 127.0.0.1
            t=0 0
            m=audio %d %s %s
            a=rtpmap:0 PCMU/8000
            %s""";

    @TempDir
    static Path directory;

    private Program program;
    private RawSip caller;
    private RawSip agent;
    private DatagramSocket callerAudio;
    private DatagramSocket agentAudio;
    private InetSocketAddress towardsAgent;
    private InetSocketAddress towardsCaller;
    private String goodCall = "";
    private int sequence = 100;

    @BeforeAll
    void aGoodCall() throws Exception {
        program = Program.start(directory, "either");
        caller = new RawSip("127.0.0.1", program.trunkPort(), program.sipPort());
        agent = new RawSip("127.0.0.1", program.agentPort(), program.sipPort());
        callerAudio = socket();
        agentAudio = socket();
        String callId = caller.invite(SDP.formatted(callerAudio.getLocalPort(), "RTP/AVP", "0", ""));
        String invite = agent.nextInvite();
        agent.respond(
                invite,
                "200 OK",
                SDP.formatted(
                        agentAudio.getLocalPort(),
                        "RTP/SAVP",
                        "0",
                        KEY_LINE.replace("crypto:1", "crypto:" + tagOf(invite))));
        String ok = caller.finalOf(callId);
        assertThat(ok).startsWith("SIP/2.0 200 ");
        caller.ack(ok);
        towardsAgent = audioOf(ok);
        towardsCaller = audioOf(invite);
        goodCall = program.sotto().json("/v1/calls").at("/0/id").asText();
        assertThat(goodCall).isNotEmpty();
        theGoodCallIsUnharmed(); // and its sources are known
    }

    /** The tag under which the program offered this suite. */
    private static String tagOf(String invite) {
        return invite.lines()
                .filter(line -> line.startsWith("a=crypto:") && line.contains(" AES_CM_128_HMAC_SHA1_80 "))
                .map(line -> line.substring("a=crypto:".length(), line.indexOf(' ')))
                .findFirst()
                .orElseThrow();
    }

    @AfterAll
    void stop() {
        program.close();
        caller.close();
        agent.close();
        callerAudio.close();
        agentAudio.close();
    }

    /** The caller's packets come out at the agent's side, encrypted. */
    @AfterEach
    void theGoodCallIsUnharmed() throws Exception {
        drain(agentAudio);
        int heard = 0;
        long endNs = System.nanoTime() + SOON.toNanos();
        while (heard < 10 && System.nanoTime() < endNs) { // just after secure-pay its hold-back takes some first
            send(callerAudio, rtp(sequence++, 0x1234), towardsAgent);
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            agentAudio.setSoTimeout(20);
            try {
                agentAudio.receive(packet);
            } catch (SocketTimeoutException e) {
                continue; // withheld: another follows
            }
            if ((packet.getData()[1] & 0x7F) == 0) { // not RTCP
                heard++;
                assertThat(packet.getLength())
                        .as("SRTP: a longer packet by its tag")
                        .isGreaterThan(PACKET_BYTES);
            }
        }
        assertThat(heard).as("packets that reached the agent").isEqualTo(10);
        assertThat(program.sotto().json("/v1/calls/" + goodCall).path("state").asText())
                .isEqualTo("ANSWERED");
    }

    @ParameterizedTest
    @Order(1)
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        # m= line and more                        | status | counted as
        m=audio 40000 RTP/AVP 18                  | 488    | unknown-codec
        m=video 40000 RTP/AVP 96                  | 488    | no-audio
        m=audio 0 RTP/AVP 0                       | 488    | no-audio
        m=audio 40000 RTP/SAVP 0                  | 488    | srtp-forbidden
        m=audio 99999 RTP/AVP 0                   | 400    | malformed-sdp
        m=audio                                   | 400    | malformed-sdp
        """)
    void anOfferThatCannotBe(String line, int status, String cause) throws Exception {
        refused("v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\n" + line + "\n", status, cause);
    }

    /** Of an agent's browser: nothing of it falls back to plain RTP. */
    @ParameterizedTest
    @Order(1)
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        # profile          | attributes                                               | status | counted as
        RTP/AVP            | RIGHT                                                    | 488    | srtp-required
        UDP/TLS/RTP/SAVPF  | a=x                                                      | 488    | dtls-refused
        UDP/TLS/RTP/SAVPF  | RIGHT;a=ice-lite                                         | 488    | dtls-refused
        UDP/TLS/RTP/SAVPF  | a=rtcp-mux;a=fingerprint:sha-1 AB;a=setup:actpass;ICE    | 488    | dtls-refused
        UDP/TLS/RTP/SAVPF  | a=rtcp-mux;a=fingerprint:sha-256 AB;a=setup:actpass;ICE  | 488    | dtls-refused
        UDP/TLS/RTP/SAVPF  | a=rtcp-mux;a=fingerprint:sha-256 zz;a=setup:actpass;ICE  | 400    | malformed-sdp
        UDP/TLS/RTP/SAVPF  | a=rtcp-mux;PRINT;a=setup:holdconn;ICE                    | 488    | dtls-refused
        UDP/TLS/RTP/SAVPF  | a=rtcp-mux-only;PRINT;a=setup:actpass;ICE                | 488    | dtls-refused
        UDP/TLS/RTP/SAVPF  | a=rtcp-mux;PRINT;a=setup:actpass;a=ice-ufrag:abcd        | 488    | dtls-refused
        UDP/TLS/RTP/SAVPF  | a=rtcp-mux;PRINT;a=setup:actpass;a=ice-ufrag:abcd;a=ice-pwd:short | 400 | malformed-sdp
        UDP/TLS/RTP/SAVPF  | RIGHT;a=candidate:1 1 UDP 1 192.0.2.1                    | 400    | malformed-sdp
        """)
    void aBrowserOfferThatCannotBe(String profile, String attributes, int status, String cause) throws Exception {
        String print = "a=fingerprint:sha-256 AB" + ":AB".repeat(31);
        String session = attributes.contains("a=ice-lite") ? "a=ice-lite\n" : "";
        String lines = attributes
                .replace(";a=ice-lite", "")
                .replace("RIGHT", "a=rtcp-mux;PRINT;a=setup:actpass;ICE")
                .replace("ICE", "a=ice-ufrag:abcd;a=ice-pwd:0123456789012345678901")
                .replace("PRINT", print)
                .replace(';', '\n');
        double before = refusals(cause);
        String sdp = "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\n" + session + "m=audio 9 "
                + profile + " 0\n" + lines + "\n";
        assertThat(agent.finalOf(agent.invite(sdp))).startsWith("SIP/2.0 " + status + " ");
        Wait.until("counted as " + cause, SOON, () -> refusals(cause) == before + 1);
    }

    private void refused(String sdp, int status, String cause) throws Exception {
        double before = refusals(cause);
        String response = caller.finalOf(caller.invite(sdp));
        assertThat(response).startsWith("SIP/2.0 " + status + " ");
        Wait.until("counted as " + cause, SOON, () -> refusals(cause) == before + 1);
    }

    @Test
    @Order(1)
    void anAnswerInClearWhereKeysAreAsked() throws Exception {
        double before = refusals("srtp-required");
        String callId = caller.invite(SDP.formatted(40000, "RTP/AVP", "0", ""));
        agent.respond(agent.nextInvite(), "200 OK", SDP.formatted(40002, "RTP/AVP", "0", ""));
        assertThat(caller.finalOf(callId)).matches("(?s)SIP/2.0 (488|50\\d) .*");
        String bye = agent.receive("BYE", m -> m.startsWith("BYE "));
        agent.respond(bye, "200 OK", "");
        Wait.until("counted", SOON, () -> refusals("srtp-required") == before + 1);
    }

    @ParameterizedTest
    @Order(1)
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        INVITE sip:agent@127.0.0.1 SIP/2.0\\nVia: nonsense\\n\\n
        INVITE sip:agent@127.0.0.1 SIP/2.0\\nCall-ID: only-this\\n\\n
        INVITE
        SIP/2.0 200
        """)
    void aMessageThatIsNotSip(String message) throws Exception {
        double before = refusals("malformed");
        caller.send(message.translateEscapes());
        Wait.until("counted", SOON, () -> refusals("malformed") == before + 1);
    }

    @Test
    @Order(1)
    void aCallFromAStranger() throws Exception {
        double before = refusals("stranger");
        try (RawSip stranger = new RawSip("127.0.0.3", 0, program.sipPort())) {
            assertThat(stranger.finalOf(stranger.invite(SDP.formatted(40000, "RTP/AVP", "0", ""))))
                    .startsWith("SIP/2.0 403 ");
        }
        Wait.until("counted", SOON, () -> refusals("stranger") == before + 1);
    }

    @Test
    @Order(1)
    void audioFromAStranger() throws Exception {
        double before = packets("source-stranger");
        drain(agentAudio);
        try (DatagramSocket stranger = socket()) {
            for (int i = 0; i < 20; i++) {
                send(stranger, rtp(7000 + i, 0x6666), towardsAgent);
            }
        }
        Wait.until("counted", SOON, () -> packets("source-stranger") == before + 20);
        assertThat(drain(agentAudio))
                .as("of the stranger's packets at the agent")
                .isZero();
    }

    @Test
    @Order(1)
    void audioUnderAWrongKey() throws Exception {
        double before = packets("srtp-bad-tag");
        drain(callerAudio);
        byte[] forged =
                ByteBuffer.allocate(PACKET_BYTES + 10).put(rtp(1, 0x4321)).array();
        for (int i = 0; i < 20; i++) {
            forged[3] = (byte) i;
            send(agentAudio, forged, towardsCaller);
        }
        Wait.until("counted", SOON, () -> packets("srtp-bad-tag") == before + 20);
        assertThat(drain(callerAudio)).as("of these packets at the caller").isZero();
    }

    @Test
    @Order(1)
    void whatIsNotRtp() throws Exception {
        double before = packets("not-rtp");
        send(callerAudio, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}, towardsAgent);
        Wait.until("counted", SOON, () -> packets("not-rtp") == before + 1);
        double malformed = packets("rtp-malformed");
        byte[] longerThanItIs = rtp(1, 1);
        longerThanItIs[0] = (byte) 0x90; // an extension of 65,535 words
        longerThanItIs[14] = longerThanItIs[15] = (byte) 0xFF;
        send(callerAudio, longerThanItIs, towardsAgent);
        Wait.until("counted", SOON, () -> packets("rtp-malformed") == malformed + 1);
    }

    @ParameterizedTest
    @Order(1)
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        # path             | body                                                                  | status | type
        calls/nobody       | {"amount":"1","currency":"EUR","method":"charge","fields":["payment-card-number"]} | 404 | unknown-call
        calls/CALL         | {"amount":"-1","currency":"EUR","method":"charge","fields":["payment-card-number"]} | 400 | invalid-amount
        calls/CALL         | {"amount":"1","currency":"ZZZ","method":"charge","fields":["payment-card-number"]} | 400 | invalid-currency
        calls/CALL         | {"amount":"1","currency":"EUR","method":"charge","fields":["security-code"]} | 400 | invalid-fields
        calls/CALL         | {"amount":                                                            | 400    | malformed
        """)
    void aPaymentThatCannotBe(String path, String body, int status, String type) throws Exception {
        HttpResponse<String> response =
                program.sotto().send("POST", "/v1/" + path.replace("CALL", goodCall) + "/payments", body);
        problem(response, status, type);
    }

    @Test
    @Order(1)
    void noToken() throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(program.sotto().base().resolve("/v1/calls"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        problem(response, 401, "unauthorized");
        assertThat(response.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(v -> assertThat(v).startsWith("Bearer"));
    }

    @Test
    @Order(2)
    void aSecondPaymentAndAGatewayThatIsDown() throws Exception {
        SottoProcess sotto = program.sotto();
        String start =
                """
                {"amount":"1","currency":"EUR","method":"charge","fields":["payment-card-number"]}""";
        JsonNode first = sotto.post("/v1/calls/" + goodCall + "/payments", start);
        String payment = "/v1/payments/" + first.path("id").asText();
        problem(sotto.send("POST", "/v1/calls/" + goodCall + "/payments", start), 409, "payment-in-progress");
        problem(sotto.send("POST", payment + "/submit", ""), 409, "verb-not-allowed");
        problem(sotto.send("POST", payment + "/sing", ""), 404, "");
        assertThat(sotto.json("/v1/calls/" + goodCall).path("securePay").asBoolean())
                .isTrue();

        program.endGateway();
        assertThat(sotto.post(payment + "/cancel", "").path("state").asText()).isIn("CANCELLED", "CLOSED");
        Wait.until("speech is back", SOON, () -> !sotto.json("/v1/calls/" + goodCall)
                .path("securePay")
                .asBoolean());
    }

    private static void problem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("application/problem+json"));
        assertThat(response.body()).contains("\"detail\"");
        assertThat(response.body()).contains("\"urn:sotto:problem:" + type);
    }

    private double refusals(String cause) throws IOException, InterruptedException {
        return program.sotto().metric("sotto_refused_total{cause=\"" + cause + "\",}");
    }

    private double packets(String verdict) throws IOException, InterruptedException {
        return program.sotto().metric("sotto_packets_total{verdict=\"" + verdict + "\",}");
    }

    private static DatagramSocket socket() throws IOException {
        return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static void send(DatagramSocket from, byte[] octets, InetSocketAddress to) throws IOException {
        from.send(new DatagramPacket(octets, octets.length, to));
    }

    /** Takes what lies there; how many RTP packets it was. */
    private static int drain(DatagramSocket socket) throws IOException {
        socket.setSoTimeout(50);
        int packets = 0;
        while (true) {
            try {
                socket.receive(new DatagramPacket(new byte[2048], 2048));
                packets++;
            } catch (SocketTimeoutException e) {
                return packets; // nothing more
            }
        }
    }

    private static byte[] rtp(int sequence, int ssrc) {
        ByteBuffer packet = ByteBuffer.allocate(PACKET_BYTES);
        packet.put((byte) 0x80).put((byte) 0).putShort((short) sequence);
        packet.putInt(160 * sequence).putInt(ssrc);
        while (packet.hasRemaining()) {
            packet.put((byte) 0xFF);
        }
        return packet.array();
    }

    /** Where the SDP of a message wants its audio. */
    private static InetSocketAddress audioOf(String message) {
        String line = message.lines()
                .filter(l -> l.startsWith("m=audio "))
                .findFirst()
                .orElseThrow();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(line.split(" ")[1]));
    }
}
