package sotto.proxy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program, in a JVM of its own, with everything that it writes in one directory. */
public final class SottoProcess implements AutoCloseable {
    private static final String TOKEN_LINE = "bootstrap token: ";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Path directory;
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;

    private SottoProcess(Process process, Path directory, URI base) {
        this.process = process;
        this.directory = directory;
        this.base = base;
    }

    /**
     * Starts {@code sotto run} and returns once it is ready.
     *
     * @param directory empty; takes configuration, state, tap and the two output files
     * @param httpPort where the configuration puts the API
     * @param yaml the configuration
     */
    public static SottoProcess run(Path directory, int httpPort, String yaml) throws IOException, InterruptedException {
        Path config = Files.writeString(directory.resolve("sotto.yaml"), yaml);
        Process process = java(directory, "sotto", "run", "--config", config.toString());
        SottoProcess sotto = new SottoProcess(process, directory, URI.create("http://127.0.0.1:" + httpPort));
        Wait.until("ready on port " + httpPort + "; see " + directory, Duration.ofSeconds(60), () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("ended early:\n" + sotto.output());
            }
            return sotto.status("/ready") == 200;
        });
        return sotto;
    }

    /** Starts the program's main class with these arguments; output goes to NAME.out and NAME.err in the directory. */
    static Process java(Path directory, String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--")) { // what the build passes in: see jvm.flags in the root pom
                command.add(flag);
            }
        }
        command.add("-Xmx512m");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("sotto.proxy.app.Main");
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(name + ".out").toFile())) // a second start adds to what the first one said
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(name + ".err").toFile()))
                .start();
    }

    /** Everything printed and logged so far. */
    public String output() {
        try {
            return Files.readString(directory.resolve("sotto.out"), UTF_8)
                    + Files.readString(directory.resolve("sotto.err"), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The token that the first start printed. */
    String token() {
        String output = output();
        int start = output.indexOf(TOKEN_LINE) + TOKEN_LINE.length();
        return output.substring(start, output.indexOf('\n', start)).strip();
    }

    URI base() {
        return base;
    }

    private int status(String path) throws InterruptedException {
        try {
            return http.send(HttpRequest.newBuilder(base.resolve(path)).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0; // not listening yet
        }
    }

    /** GETs CSV with the token. */
    String csv(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .header("Authorization", "Bearer " + token())
                .header("Accept", "text/csv")
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /** GETs with the token; the body as it came. */
    String get(String path) throws IOException, InterruptedException {
        return send("GET", path, "").body();
    }

    /** GETs JSON with the token. */
    public JsonNode json(String path) throws IOException, InterruptedException {
        return JSON.readTree(get(path));
    }

    /** Sends with the token. */
    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .header("Authorization", "Bearer " + token())
                .timeout(Duration.ofSeconds(40))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** POSTs JSON with the token and answers the JSON that came, whatever the status. */
    JsonNode post(String path, String body) throws IOException, InterruptedException {
        return JSON.readTree(send("POST", path, body).body());
    }

    /** Starts secure-pay on a call, for a card number alone; where the payment is found. */
    String startPayment(String call) throws IOException, InterruptedException {
        JsonNode started = post(
                "/v1/calls/" + call + "/payments",
                "{\"amount\": \"1\", \"currency\": \"EUR\", \"method\": \"charge\", \"fields\": [\"payment-card-number\"]}");
        String id = started.path("id").asText();
        if (id.isEmpty()) {
            throw new IllegalStateException("no payment: " + started);
        }
        return "/v1/payments/" + id;
    }

    /** Value of one metric line, labels as written by the page; 0 where it is not there. */
    public double metric(String nameAndLabels) throws IOException, InterruptedException {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(nameAndLabels + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(nameAndLabels.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /** Writes a heap dump of everything, garbage included. */
    Path heapDump(String name) throws IOException, InterruptedException {
        Path file = directory.resolve(name);
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.heap_dump",
                        "-all",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("jcmd.out").toFile())
                .start();
        if (!jcmd.waitFor(120, TimeUnit.SECONDS) || !Files.exists(file)) {
            throw new IllegalStateException("no heap dump:\n" + Files.readString(directory.resolve("jcmd.out"), UTF_8));
        }
        return file;
    }

    /** SIGKILL: it has no time for anything. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("did not end on SIGKILL");
        }
    }

    /** SIGTERM, as a service manager would; the exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("did not end on SIGTERM:\n" + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroy();
        process.destroyForcibly();
    }
}
