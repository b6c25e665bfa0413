package sotto.proxy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIPp on both sides of the program, the trunk over UDP and TCP: what it does with a call, in every order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SippCallsTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    static Path directory;

    private Program program;

    @BeforeAll
    void start() throws Exception {
        Peers.require("sipp", "sip-tester");
        program = Program.start(directory, "forbid");
    }

    @AfterAll
    void stop() {
        program.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp"})
    void callerHangsUp(String transport) throws Exception {
        Scenario caller = Scenario.start()
                .invite()
                .mayGet(100, 180, 183)
                .expect(200)
                .ack()
                .pause(200)
                .bye()
                .expect(200);
        Scenario called = Scenario.start()
                .expect("INVITE")
                .respond(180, "Ringing")
                .answer("sendrecv")
                .expect("ACK")
                .expect("BYE")
                .respond(200, "OK");
        double answered = program.sotto().metric("sotto_calls_total{result=\"answered\",}");
        calls("bye-caller-" + transport, caller, called, 20, transport);
        assertThat(program.sotto().metric("sotto_calls_total{result=\"answered\",}") - answered)
                .isEqualTo(20);
    }

    @Test
    void calledHangsUp() throws Exception {
        Scenario caller = Scenario.start()
                .invite()
                .mayGet(100, 180, 183)
                .expect(200)
                .ack()
                .expect("BYE")
                .respond(200, "OK");
        Scenario called = Scenario.start()
                .expect("INVITE")
                .answer("sendrecv")
                .expect("ACK")
                .pause(200)
                .bye()
                .expect(200);
        calls("bye-called", caller, called, 10, "udp");
    }

    @Test
    void calledIsBusy() throws Exception {
        Scenario caller = Scenario.start().invite().mayGet(100).expect(486).ackOfFailure();
        Scenario called =
                Scenario.start().expect("INVITE").respond(486, "Busy Here").expect("ACK");
        calls("busy", caller, called, 10, "udp");
    }

    @Test
    void callerCancels() throws Exception {
        Scenario caller = Scenario.start()
                .invite()
                .mayGet(100)
                .expect(180)
                .pause(100)
                .cancel()
                .expect(200)
                .expect(487)
                .ackOfFailure();
        Scenario called = Scenario.start()
                .expect("INVITE")
                .respond(180, "Ringing")
                .expect("CANCEL")
                .respond(200, "OK")
                .ofInvite()
                .respond(487, "Request Terminated")
                .expect("ACK");
        double cancelled = program.sotto().metric("sotto_calls_total{result=\"cancelled\",}");
        calls("cancel", caller, called, 10, "udp");
        assertThat(program.sotto().metric("sotto_calls_total{result=\"cancelled\",}") - cancelled)
                .isEqualTo(10);
    }

    @Test
    void callerHoldsAndResumes() throws Exception {
        Scenario caller = Scenario.start()
                .invite()
                .mayGet(100, 180)
                .expect(200)
                .ack()
                .pause(100)
                .reInvite("sendonly")
                .mayGet(100)
                .expect(200)
                .ack()
                .pause(100)
                .reInvite("sendrecv")
                .mayGet(100)
                .expect(200)
                .ack()
                .bye()
                .expect(200);
        Scenario called = Scenario.start()
                .expect("INVITE")
                .answer("sendrecv")
                .expect("ACK")
                .expect("INVITE")
                .answer("recvonly")
                .expect("ACK")
                .expect("INVITE")
                .answer("sendrecv")
                .expect("ACK")
                .expect("BYE")
                .respond(200, "OK");
        calls("hold", caller, called, 5, "udp");
    }

    /**
     * SIPp plays a recording and the telephone-events that its package brings; the other SIPp echoes what it gets.
     *
     * <pre>
     *  plays            mask   comes back and is in the tap
     *  recording        off    the recording, both sides
     *  keys 4, 5, 6     on     nothing of the keys: they are counted by the payment
     *  key 7            off    the key
     * </pre>
     */
    @Test
    void echoesSpeechAndKeepsKeys() throws Exception {
        Scenario caller = Scenario.start()
                .invite()
                .mayGet(100, 180)
                .expect(200)
                .ack()
                .play("g711a")
                .pause(9000)
                .play("dtmf_2833_4")
                .pause(800)
                .play("dtmf_2833_5")
                .pause(800)
                .play("dtmf_2833_6")
                .pause(5000)
                .bye()
                .expect(200);
        Scenario called = Scenario.start()
                .expect("INVITE")
                .answer("sendrecv")
                .expect("ACK")
                .expect("BYE")
                .respond(200, "OK");
        SottoProcess sotto = program.sotto();
        double masked = sotto.metric("sotto_packets_total{verdict=\"key-press-masked\",}");
        try (Sipp agent = Sipp.start(directory, "echo", called, program.agentPort(), List.of("-m", "1", "-rtp_echo"));
                Sipp trunk = trunk("speech", caller, 1, "udp")) {
            Wait.until(
                    "call up; " + sotto.output(),
                    SOON,
                    () -> sotto.json("/v1/calls").size() == 1
                            && sotto.json("/v1/calls").at("/0/state").asText().equals("ANSWERED"));
            JsonNode call = sotto.json("/v1/calls").get(0);
            assertThat(call.at("/legs").toString()).contains("PCMA", "\"none\"");
            double passed = sotto.metric("sotto_packets_total{verdict=\"next\",}");
            Wait.until(
                    "speech both ways",
                    SOON,
                    () -> sotto.metric("sotto_packets_total{verdict=\"next\",}") > passed + 100);
            JsonNode payment = sotto.post(
                    "/v1/calls/" + call.get("id").asText() + "/payments",
                    """
                    {"amount": "1.00", "currency": "EUR", "method": "tokenize", "fields": ["payment-card-number"]}""");
            String path = "/v1/payments/" + payment.path("id").asText();
            Wait.until(
                    "three keys; " + sotto.get(path),
                    SOON,
                    () -> sotto.json(path).at("/fields/0/digits").asInt() == 3);
            assertThat(sotto.json("/v1/calls").at("/0/securePay").asBoolean()).isTrue();
            sotto.post(path + "/cancel", "");
            trunk.succeeds();
            agent.succeeds();
        }
        assertThat(sotto.metric("sotto_packets_total{verdict=\"key-press-masked\",}") - masked)
                .as("three presses of eight packets and more")
                .isGreaterThanOrEqualTo(24);
        quiet();
        assertThat(loudSeconds("-caller.wav")).as("speech in the caller's tap").isGreaterThan(2);
        assertThat(loudSeconds("-agent.wav")).as("its echo in the agent's").isGreaterThan(2);
    }

    /** Runs some calls at ten a second; both SIPps must have seen exactly their scenario, and nothing stays behind. */
    private void calls(String name, Scenario caller, Scenario called, int count, String transport) throws Exception {
        List<String> more = List.of("-m", Integer.toString(count)); // the agents' peer is called over UDP
        try (Sipp agent = Sipp.start(directory, name + "-called", called, program.agentPort(), more);
                Sipp trunk = trunk(name + "-caller", caller, count, transport)) {
            trunk.succeeds();
            agent.succeeds();
        }
        quiet();
    }

    private Sipp trunk(String name, Scenario caller, int count, String transport) throws IOException {
        List<String> more = new ArrayList<>(List.of("-m", Integer.toString(count), "-r", "10", "-s", "agent"));
        more.addAll(transport(transport));
        more.add("127.0.0.1:" + program.sipPort());
        return Sipp.start(directory, name, caller, program.trunkPort(), more);
    }

    private static List<String> transport(String transport) {
        return List.of("-t", transport.equals("tcp") ? "t1" : "u1");
    }

    private void quiet() {
        Wait.until(
                "no call and no media port is left; " + program.sotto().output(),
                SOON,
                () -> program.sotto().json("/v1/calls").findValuesAsText("state").stream()
                                .allMatch("ENDED"::equals)
                        && program.sotto().metric("sotto_media_port_pairs_in_use") == 0);
    }

    /** Seconds of audio above −40 dBm0 or so in the tap's files of one side, over all calls. */
    private double loudSeconds(String suffix) throws IOException {
        List<Path> files;
        try (Stream<Path> tap = Files.list(program.directory().resolve("tap"))) {
            files = tap.filter(file -> file.toString().endsWith(suffix)).toList();
        }
        long loud = 0;
        for (Path file : files) {
            ByteBuffer samples = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(new String(samples.array(), 0, 4, UTF_8)).isEqualTo("RIFF");
            for (int at = 44; at + 2 <= samples.limit(); at += 2) {
                loud += Math.abs(samples.getShort(at)) > 300 ? 1 : 0;
            }
        }
        return loud / 8000.0;
    }
}
