package sotto.perf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import sotto.perf.dtmf.Condition;
import sotto.perf.dtmf.Script;
import sotto.perf.run.Program;

/** The agent of one call: has secure-pay on all the time, and looks after each card number what was taken. One thread. */
final class Desk {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LOOK_NS = 5_000_000;
    private static final int LOOK_BEHIND = 3 * Script.RATE / 10; // a tone is told, and has come, by then
    private static final String NUMBER = "payment-card-number";

    private final Program program;
    private final String sipCallId;
    private final IntSupplier spoken; // packets
    private String callId = "";
    private String payment = "";

    /**
     * What was taken of one number.
     *
     * @param keys digits that the program counts, {@link Script#DIGITS} at most
     * @param isExact the number, as far as its last four digits say
     */
    record Taken(Condition condition, int keys, boolean isExact) {}

    /** @param spoken packets of the script that are out */
    Desk(Program program, String sipCallId, IntSupplier spoken) {
        this.program = program;
        this.sipCallId = sipCallId;
        this.spoken = spoken;
    }

    /** By which the program names the call. */
    String callId() {
        return callId;
    }

    /**
     * Turns secure-pay on once so many packets are out.
     *
     * @return packets that were out when it was
     */
    int arm(int packets) throws IOException, InterruptedException {
        await(packets * Script.PACKET);
        callId = ask("/v1/calls/" + sipCallId).path("id").asText();
        payment = post(
                        "/v1/calls/" + callId + "/payments",
                        "{\"method\": \"tokenize\", \"currency\": \"EUR\", \"fields\": [\"" + NUMBER + "\"]}")
                .path("id")
                .asText();
        return spoken.getAsInt();
    }

    /** Follows the script to its end. */
    List<Taken> follow(Script script) throws IOException, InterruptedException {
        List<Taken> taken = new ArrayList<>();
        for (Script.Round round : script.rounds()) {
            await(round.until() + LOOK_BEHIND);
            JsonNode field = ask("/v1/payments/" + payment).path("fields").path(0);
            int attempts =
                    field.path("attempt").asInt() - 1; // numbers that are none: a key of each is wrong, or more are
            int keys = Math.min(Script.DIGITS, field.path("digits").asInt() + attempts * (Script.DIGITS - 1));
            boolean exact = attempts == 0 && field.path("lastFour").asText("").equals(lastFour(round));
            taken.add(new Taken(round.condition(), keys, exact));
            post("/v1/payments/" + payment + "/reset-field", "{\"field\": \"" + NUMBER + "\"}");
            if (spoken.getAsInt() * Script.PACKET > round.next()) {
                throw new IOException("the next number had begun before this one was looked at");
            }
        }
        return taken;
    }

    void cancel() throws IOException, InterruptedException {
        post("/v1/payments/" + payment + "/cancel", "{}");
    }

    private static String lastFour(Script.Round round) {
        return String.format(java.util.Locale.ROOT, "%04d", round.lastFour());
    }

    private void await(int samples) throws InterruptedException {
        while (spoken.getAsInt() * Script.PACKET < samples) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(LOOK_NS);
        }
    }

    private JsonNode ask(String path) throws IOException, InterruptedException {
        return JSON.readTree(program.ask(path, Optional.empty()));
    }

    private JsonNode post(String path, String body) throws IOException, InterruptedException {
        return JSON.readTree(program.ask(path, Optional.of(body)));
    }
}
