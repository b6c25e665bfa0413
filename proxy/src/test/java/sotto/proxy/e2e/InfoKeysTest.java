package sotto.proxy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A caller whose keys come by SIP INFO, played by SIPp; the agent's SIPp fails at the first INFO that it gets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class InfoKeysTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String NUMBER = "378282246310005"; // a published Amex test number
    private static final String ALL = NUMBER + "1231" + "1234"; // and date, and code
    private static final int OFF = 415; // as long as secure-pay is off

    @TempDir
    static Path directory;

    private Program program;
    private SottoProcess sotto;

    @BeforeAll
    void start() throws Exception {
        Peers.require("sipp", "sip-tester");
        program = Program.start(directory, "forbid");
        sotto = program.sotto();
    }

    @AfterAll
    void stop() {
        program.close();
    }

    private static Scenario calls() {
        return Scenario.start().invite().mayGet(100, 180).expect(200).ack();
    }

    private static Scenario relay(Scenario caller, char key) {
        return caller.with("Content-Type: application/dtmf-relay").body("Signal=" + key + "\nDuration=160\n");
    }

    private static Scenario alone(Scenario caller, char key) {
        return caller.with("Content-Type: application/dtmf").body(key + "\n");
    }

    private Sipp agent(String name) throws IOException {
        Scenario called = Scenario.start()
                .expect("INVITE")
                .answer("sendrecv")
                .expect("ACK")
                .expect("BYE")
                .respond(200, "OK");
        return Sipp.start(directory, name + "-agent", called, program.agentPort(), List.of("-m", "1"));
    }

    private Sipp caller(String name, Scenario caller) throws IOException {
        caller.expect("BYE").respond(200, "OK");
        List<String> more = List.of("-m", "1", "-s", "agent", "127.0.0.1:" + program.sipPort());
        return Sipp.start(directory, name + "-caller", caller, program.trunkPort(), more);
    }

    private String answeredCall() throws Exception {
        Wait.until("call up; " + sotto.output(), SOON, () -> answered().isPresent());
        return answered().orElseThrow();
    }

    private Optional<String> answered() throws Exception {
        for (JsonNode call : sotto.json("/v1/calls")) {
            if (call.path("state").asText().equals("ANSWERED")) {
                return Optional.of(call.path("id").asText());
            }
        }
        return Optional.empty();
    }

    private double seen(String source) throws Exception {
        return sotto.metric("sotto_dtmf_events_total{source=\"" + source + "\",}");
    }

    private String state(String path) throws Exception {
        return sotto.json(path).path("state").asText();
    }

    private int digits(String path) throws Exception {
        return sotto.json(path).at("/fields/0/digits").asInt();
    }

    @Test
    void theCardComesByInfoAndTheAgentGetsNone() throws Exception {
        Scenario scenario = relay(calls(), ALL.charAt(0)).insist("INFO", OFF);
        for (int i = 1; i < ALL.length(); i++) {
            char key = ALL.charAt(i);
            (i % 2 == 0 ? relay(scenario, key) : alone(scenario, key))
                    .request("INFO")
                    .expect(200);
        }
        double before = seen("sip-info");
        try (Sipp agent = agent("card");
                Sipp caller = caller("card", scenario)) {
            String call = answeredCall();
            JsonNode started = sotto.post(
                    "/v1/calls/" + call + "/payments",
                    """
                    {"amount": "12.34", "currency": "EUR", "method": "charge",
                     "fields": ["payment-card-number", "expiration-date", "security-code"]}""");
            String path = "/v1/payments/" + started.path("id").asText();
            Wait.until("all keys; " + caller.outcome(), SOON, () -> state(path).equals("READY"));
            assertThat(digits(path)).isEqualTo(NUMBER.length());
            assertThat(sotto.json(path).at("/fields/0/lastFour").asText())
                    .isEqualTo(NUMBER.substring(NUMBER.length() - 4));
            Wait.until("each is counted", SOON, () -> seen("sip-info") - before == ALL.length());
            sotto.post(path + "/submit", "");
            Wait.until("charged; " + sotto.get(path), SOON, () -> state(path).equals("CAPTURED"));
            sotto.post(path + "/hand-back", "");
            sotto.send("DELETE", "/v1/calls/" + call, "");
            caller.succeeds();
            agent.succeeds();
        }
    }

    /**
     * Keys by two carriers, in both orders; SIPp plays the telephone-events that its package brings.
     *
     * <pre>
     *  key   comes
     *  4     by INFO, then as event
     *  5     as event, and by INFO while it sounds
     *  6     as event, and by INFO 300 ms after it began
     *  6     by INFO alone
     *  7     by INFO alone
     * </pre>
     */
    @Test
    void aKeyThatComesByTwoCarriersIsOneKey() throws Exception {
        Scenario scenario =
                relay(calls(), '4').insist("INFO", OFF).play("dtmf_2833_4").pause(800);
        relay(scenario.play("dtmf_2833_5"), '5').request("INFO").expect(200).pause(800);
        relay(scenario.play("dtmf_2833_6").pause(300), '6').request("INFO").expect(200);
        relay(scenario, '6').request("INFO").expect(200);
        alone(scenario, '7').request("INFO").expect(200);
        double infos = seen("sip-info");
        double events = seen("telephone-event");
        try (Sipp agent = agent("both");
                Sipp caller = caller("both", scenario)) {
            String call = answeredCall();
            String path = sotto.startPayment(call);
            Wait.until(
                    "both carriers; " + caller.outcome(),
                    SOON,
                    () -> seen("sip-info") - infos == 5 && seen("telephone-event") - events == 3);
            Wait.until("keys; " + sotto.get(path), SOON, () -> digits(path) >= 5);
            assertThat(digits(path)).isEqualTo(5);
            sotto.post(path + "/cancel", "");
            sotto.send("DELETE", "/v1/calls/" + call, "");
            caller.succeeds();
            agent.succeeds();
        }
    }
}
