package sotto.proxy.cdr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it writes: what it said is written is there, and the next one goes on. */
final class KillTest {
    private static final int[] AT_LEAST = {20, 3000, 20_000, 100}; // the journal still opens at the first ones

    private static final int LAST = 900_000_000;

    @TempDir
    private Path parent;

    @Test
    void killDashNineLosesNothing() throws Exception {
        Path directory = parent.resolve("cdr");
        Set<Integer> told = new HashSet<>();
        for (int round = 0; round < AT_LEAST.length; round++) {
            told.addAll(writeAndKill(directory, 1_000_000 * round, AT_LEAST[round]));
        }
        assertThat(told).hasSizeGreaterThanOrEqualTo(IntStream.of(AT_LEAST).sum());
        try (Cdrs cdrs = Cdrs.open(new CdrSettings(directory, Duration.ofDays(3650), "test"))) {
            cdrs.ended(SampleCalls.ended(LAST), List.of());
            CdrsTest.until("caught up", () -> CdrsTest.isThere(cdrs, LAST));
            List<Integer> missing = new ArrayList<>();
            for (int number : told) {
                if (cdrs.find(SampleCalls.id(number)).isEmpty()) {
                    missing.add(number);
                }
            }
            assertThat(missing).as("of " + told.size()).isEmpty();
            assertThat(cdrs.counts().lost()).isZero();
        }
    }

    private static List<Integer> writeAndKill(Path directory, int first, int atLeast) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--")) {
                command.add(flag);
            }
        }
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), KilledWriter.class.getName()));
        command.addAll(List.of(directory.toString(), Integer.toString(first)));
        Process process = new ProcessBuilder(command)
                .redirectError(
                        directory.resolveSibling("writer-" + first + ".err").toFile())
                .start();
        List<Integer> told = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            while (told.size() <= atLeast) { // the last one is left out below
                told.add(Integer.valueOf(lines.readLine()));
            }
            process.toHandle().destroyForcibly(); // SIGKILL; what it said can still be read
            process.waitFor();
            lines.lines()
                    .map(String::strip)
                    .filter(line -> line.matches("\\d+"))
                    .forEach(line -> told.add(Integer.valueOf(line)));
        }
        told.removeLast(); // may be cut short by the kill
        return told;
    }
}
