package sotto.proxy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.stream.Stream;

/** The HTTP contract, as an agent's desktop uses it. Every answer is also kept in a file, to be searched. Thread-safe. */
final class Api implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;
    private final String token;
    private final Path transcript;

    Api(Running program, Path transcript) {
        this.base = program.api();
        this.token = program.token();
        this.transcript = transcript;
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(text(path));
    }

    String text(String path) throws IOException, InterruptedException {
        return send(request(path).GET().timeout(SOON).build());
    }

    JsonNode post(String path, String body) throws IOException, InterruptedException {
        return JSON.readTree(send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .timeout(SOON)
                .build()));
    }

    /** Lines of an event stream, until it ends or is closed. */
    Stream<String> events(String path) throws IOException, InterruptedException {
        HttpResponse<Stream<String>> response = http.send(
                request(path).header("Accept", "text/event-stream").build(), HttpResponse.BodyHandlers.ofLines());
        if (response.statusCode() != 200) {
            throw new IOException("GET " + path + " answers " + response.statusCode());
        }
        return response.body();
    }

    synchronized void keep(String text) throws IOException {
        Files.writeString(transcript, text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + token);
    }

    private String send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        keep(response.body());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(request.method() + " " + request.uri().getPath() + " answers " + response.statusCode()
                    + ": " + response.body());
        }
        return response.body();
    }
}
