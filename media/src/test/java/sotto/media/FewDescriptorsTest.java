package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sotto.media.packet.Side;
import sotto.media.worker.EngineUnderTest;

/** A process that may have fewer descriptors than there are media ports, as many containers: in a JVM of its own. */
@Timeout(60)
final class FewDescriptorsTest {
    private static final System.Logger LOG = System.getLogger(FewDescriptorsTest.class.getName());
    private static final int LIMIT = 300;
    private static final int CALLS = 120; // of four ports each

    @Test
    void carriesAsManyCallsAsItsRingsHoldOrRefusesThemAndSaysWhy() throws Exception {
        String said = elsewhere();
        String begins = "open files: " + LIMIT + " are allowed, and " + CALLS + " calls want ";
        int open = EngineUnderTest.isUring() ? CALLS : (LIMIT - LIMIT / 4) / 8;
        assertThat(said)
                .contains(
                        EngineUnderTest.isUring()
                                ? begins + (2_500 + 4 * CALLS) + "; so the rings hold the sockets of calls"
                                : begins + (2_500 + 8 * CALLS) + "; there is room for " + open)
                .contains("open: " + open + " calls", "carried: " + open, "again: " + open + " calls");
    }

    private static String elsewhere() throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", "-c", "ulimit -n " + LIMIT + "; exec \"$@\"", "bash"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-XX:"))
                .forEach(command::add);
        command.add("-Dsotto.test.engine=" + System.getProperty("sotto.test.engine", "auto"));
        command.addAll(
                List.of("-Xmx128m", "-cp", System.getProperty("java.class.path"), FewDescriptorsTest.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    /** The other JVM. */
    public static void main(String[] none) throws IOException {
        try (MediaPlane plane = MediaPlane.start(Bench.settings(2 * CALLS, Optional.empty()));
                Peer caller = new Peer();
                Peer agent = new Peer()) {
            Deque<CallMedia> calls = new ArrayDeque<>();
            while (calls.size() < CALLS && open(plane, calls)) {}
            LOG.log(Level.INFO, "open: " + calls.size() + " calls");
            int carried = 0;
            for (CallMedia call : calls) {
                call.connect(Side.CALLER, Bench.plain(caller.address()));
                call.connect(Side.AGENT, Bench.plain(agent.address()));
                caller.send(call.port(Side.CALLER), Rtp.audio(1, 1));
                carried += Rtp.read(agent.receive()).payload().length > 0 ? 1 : 0;
            }
            LOG.log(Level.INFO, "carried: " + carried);
            calls.forEach(CallMedia::close);
            calls.clear();
            Until.holds("all ports are back", () -> plane.counters().portPairsInUse() == 0);
            while (calls.size() < CALLS && open(plane, calls)) {}
            LOG.log(Level.INFO, "again: " + calls.size() + " calls");
        }
    }

    private static boolean open(MediaPlane plane, Deque<CallMedia> calls) {
        try {
            return calls.add(plane.open("call-" + calls.size()));
        } catch (NoFreePorts e) {
            return false;
        }
    }
}
