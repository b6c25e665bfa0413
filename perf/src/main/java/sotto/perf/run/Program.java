package sotto.perf.run;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The program in a process of its own. One thread. */
public final class Program implements AutoCloseable {
    private static final int USUAL_CALLS = 2_000;
    private static final int PORTS_A_CALL = 4;
    private static final int LAST_PORT = 65_535;
    private static final Pattern WORKER = Pattern.compile("^\"media-[0-9]+\".* allocated=([0-9]+)([BKMG])");
    private static final String UNITS = "BKMG";
    private static final Pattern TOKEN = Pattern.compile("bootstrap token: (\\S+)");
    private static final String PAUSES = "pauses.txt";
    private static final Pattern PAUSE = Pattern.compile("Pause .* ([0-9.]+)ms$");
    private static final Duration START = Duration.ofSeconds(25);

    private final Process process;
    private final Path directory;
    private final int sipPort;
    private final URI http;
    private final HttpClient client = HttpClient.newHttpClient();

    private Program(Process process, Path directory, int sipPort, int httpPort) {
        this.process = process;
        this.directory = directory;
        this.sipPort = sipPort;
        this.http = URI.create("http://127.0.0.1:" + httpPort);
    }

    /**
     * How it is to run.
     *
     * @param trunk where the calling side sends SIP from
     * @param agents where the called side is
     * @param calls that it has room for
     * @param pinned whether it has the first core, and one media worker, and this process the second, to itself; or both share
     *     both
     * @param srtp whether the called side's audio is SRTP, or plain RTP as the calling side's
     * @param media more keys of the configuration's section, as in "engine: nio"; empty for the program's own choice
     */
    public record Settings(
            InetSocketAddress trunk,
            InetSocketAddress agents,
            int calls,
            boolean pinned,
            boolean srtp,
            Optional<String> media) {
        /** With SRTP required at the called side, unpinned, with room for 2,000 calls. */
        public Settings(InetSocketAddress trunk, InetSocketAddress agents) {
            this(trunk, agents, USUAL_CALLS, false, true, Optional.empty());
        }

        public Settings roomFor(int most) {
            return new Settings(trunk, agents, most, pinned, srtp, media);
        }

        public Settings onOneCore() {
            return new Settings(trunk, agents, calls, true, srtp, media);
        }

        public Settings plainRtp() {
            return new Settings(trunk, agents, calls, pinned, false, media);
        }

        public Settings with(Optional<String> more) {
            return new Settings(trunk, agents, calls, pinned, srtp, more);
        }
    }

