package sotto.proxy.sandbox;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** Takes bodies in, with their card data wiped, and sends answers as a magic card wants it. Runs on the event loop. */
final class Replies {
    private static final int MOST_BODY_BYTES = 16 * 1024;

    private final Vertx vertx;
    private final Duration slow;

    /**
     * @param slow how late a slow answer is
     */
    Replies(Vertx vertx, Duration slow) {
        this.vertx = vertx;
        this.slow = slow;
    }

    /** What to do with a body. */
    @FunctionalInterface
    interface Request {
        /**
         * Handles one request.
         *
         * @param body zeros where card number and security code were
         */
        void handle(RoutingContext routing, String body, Optional<CardNumber> card);
    }

    /** Reads a whole body into memory of our own and wipes what it came in. */
    void receive(RoutingContext routing, Request request) {
        byte[] body = new byte[MOST_BODY_BYTES];
        int[] length = {0};
        routing.request().handler(chunk -> {
            int count = Math.min(chunk.length(), MOST_BODY_BYTES - length[0]);
            chunk.getBytes(0, count, body, length[0]);
            length[0] += chunk.length(); // past the end where it is too long
            wipe(chunk);
        });
        routing.request().endHandler(end -> {
            try {
                if (length[0] > MOST_BODY_BYTES) {
                    send(routing, new Answer(413, new JsonObject().put("error_code", "too_large")));
                    return;
                }
                Optional<CardNumber> card = CardNumber.takeFrom(body, length[0]);
                request.handle(routing, new String(body, 0, length[0], StandardCharsets.UTF_8), card);
            } catch (DecodeException | ClassCastException | IllegalArgumentException e) {
                send(routing, new Answer(400, new JsonObject().put("error_code", "invalid_request")));
            } finally {
                Arrays.fill(body, (byte) 0);
            }
        });
    }

    void send(RoutingContext routing, Answer answer) {
        routing.response()
                .setStatusCode(answer.status())
                .putHeader("Content-Type", "application/json")
                .end(answer.body().encode());
    }

    void send(RoutingContext routing, Answer answer, MagicCard magic) {
        switch (magic) {
            case SLOW ->
                vertx.setTimer(slow.toMillis(), timer -> {
                    if (!routing.response().closed()) {
                        send(routing, answer);
                    }
                });
            case DROP -> routing.request().connection().close();
            default -> send(routing, answer);
        }
    }

    static String id(String prefix) {
        return prefix + "_" + UUID.randomUUID().toString().replace("-", "");
    }

    private static void wipe(Buffer chunk) {
        chunk.setBytes(0, new byte[chunk.length()]);
    }
}
