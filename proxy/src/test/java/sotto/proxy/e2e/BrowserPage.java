package sotto.proxy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TransferQueue;

/** A page in a headless Chromium with a fake microphone, which does what it is told. */
final class BrowserPage implements AutoCloseable {
    /** What every page has: it does what it is told, one thing after the other, and tells how it is meanwhile. */
    private static final String OBEY =
            """
            <!DOCTYPE html><title>phone</title><script>
            const post = (path, body) => fetch(path, {method: 'POST', body}).then(r => r.text());
            async function obey(does, stats) {
              try {
                await does.begin();
                while (true) {
                  const todo = await post('/next', JSON.stringify(await stats()));
                  if (todo) { await does[todo](); await post('/done', todo); }
                  await new Promise(done => setTimeout(done, 100));
                }
              } catch (e) { await post('/failed', String(e) + ' ' + e.stack); }
            }
            </script>
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final String script;
    private final Files more;
    private final HttpServer server;
    private final Process chromium;
    private final TransferQueue<String> todo = new LinkedTransferQueue<>();
    private volatile JsonNode stats = JSON.createObjectNode();
    private volatile String done = "";
    private volatile String failed = "";

    /** What it is served, or answered, beside what every page is. */
    @FunctionalInterface
    interface Files {
        /** The answer; {@link NoSuchFileException} where nothing is there. */
        byte[] answer(String path, String body) throws IOException;
    }

    /**
     * Opens a page.
     *
     * @param directory takes its profile and log
     * @param port where it is served from, on loopback; 0 for any
     * @param script markup that calls {@code obey} with an object of what it can do, {@code begin} among it, and with what
     *     its statistics are
     * @param flags more of them for Chromium
     */
    BrowserPage(Path directory, int port, String script, Files more, String... flags) throws IOException {
        this.directory = directory;
        this.script = script;
        this.more = more;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        List<String> command = new ArrayList<>(List.of("chromium", "--headless=new", "--no-sandbox", "--disable-gpu"));
        command.addAll(List.of("--no-first-run", "--disable-background-networking", "--disable-component-update"));
        command.addAll(List.of("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"));
        command.add("--autoplay-policy=no-user-gesture-required");
        command.add("--user-data-dir=" + directory.resolve("chromium"));
        command.addAll(List.of(flags));
        command.add("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        chromium = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("chromium.log").toFile())
                .start();
    }

    Path directory() {
        return directory;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        int status = 200;
        byte[] answer = {};
        switch (path) {
            case "/" -> answer = (OBEY + script).getBytes(UTF_8);
            case "/next" -> {
                stats = JSON.readTree(body);
                String next = todo.poll();
                answer = (next == null ? "" : next).getBytes(UTF_8);
            }
            case "/done" -> done = body;
            case "/failed" -> failed = body;
            default -> {
                try {
                    answer = more.answer(path, body);
                } catch (NoSuchFileException e) { // an icon, for one
                    status = 404;
                } catch (IllegalStateException e) {
                    failed = e.toString();
                    status = 500;
                }
            }
        }
        exchange.getResponseHeaders()
                .set("Content-Type", path.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8");
        exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    /** Tells the page what to do, and waits until it is done. */
    void tell(String what) {
        done = "";
        todo.add(what);
        Wait.until("the page to " + what + "; see " + directory, Duration.ofSeconds(60), () -> {
            if (!failed.isEmpty()) {
                throw new IllegalStateException("the page failed: " + failed);
            }
            return done.equals(what);
        });
    }

    /** A member of its statistics, as text. */
    String stats(String name) {
        return stats.path(name).asText();
    }

    /** The same as a number. */
    double number(String name) {
        return stats.path(name).asDouble();
    }

    @Override
    public void close() {
        chromium.descendants().forEach(ProcessHandle::destroyForcibly);
        chromium.destroyForcibly();
        server.stop(0);
        try {
            chromium.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
