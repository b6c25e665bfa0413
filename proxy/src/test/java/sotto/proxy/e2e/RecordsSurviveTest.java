package sotto.proxy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIPp places calls, and the program is killed with SIGKILL as soon as the last of them is over for SIPp. Started again, it
 * has the record of every one.
 *
 * <pre>
 *  calls   what becomes of them                     the record says
 *  30      answered, the caller hangs up            200, caller
 *  10      busy                                     486, agent
 *   3      up when the program is killed            200, crash
 * </pre>
 */
final class RecordsSurviveTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int ANSWERED = 30;
    private static final int BUSY = 10;
    private static final int UP = 3;

    @TempDir
    Path directory;

    @BeforeEach
    void peersAreThere() {
        Peers.require("sipp", "sip-tester");
    }

    @Test
    void killDashNineLosesNoRecord() throws Exception {
        try (Program program = Program.start(directory, "forbid")) {
            SottoProcess first = program.sotto();
            calls(
                    program,
                    "busy",
                    BUSY,
                    Scenario.start().invite().mayGet(100).expect(486).ackOfFailure(),
                    busy());
            try (Sipp agent = sipp("agent", answering(), program.agentPort(), ANSWERED + UP, List.of());
                    Sipp stays = trunk(program, "stays", staying(), UP, program.trunkPort() + 1)) {
                Wait.until("some are up; " + first.output(), SOON, () -> up(first) == UP);
                try (Sipp trunk = trunk(program, "short", talking(), ANSWERED, program.trunkPort())) {
                    trunk.succeeds(); // each BYE has its 200
                    program.killAndRestart();
                }
                assertThat(List.of(agent, stays)).isNotEmpty(); // they talk to nobody any more
            }
            SottoProcess second = program.sotto();
            Wait.until(
                    "all records; " + second.output(),
                    SOON,
                    () -> second.json("/v1/cdrs?limit=1000").path("cdrs").size() >= BUSY + ANSWERED + UP);
            check(second.json("/v1/cdrs?limit=1000").path("cdrs"));
            assertThat(second.csv("/v1/cdrs").lines()).hasSize(1 + BUSY + ANSWERED + UP);
            Wait.until("nothing pending", SOON, () -> second.metric("sotto_cdr_pending") == 0);
            assertThat(second.metric("sotto_cdr_lost_total")).isZero();
        }
    }

    @Test
    void aCallerWhoLeftAPaymentIsOnRecord() throws Exception {
        try (Program program = Program.start(directory, "forbid");
                Sipp agent = sipp("agent", answering(), program.agentPort(), 1, List.of());
                Sipp trunk = trunk(program, "leaves", leaving(), 1, program.trunkPort())) {
            SottoProcess sotto = program.sotto();
            Wait.until("up; " + sotto.output(), SOON, () -> up(sotto) == 1);
            String call = sotto.json("/v1/calls").at("/0/id").asText();
            JsonNode payment = sotto.post(
                    "/v1/calls/" + call + "/payments",
                    "{\"amount\": \"1.00\", \"currency\": \"EUR\", \"fields\": [\"payment-card-number\"]}");
            assertThat(payment.path("id").asText()).as(payment.toString()).startsWith("pay_");
            trunk.succeeds();
            agent.succeeds();
            String record = "/v1/cdrs/" + call;
            Wait.until(
                    "outcome on record; " + sotto.get(record),
                    SOON,
                    () -> sotto.json(record).at("/payments/0/result").asText().equals("caller-hung-up"));
            assertThat(sotto.json(record).at("/payments/0/id")).isEqualTo(payment.path("id"));
        }
    }

    private static void check(JsonNode records) {
        List<String> ends = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonNode record : records) {
            ends.add(record.path("sipStatus").asInt() + " "
                    + record.path("endedBy").asText());
            ids.add(record.path("id").asText());
            assertThat(record.path("legs")).hasSize(2);
            assertThat(record.at("/legs/0/sipCallId").asText())
                    .isNotEqualTo(record.at("/legs/1/sipCallId").asText());
            assertThat(record.path("callingSide").asText()).isEqualTo("caller");
            assertThat(record.path("to").asText()).isEqualTo("agent");
            if (record.path("sipStatus").asInt() == 200) {
                assertThat(record.at("/legs/0/codec").asText()).isEqualTo("PCMA");
                assertThat(instant(record, "ringingAt"))
                        .isBetween(instant(record, "startedAt"), instant(record, "answeredAt"));
                assertThat(instant(record, "endedAt")).isAfterOrEqualTo(instant(record, "answeredAt"));
            }
        }
        assertThat(ids).hasSize(BUSY + ANSWERED + UP);
        assertThat(ends).containsOnly("200 caller", "486 agent", "200 crash");
        assertThat(ends).filteredOn("200 caller"::equals).hasSize(ANSWERED);
        assertThat(ends).filteredOn("486 agent"::equals).hasSize(BUSY);
        assertThat(ends).filteredOn("200 crash"::equals).hasSize(UP);
    }

    private static Instant instant(JsonNode record, String name) {
        return Instant.parse(record.path(name).asText());
    }

    private static int up(SottoProcess sotto) throws Exception {
        return (int) sotto.json("/v1/calls").findValuesAsText("state").stream()
                .filter("ANSWERED"::equals)
                .count();
    }

    private static Scenario busy() {
        return Scenario.start().expect("INVITE").respond(486, "Busy Here").expect("ACK");
    }

    private static Scenario answering() {
        return Scenario.start()
                .expect("INVITE")
                .respond(180, "Ringing")
                .answer("sendrecv")
                .expect("ACK")
                .expect("BYE")
                .respond(200, "OK");
    }

    private static Scenario talking() {
        return Scenario.start()
                .invite()
                .mayGet(100, 180, 183)
                .expect(200)
                .ack()
                .pause(200)
                .bye()
                .expect(200);
    }

    private static Scenario leaving() {
        return Scenario.start()
                .invite()
                .mayGet(100, 180, 183)
                .expect(200)
                .ack()
                .pause(4000)
                .bye()
                .expect(200);
    }

    private static Scenario staying() {
        return Scenario.start().invite().mayGet(100, 180, 183).expect(200).ack().pause(50_000);
    }

    private void calls(Program program, String name, int count, Scenario caller, Scenario called) throws Exception {
        try (Sipp agent = sipp(name + "-called", called, program.agentPort(), count, List.of());
                Sipp trunk = trunk(program, name + "-caller", caller, count, program.trunkPort())) {
            trunk.succeeds();
            agent.succeeds();
        }
    }

    private Sipp trunk(Program program, String name, Scenario scenario, int count, int port) throws Exception {
        return sipp(name, scenario, port, count, List.of("-r", "20", "-s", "agent", "127.0.0.1:" + program.sipPort()));
    }

    private Sipp sipp(String name, Scenario scenario, int port, int count, List<String> more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-m", Integer.toString(count)));
        arguments.addAll(more);
        return Sipp.start(directory, name, scenario, port, arguments);
    }
}
