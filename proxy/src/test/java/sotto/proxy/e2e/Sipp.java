package sotto.proxy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The packaged SIP load tool, as one side of a call. */
public final class Sipp implements AutoCloseable {
    private static final Pattern ARROW = Pattern.compile(" (?:-{10}>|<-{10}) | Pause | NOP ");
    private static final int MOST_CHARS = 4000;

    private final Process process;
    private final Path directory;
    private final String name;

    private Sipp(Process process, Path directory, String name) {
        this.process = process;
        this.directory = directory;
        this.name = name;
    }

    /**
     * Starts one on 127.0.0.1.
     *
     * @param directory takes scenario and logs
     * @param port of its SIP; its RTP is 10 above
     * @param more further arguments, such as the target
     */
    static Sipp start(Path directory, String name, Scenario scenario, int port, List<String> more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-i", "127.0.0.1", "-p", Integer.toString(port)));
        arguments.addAll(List.of("-mi", "127.0.0.1", "-mp", Integer.toString(port + 10)));
        arguments.addAll(List.of("-timeout", "60s"));
        arguments.addAll(more);
        return start(directory, name, scenario.xml(name), arguments);
    }

    /**
     * Starts one.
     *
     * @param directory takes scenario and logs
     * @param xml its scenario
     * @param arguments addresses, how long it may take, and the target
     */
    public static Sipp start(Path directory, String name, String xml, List<String> arguments) throws IOException {
        Path scenario = Files.writeString(directory.resolve(name + ".xml"), xml);
        List<String> command = new ArrayList<>(List.of("sipp", "-sf", scenario.toString(), "-nostdin"));
        command.addAll(List.of("-timeout_error", "-trace_err"));
        command.addAll(
                List.of("-error_file", directory.resolve(name + ".errors").toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".out").toFile())
                .start();
        return new Sipp(process, directory, name);
    }

    /** Returns once it has ended as it should: each call went by the scenario. */
    void succeeds() throws InterruptedException {
        boolean ended = process.waitFor(75, TimeUnit.SECONDS);
        assertThat(ended && process.exitValue() == 0).as(this::outcome).isTrue();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** False while it runs. */
    public boolean hasSucceeded() {
        return !process.isAlive() && process.exitValue() == 0;
    }

    /** How it ended, and what it complained about. */
    public String outcome() {
        return name + (process.isAlive() ? " did not end" : " ended with " + process.exitValue()) + "\n" + errors();
    }

    /** Its complaints, and the last table of what it sent and received. */
    private String errors() {
        Path complaints = directory.resolve(name + ".errors");
        Path screens = directory.resolve(name + ".out");
        try {
            String complaint = Files.exists(complaints) ? Files.readString(complaints, UTF_8) : "";
            String screen = Files.readString(screens, UTF_8);
            String last = screen.substring(Math.max(0, screen.lastIndexOf("Messages  Retrans")))
                    .lines()
                    .filter(line -> ARROW.matcher(line).find())
                    .collect(Collectors.joining("\n"));
            return complaint.substring(0, Math.min(MOST_CHARS, complaint.length()))
                    + "\n"
                    + (last.isEmpty() ? screen.substring(0, Math.min(MOST_CHARS, screen.length())) : last);
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
