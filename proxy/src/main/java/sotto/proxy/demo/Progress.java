package sotto.proxy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A payment as its server-sent events tell it: masked, live. A thread of its own reads; thread-safe.
 *
 * <p>An event's data is the payment, as {@code GET /v1/payments/{id}} would answer it then.
 */
final class Progress implements AutoCloseable {
    private final Api api;
    private final Stream<String> lines;
    private final Thread thread;
    private JsonNode payment = MissingNode.getInstance();
    private String failure = "";

    private Progress(Api api, Stream<String> lines) {
        this.api = api;
        this.lines = lines;
        this.thread = Thread.ofVirtual().name("progress").unstarted(this::read);
    }

    static Progress follow(Api api, String paymentId) throws IOException, InterruptedException {
        Progress progress = new Progress(api, api.events("/v1/payments/" + paymentId + "/events"));
        progress.thread.start();
        return progress;
    }

    synchronized String state() {
        return payment.path("state").asText().toUpperCase(Locale.ROOT);
    }

    synchronized String text(String key) {
        return payment.path(key).asText();
    }

    /** Digits of a field that are in, as the agent is shown. */
    synchronized int digits(String field) {
        return field(field).path("digits").asInt();
    }

    synchronized boolean complete(String field) {
        return field(field).path("complete").asBoolean();
    }

    /** One value of a field, as text. */
    synchronized String of(String field, String key) {
        return field(field).path(key).asText();
    }

    /** Waits until the payment is so; false where it is not in time, or the stream broke. */
    synchronized boolean await(BooleanSupplier condition, Duration atMost) throws InterruptedException {
        long endNs = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            long leftMs = (endNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0 || !failure.isEmpty()) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }

    @Override
    public void close() {
        lines.close();
    }

    private JsonNode field(String name) {
        for (JsonNode field : payment.path("fields")) {
            if (field.path("field").asText().equals(name)
                    || field.path("name").asText().equals(name)) {
                return field;
            }
        }
        return MissingNode.getInstance();
    }

    private void read() {
        try {
            for (String line : (Iterable<String>) lines::iterator) {
                api.keep(line);
                if (line.startsWith("data:")) {
                    take(Api.JSON.readTree(line.substring("data:".length())));
                }
            }
            fail("the stream of events ended");
        } catch (IOException | java.io.UncheckedIOException e) {
            fail("the stream of events broke: " + e.getMessage());
        }
    }

    private synchronized void take(JsonNode event) {
        if (event.has("state")) {
            payment = event;
            notifyAll();
        }
    }

    private synchronized void fail(String why) {
        failure = why;
        notifyAll();
    }
}