    /** Starts it and waits until it is ready. */
    public static Program start(Settings settings) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("sotto-bench");
        int sipPort = Ports.free();
        int httpPort = Ports.free();
        Path config =
                Files.writeString(directory.resolve("sotto.yaml"), config(settings, directory, sipPort, httpPort));
        boolean pinned = settings.pinned && Cores.areTwo();
        Process process = new ProcessBuilder(command(config, pinned))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log.txt").toFile())
                .start();
        endWithUs(process);
        Program program = new Program(process, directory, sipPort, httpPort);
        if (pinned) {
            pinGenerator();
        }
        program.awaitReady();
        return program;
    }

    private static String config(Settings settings, Path directory, int sipPort, int httpPort) throws IOException {
        int ports = PORTS_A_CALL * (settings.calls + settings.calls / 10); // some are taken
        int firstPort = Math.min(Ports.FIRST_MEDIA, LAST_PORT + 1 - ports);
        return """
                trunk: {address: "127.0.0.1:%d", srtp: forbid}
                agents: {address: "127.0.0.1:%d", srtp: %s}
                gateway: {kind: connector, url: "http://127.0.0.1:9/pay"}
                sip: {udp-port: %d, tcp-port: %d, max-calls: %d, drain-timeout: 0s}
                media: {%ssilence-timeout: 3600s, ports: {first: %d, last: %d}%s}
                secure-pay: {inter-digit: 30s, field: 600s, session: 3600s, attempts: 10}
                http: {port: %d}
                state: {directory: "%s"}
                """
                .formatted(
                        settings.trunk.getPort(),
                        settings.agents.getPort(),
                        settings.srtp ? "require" : "forbid",
                        sipPort,
                        Ports.free(),
                        settings.calls,
                        settings.pinned ? "workers: 1, " : "",
                        firstPort,
                        firstPort + ports - 1,
                        settings.media.map(keys -> ", " + keys).orElse(""),
                        httpPort,
                        directory.resolve("state"));
    }

    /** Has a process end where this one is ended from outside; no bench leaves one behind. */
    public static void endWithUs(Process process) {
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** Leaves the first core to what is measured. */
    public static void pinGenerator() throws IOException, InterruptedException {
        run(List.of(
                "taskset",
                "-acp",
                Cores.GENERATOR,
                Long.toString(ProcessHandle.current().pid())));
    }

    private static List<String> command(Path config, boolean pinned) {
        List<String> command = new ArrayList<>();
        if (pinned) {
            command.addAll(List.of("taskset", "-c", Cores.PROGRAM));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.contains("DisableAttachMechanism")) // jcmd asks it to collect garbage
                .filter(flag -> !flag.startsWith("-agentlib") && !flag.startsWith("-javaagent"))
                .forEach(command::add);
        command.add("-Xlog:gc+phases:file=" + config.resolveSibling(PAUSES));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path").replace("::", File.pathSeparator),
                "sotto.proxy.app.Main",
                "run",
                "--config",
                config.toString()));
        return command;
    }

    /** Runs a command to its end. */
    public static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + process.exitValue());
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        long endNs = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < endNs && process.isAlive()) {
            try {
                if (get("/ready").statusCode() == 200) {
                    return;
                }
            } catch (java.net.ConnectException e) {
                // not listening yet; the deadline and the process are looked at above
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        String log = Files.readString(directory.resolve("log.txt"));
        close();
        throw new IOException("the program did not become ready; its log:\n" + log);
    }

    public InetSocketAddress sip() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), sipPort);
    }

    public long pid() {
        return process.pid();
    }

    /** CPU time that its process has used, user and system. */
    public double cpuSeconds() throws IOException {
        return Machine.cpuSeconds(process.pid());
    }

    /** Octets of all objects that it can still reach; by a collection made now, whichever collector it has. */
    public long heapBytes() throws IOException, InterruptedException {
        String total = jcmd("GC.class_histogram")
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow(() -> new IOException("no total in the class histogram"));
        return Long.parseLong(total.split("\\s+")[2]);
    }

    /** Octets that its media workers have allocated since its start, in units of 1 KiB or less fine. */
    public long workerAllocatedBytes() throws IOException, InterruptedException {
        long[] octets = jcmd("Thread.print", "-e")
                .map(WORKER::matcher)
                .filter(Matcher::find)
                .mapToLong(found -> Long.parseLong(found.group(1)) << (10 * UNITS.indexOf(found.group(2))))
                .toArray();
        if (octets.length == 0) {
            throw new IOException("no thread of the program is a media worker");
        }
        return Arrays.stream(octets).sum();
    }

    /** The longest that its collector had all threads stand still, since its start; 0 where it never did. */
    public double longestPauseMs() throws IOException {
        return Files.readAllLines(directory.resolve(PAUSES)).stream()
                .map(PAUSE::matcher)
                .filter(Matcher::find)
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .max()
                .orElse(0);
    }

    private Stream<String> jcmd(String... request) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), "" + process.pid()));
        command.addAll(List.of(request));
        Path answer = directory.resolve("jcmd.txt");
        Process asked = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(answer.toFile())
                .start();
        if (asked.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + asked.exitValue());
        }
        return Files.readAllLines(answer).stream();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(http.resolve(path)).timeout(Duration.ofSeconds(5));
    }

    /**
     * Asks its API. Any thread.
     *
     * @param body for POST; empty for GET
     * @return what it answers
     * @throws IOException where that is no 2xx
     */
    public String ask(String path, Optional<String> body) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).header("Authorization", "Bearer " + token());
        body.ifPresent(text ->
                request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(text)));
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(path + " answers " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    private String token() throws IOException {
        Matcher found = TOKEN.matcher(Files.readString(directory.resolve("log.txt")));
        if (!found.find()) {
            throw new IOException("the program has told no token");
        }
        return found.group(1);
    }

    @Override
    public void close() throws IOException {
        client.shutdownNow();
        end(process);
        delete(directory);
    }

    /** Asks a process to end, and makes it where it does not in 10 s. */
    public static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    public static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
