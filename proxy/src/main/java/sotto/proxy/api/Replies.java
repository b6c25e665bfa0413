package sotto.proxy.api;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.pci.capture.PaymentRefused;

/** Sends what came of a request. Runs on the event loop; the work itself does not. */
final class Replies {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    private final Vertx vertx;

    Replies(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Does work that may block, then sends its result as JSON.
     *
     * @param work gives a JsonObject or JsonArray; throws a {@link Problem} or {@link PaymentRefused}
     */
    void send(RoutingContext routing, int status, Callable<?> work) {
        vertx.executeBlocking(work, false)
                .onSuccess(json -> json(routing, status, "application/json", json))
                .onFailure(failure -> fail(routing, failure));
    }

    /**
     * A body that is text already.
     *
     * @param headers name and value, beside the type
     */
    record Text(String type, String body, Map<String, String> headers) {}

    /** Does work that may block, then sends the text that it gives. */
    void sendText(RoutingContext routing, Callable<Text> work) {
        vertx.executeBlocking(work, false)
                .onSuccess(text -> {
                    text.headers().forEach(routing.response()::putHeader);
                    json(routing, 200, text.type(), text.body());
                })
                .onFailure(failure -> fail(routing, failure));
    }

    /** Does work that has nothing to show. */
    void sendNothing(RoutingContext routing, Callable<?> work) {
        vertx.executeBlocking(work, false)
                .onSuccess(done -> routing.response().setStatusCode(204).end())
                .onFailure(failure -> fail(routing, failure));
    }

    /** Problem documents for what the router itself refuses, and for faults of ours. */
    static void onRouter(Router router) {
        router.errorHandler(
                400, routing -> fail(routing, Problem.malformed("the request is not one; see docs/api.md")));
        router.errorHandler(
                404, routing -> fail(routing, new Problem(404, "unknown-path", "see docs/api.md for paths")));
        router.errorHandler(405, routing -> {
            routing.response().putHeader("Allow", allowed(router, routing.normalizedPath())); // RFC 9110 §15.5.6
            fail(routing, new Problem(405, "method-not-allowed", "see the Allow header"));
        });
        router.errorHandler(
                406, routing -> fail(routing, new Problem(406, "not-acceptable", "see docs/api.md for types")));
        router.errorHandler(
                413, routing -> fail(routing, new Problem(413, "body-too-large", "a body has at most 64 KiB")));
        router.errorHandler(500, routing -> fail(routing, routing.failure()));
    }

    /** The methods of the routes that have this path; the router knows them, and does not tell. */
    private static String allowed(Router router, String path) {
        return router.getRoutes().stream()
                .filter(route -> path.matches(
                        Objects.requireNonNullElse(route.getPath(), "").replaceAll(":\\w+", "[^/]+")))
                .flatMap(route -> Stream.ofNullable(route.methods()).flatMap(Set::stream))
                .map(HttpMethod::name)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    static void fail(RoutingContext routing, @Nullable Throwable failure) {
        Problem problem =
                switch (failure) {
                    case Problem ours -> ours;
                    case PaymentRefused refused -> Problem.of(refused);
                    case null, default -> {
                        LOG.error("an API request failed by a fault of ours; its caller got 500", failure);
                        yield new Problem(500, "internal", "a fault of ours; look for it in the log");
                    }
                };
        if (problem.status() == 401) {
            routing.response().putHeader("WWW-Authenticate", "Bearer"); // RFC 6750 §3
        }
        json(routing, problem.status(), "application/problem+json", problem.json());
    }

    /** A part of the path that the route names, decoded. */
    static String pathParam(RoutingContext routing, String name) {
        return Objects.requireNonNull(routing.pathParam(name));
    }

    private static void json(RoutingContext routing, int status, String type, Object json) {
        if (routing.response().ended() || routing.response().closed()) {
            return; // the client went away
        }
        routing.response().setStatusCode(status).putHeader("Content-Type", type).end(Buffer.buffer(json.toString()));
    }
}
