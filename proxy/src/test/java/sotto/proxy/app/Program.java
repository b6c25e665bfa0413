package sotto.proxy.app;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import sotto.proxy.e2e.FreePorts;

/** The program in a JVM of its own, on ports of its own; its output in one directory. */
final class Program implements AutoCloseable {
    private static final int PORTS = 44; // 0 HTTP, 2 SIP, 4 to 43 RTP

    private final Process process;
    private final Path directory;
    private final String name;

    private Program(Process process, Path directory, String name) {
        this.process = process;
        this.directory = directory;
        this.name = name;
    }

    /** First of a run of ports that nobody holds; even. */
    static int freePorts() {
        return FreePorts.run(PORTS);
    }

    static boolean isFree(int first) {
        return FreePorts.areFree(first, PORTS);
    }

    /** A configuration on these ports; peers that nobody answers at. */
    static String yaml(int ports, Path state) {
        return """
                trunk: {address: "127.0.0.1:9"}
                agents: {address: "127.0.0.1:19"}
                gateway: {kind: connector, url: "http://127.0.0.1:29/pay"}
                sip: {udp-port: %1$d, tcp-port: %1$d, drain-timeout: 2s}
                media: {ports: {first: %2$d, last: %3$d}, workers: 1}
                http: {port: %4$d}
                state: {directory: "%5$s"}
                """
                .formatted(ports + 2, ports + 4, ports + PORTS - 1, ports, state);
    }

    static Program start(Path directory, String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--")) { // what the build passes in: see jvm.flags in the root pom
                command.add(flag);
            }
        }
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), "sotto.proxy.app.Main"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(directory.resolve(name + ".out").toFile())
                .redirectError(directory.resolve(name + ".err").toFile())
                .start();
        return new Program(process, directory, name);
    }

    long pid() {
        return process.pid();
    }

    String out() {
        return read(".out");
    }

    String err() {
        return read(".err");
    }

    private String read(String suffix) {
        try {
            return Files.readString(directory.resolve(name + suffix), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitReady(int httpPort) {
        await("ready", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("ended early: " + err());
            }
            return status(httpPort, "/ready", "") == 200;
        });
    }

    void await(String what, BooleanSupplier condition) {
        long endNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > endNs) {
                throw new AssertionError("not in time: " + what + "\n" + out() + err());
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("still runs:\n" + err());
        }
        return process.exitValue();
    }

    /** Status of a GET; 0 where nobody listens. */
    static int status(int port, String path, String token) {
        return get(port, path, token).statusCode;
    }

    record Answer(int statusCode, String body) {}

    static Answer get(int port, String path, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(10));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            return new Answer(0, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
