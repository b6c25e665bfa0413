package sotto.proxy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.pci.DigitSearch;

/**
 * Two softphones, a call through the program, two payments keyed while both sides talk; then a search of everything the
 * program wrote, and of its heap, for what was keyed.
 *
 * <pre>
 *  caller              Sotto                      phone of the agent      gateway
 *    | INVITE, RTP       |  INVITE, SRTP              |                      |
 *    | key 7             |  passed                    | hears 7              |
 *    |                   |  secure-pay on, heap dump  |                      |
 *    | card, date, code  |  kept                      | hears no key         |
 *    |                   |  heap dump while they wait |                      |
 *    |                   |  submit -------------------+--------------------> | charged
 *    |                   |  heap dump, hand-back      |                      |
 *    | key 9             |  passed                    | hears 9              |
 * </pre>
 */
final class CardNeverLeaksTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String NUMBER = "378282246310005"; // a published Amex test number: its code has four digits
    private static final Random RANDOM = new SecureRandom();

    @TempDir
    Path directory;

    @BeforeEach
    void peersAreThere() {
        Peers.require("baresip", "baresip");
    }

    @Test
    void nothingTheProgramWritesOrHoldsHasADigit() throws Exception {
        try (Program program = Program.start(directory, "require");
                Baresip agent = phone("agent", program.agentPort(), "srtp-mand", 620);
                Baresip caller = phone("caller", program.trunkPort(), "", 1040)) {
            SottoProcess sotto = program.sotto();
            Path own = program.directory();
            caller.command("dial", "sip:agent@127.0.0.1:" + program.sipPort());
            JsonNode call = answered(sotto, caller);
            assertThat(call.at("/legs").toString())
                    .containsPattern("AEAD_AES_128_GCM|AES_CM_128_HMAC_SHA1_80")
                    .contains("\"none\"");

            caller.pressUntilHeard("7", agent); // this is what shows that the agent's phone would tell
            Path before = sotto.heapDump("before.hprof");
            List<String> codes = new ArrayList<>();
            for (int payment = 1; payment <= 2; payment++) {
                String code = codeNotIn(before);
                codes.add(code);
                pay(sotto, caller, call.get("id").asText(), code, payment);
            }
            caller.pressUntilHeard("9", agent);
            assertThat(agent.keysHeard()).containsOnly("7", "9");

            Files.writeString(own.resolve("metrics.txt"), sotto.get("/metrics"));
            caller.command("hangup", "");
            Wait.until("call over", SOON, () -> sotto.output().contains("call ended"));
            Files.delete(before);
            String record = "/v1/cdrs/" + call.get("id").asText();
            Wait.until("record there", SOON, () -> sotto.send("GET", record, "").statusCode() == 200);
            assertThat(sotto.json(record).findValuesAsText("result")).containsExactly("captured", "captured");
            assertThat(sotto.stop()).isZero();
            searchEverything(own, codes);
        }
    }

    private Baresip phone(String name, int ports, String encryption, double toneHz) throws IOException {
        Path tone = ToneFile.write(directory.resolve(name + ".wav"), toneHz, 120);
        return Baresip.start(Files.createDirectory(directory.resolve(name)), ports, encryption, tone);
    }

    private static JsonNode answered(SottoProcess sotto, Baresip caller) throws Exception {
        Wait.until("call answered; " + sotto.output() + caller.log(), SOON, () -> sotto.json("/v1/calls")
                .findValuesAsText("state")
                .contains("ANSWERED"));
        JsonNode calls = sotto.json("/v1/calls");
        return calls.isArray() ? calls.get(0) : calls.get("calls").get(0);
    }

    private static void pay(SottoProcess sotto, Baresip caller, String call, String code, int payment)
            throws Exception {
        JsonNode started = sotto.post(
                "/v1/calls/" + call + "/payments",
                """
                {"amount": "12.34", "currency": "EUR", "method": "charge",
                 "fields": ["payment-card-number", "expiration-date", "security-code"]}""");
        assertThat(started.path("state").asText()).as(started.toString()).isIn("ARMED", "CAPTURING");
        String path = "/v1/payments/" + started.get("id").asText();
        key(sotto, caller, path, 0, NUMBER);
        key(sotto, caller, path, 1, "1231");
        key(sotto, caller, path, 2, code);
        Wait.until("ready to submit", SOON, () -> state(sotto, path).equals("READY"));
        sotto.heapDump("waiting-" + payment + ".hprof");
        sotto.post(path + "/submit", "");
        Wait.until("charged; " + sotto.get(path), SOON, () -> state(sotto, path).equals("CAPTURED"));
        sotto.heapDump("charged-" + payment + ".hprof");
        sotto.post(path + "/hand-back", "");
        Wait.until("handed back", SOON, () -> state(sotto, path).matches("HANDED_BACK|CLOSED"));
    }

    private static String state(SottoProcess sotto, String path) throws Exception {
        return sotto.json(path).path("state").asText();
    }

    /** Presses key after key, each once the one before has arrived. */
    private static void key(SottoProcess sotto, Baresip caller, String path, int field, String digits)
            throws Exception {
        for (int i = 0; i < digits.length(); i++) {
            int count = i + 1;
            caller.command("sndcode", digits.substring(i, count));
            Wait.until("digit " + count + " of field " + field + "; " + sotto.get(path), SOON, () -> {
                JsonNode progress = sotto.json(path).at("/fields/" + field);
                return progress.path("digits").asInt() >= count
                        || progress.path("complete").asBoolean();
            });
        }
    }

    /** Four digits that the heap does not have in any shape by chance. */
    private static String codeNotIn(Path heap) throws IOException {
        while (true) {
            String code = Integer.toString(1000 + RANDOM.nextInt(9000));
            if (DigitSearch.aloneInFile(heap, DigitSearch.shifted(code)).isEmpty()) {
                return code;
            }
        }
    }

    private static void searchEverything(Path own, List<String> codes) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(own)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        assertThat(files.stream().map(Path::toString))
                .as("what is searched")
                .anyMatch(name -> name.endsWith("-caller.wav"))
                .anyMatch(name -> name.endsWith("-agent.wav"))
                .anyMatch(name -> name.endsWith("sotto.err"))
                .anyMatch(name -> name.endsWith("metrics.txt"))
                .anyMatch(name -> name.endsWith("cdr.db"))
                .anyMatch(name -> name.matches(".*/cdr/journal/\\d+F.cq4"))
                .filteredOn(name -> name.endsWith(".hprof"))
                .hasSize(4);
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            found.addAll(DigitSearch.inFile(file, DigitSearch.shifted(NUMBER)));
        }
        assertThat(found).as("card number").isEmpty();
        assertThat(codes.stream().filter(code -> leftAnywhere(files, code)))
                .as("security codes; four digits may turn up once by chance, two different ones do not")
                .hasSizeLessThan(2);
    }

    private static boolean leftAnywhere(List<Path> files, String code) {
        try {
            for (Path file : files) {
                if (!DigitSearch.aloneInFile(file, DigitSearch.shifted(code)).isEmpty()) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
