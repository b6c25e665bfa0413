package sotto.proxy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A call in a codec that cannot be decoded here, between two softphones. It crosses as it is; while secure-pay is on, the
 * caller is muted, the API says so, and keys are taken from their events all the same.
 */
final class OpusCallTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String OPUS = "opus/48000/2";
    private static final int BYTES_A_SECOND = 4 * 48_000;
    private static final int LOUD = 1_000;

    @TempDir
    Path directory;

    @BeforeEach
    void peersAreThere() {
        Peers.require("baresip", "baresip");
    }

    @Test
    void crossesAndIsMutedInSecurePay() throws Exception {
        try (Program program = Program.start(directory, "forbid", "opus PCMA PCMU telephone-event");
                Baresip agent = phone("agent", program.agentPort(), 620);
                Baresip caller = phone("caller", program.trunkPort(), 1040)) {
            SottoProcess sotto = program.sotto();
            caller.command("dial", "sip:agent@127.0.0.1:" + program.sipPort());
            caller.pressUntilHeard("7", agent);
            agent.pressUntilHeard("5", caller);
            JsonNode call = sotto.json("/v1/calls").get(0);
            assertThat(call.at("/legs").findValuesAsText("codec")).containsExactly("opus", "opus");
            assertThat(call.path("callerMuted").asBoolean()).isFalse();
            Wait.until("tone at the agent", SOON, () -> loudAtEnd(agent));
            Wait.until("tone at the caller", SOON, () -> loudAtEnd(caller));

            String path = sotto.startPayment(call.path("id").asText());
            int heard = agent.keysHeard().size();
            caller.command("sndcode", "4");
            Wait.until(
                    "digit kept; " + path,
                    SOON,
                    () -> sotto.json(path).at("/fields/0/digits").asInt() == 1);
            assertThat(sotto.json("/v1/calls").at("/0/callerMuted").asBoolean()).isTrue();
            long muted = muted(sotto);
            Wait.until("muted", SOON, () -> muted(sotto) > muted + 10);
            long written = written(agent);
            long back = written(caller);
            Wait.until("a second muted", SOON, () -> muted(sotto) > muted + 60);
            assertThat(written(agent))
                    .as("octets that the agent heard meanwhile")
                    .isEqualTo(written);
            assertThat(written(caller)).as("octets that the caller heard").isGreaterThan(back);

            sotto.post(path + "/cancel", "");
            sotto.post(path + "/hand-back", "");
            Wait.until("no longer muted", SOON, () -> !sotto.json("/v1/calls")
                    .at("/0/callerMuted")
                    .asBoolean());
            Wait.until(
                    "a second at the agent", SOON, () -> written(agent) > written + BYTES_A_SECOND && loudAtEnd(agent));
            assertThat(agent.keysHeard()).hasSize(heard);
            caller.pressUntilHeard("9", agent);
            caller.command("hangup", "");
            Wait.until("call over", SOON, () -> sotto.output().contains("call ended"));
        }
    }

    private static long muted(SottoProcess sotto) throws Exception {
        return (long) sotto.metric("sotto_packets_total{verdict=\"codec-muted\",}");
    }

    /** It writes down what it decodes, and nothing where no packet comes. */
    private static long written(Baresip phone) throws IOException {
        return Files.size(phone.heard().getLast());
    }

    private Baresip phone(String name, int ports, double toneHz) throws IOException {
        Path tone = ToneFile.wide(directory.resolve(name + ".wav"), toneHz, 60);
        return Baresip.speaking(Files.createDirectory(directory.resolve(name)), ports, OPUS, tone);
    }

    /** Whether anything is to be heard in the last quarter of a second of what it writes down. */
    private static boolean loudAtEnd(Baresip phone) throws IOException {
        byte[] wav = Files.readAllBytes(phone.heard().getLast());
        for (int i = Math.max(44, (wav.length - BYTES_A_SECOND / 4) & ~1); i + 1 < wav.length; i += 2) {
            if (Math.abs((short) ((wav[i] & 0xFF) | (wav[i + 1] << 8))) > LOUD) {
                return true;
            }
        }
        return false;
    }
}
