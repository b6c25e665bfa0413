package sotto.proxy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The packaged SIP load tool, as one side of a call. */
final class Sipp implements AutoCloseable {
    private final Process process;
    private final Path directory;
    private final String name;

    private Sipp(Process process, Path directory, String name) {
        this.process = process;
        this.directory = directory;
        this.name = name;
    }

    /**
     * Starts one.
     *
     * @param directory takes scenario and logs
     * @param port of its SIP; its RTP is 10 above
     * @param more further arguments, such as the target
     */
    static Sipp start(Path directory, String name, Scenario scenario, int port, List<String> more) throws IOException {
        Path xml = Files.writeString(directory.resolve(name + ".xml"), scenario.xml(name));
        List<String> command = new ArrayList<>(List.of("sipp", "-sf", xml.toString(), "-nostdin"));
        command.addAll(List.of("-i", "127.0.0.1", "-p", Integer.toString(port)));
        command.addAll(List.of("-mi", "127.0.0.1", "-mp", Integer.toString(port + 10)));
        command.addAll(List.of("-timeout", "60s", "-timeout_error", "-trace_err"));
        command.addAll(
                List.of("-error_file", directory.resolve(name + ".errors").toString()));
        command.addAll(more);
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".out").toFile())
                .start();
        return new Sipp(process, directory, name);
    }

    /** Returns once it has ended as it should: each call went by the scenario. */
    void succeeds() throws IOException, InterruptedException {
        boolean ended = process.waitFor(75, TimeUnit.SECONDS);
        assertThat(ended && process.exitValue() == 0)
                .as(() -> name + " ended " + (ended ? "with " + process.exitValue() : "not") + "\n" + errors())
                .isTrue();
    }

    private String errors() {
        try (Stream<Path> files = Files.list(directory)) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.filter(f -> f.getFileName().toString().matches(name + "\\.(errors|out)"))
                    .toList()) {
                String text = Files.readString(file, UTF_8);
                all.append(text, Math.max(0, text.length() - 4000), text.length());
            }
            return all.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.destroyForcibly();
    }
}
