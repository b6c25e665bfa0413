package sotto.proxy.api;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import sotto.pci.Payments;
import sotto.pci.access.Tokens;
import sotto.proxy.b2bua.Calls;
import sotto.proxy.cdr.CallRecords;
import sotto.proxy.config.HttpSection;
import sotto.proxy.evidence.Evidence;

/** REST, server-sent events, health and metrics over HTTP. Thread-safe; requests run on one event loop. */
public final class HttpApi implements AutoCloseable {
    private static final int IDLE_SECONDS = 60; // an event stream writes every 15

    private final Vertx vertx;
    private final HttpServer server;

    private HttpApi(Vertx vertx, HttpServer server) {
        this.vertx = vertx;
        this.server = server;
    }

    /**
     * Listens.
     *
     * @param planes what it serves
     * @param metrics the page under {@code /metrics}
     * @param probes what {@code /health} and {@code /ready} tell
     * @throws IOException where the port cannot be bound; nothing is held then
     */
    public static HttpApi start(HttpSection section, Planes planes, Metrics metrics, Probes probes) throws IOException {
        Reach reach =
                new Reach(CallDirectory.of(planes.calls), planes.payments, planes.tokens, planes.cdrs, planes.evidence);
        return start(section, reach, metrics, probes);
    }

    /** How the program is. Asked on the event loop, so an answer must not block. */
    @FunctionalInterface
    public interface Probes {
        /** True while new calls are taken. */
        boolean isReady();

        /** False for good once a part died that only a restart brings back. */
        default boolean works() {
            return true;
        }
    }

    /** What the API reaches. */
    public record Planes(Calls calls, Payments payments, Tokens tokens, CallRecords cdrs, Evidence evidence) {}

    /** The same with calls behind an interface, so that payments can be tested without signalling. */
    record Reach(CallDirectory calls, Payments payments, Tokens tokens, CallRecords cdrs, Evidence evidence) {}

    static HttpApi start(HttpSection section, Reach reach, Metrics metrics, Probes probes) throws IOException {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        HttpServerOptions options = new HttpServerOptions()
                .setHost(section.bind())
                .setPort(section.port())
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(true)
                .setIdleTimeout(IDLE_SECONDS);
        try {
            HttpServer server = vertx.createHttpServer(options)
                    .requestHandler(routes(section, vertx, reach, metrics, probes))
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            return new HttpApi(vertx, server);
        } catch (CompletionException e) {
            vertx.close().toCompletionStage().toCompletableFuture().join();
            throw new IOException(
                    "http.port=" + section.port() + ": cannot listen on " + section.bind() + " (" + reason(e)
                            + "); move it, or end the program that has it",
                    e);
        }
    }

    private static String reason(CompletionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return String.valueOf(cause.getMessage());
    }

    /** What a request meets, in this order. */
    private static Router routes(HttpSection section, Vertx vertx, Reach reach, Metrics metrics, Probes probes) {
        Router router = Router.router(vertx);
        Replies replies = new Replies(vertx);
        Replies.onRouter(router);
        router.route().handler(routing -> prepare(routing, metrics));
        router.route().handler(new Guard(reach.tokens, section.metrics())::check);
        router.route().handler(HttpApi::checkType);
        new CallRoutes(reach.calls, replies).on(router);
        new PeerRoutes(reach.calls, replies).on(router);
        new RegistrationRoutes(reach.calls, replies).on(router);
        new BanRoutes(reach.calls.guard(), replies).on(router);
        new PaymentRoutes(reach.calls, reach.payments, replies).on(router);
        new EvidenceRoutes(reach.payments, reach.evidence, replies).on(router);
        new CdrRoutes(reach.cdrs, replies).on(router);
        router.get("/health").handler(routing -> {
            boolean works = probes.works();
            status(routing, works ? 200 : 503, works ? "up" : "a media worker died; restart");
        });
        router.get("/ready").handler(routing -> {
            boolean takesCalls = probes.isReady();
            status(routing, takesCalls ? 200 : 503, takesCalls ? "ready" : "not ready");
        });
        router.get("/metrics").handler(routing -> page(routing, metrics));
        return router;
    }

    private static void prepare(RoutingContext routing, Metrics metrics) {
        routing.response()
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .headersEndHandler(
                        head -> metrics.httpRequest(routing.response().getStatusCode()));
        if (isPath(routing)) {
            routing.next();
        } else {
            Replies.fail(routing, Problem.malformed("the path has a % that two hexadecimal digits do not follow"));
        }
    }

    /** Asked before all else, for the router throws at such a path: a stranger's mistake would be logged as ours. */
    private static boolean isPath(RoutingContext routing) {
        try {
            return !routing.normalizedPath().isEmpty();
        } catch (IllegalArgumentException e) { // RFC 3986 §2.1
            return false;
        }
    }

    /** A body is JSON and says so, which also keeps a form on a foreign web page from posting here. */
    private static void checkType(RoutingContext routing) {
        String length = routing.request().getHeader("Content-Length");
        boolean hasBody =
                routing.request().getHeader("Transfer-Encoding") != null || (length != null && !length.equals("0"));
        String type = routing.request().getHeader("Content-Type");
        if (hasBody && (type == null || !type.toLowerCase(Locale.ROOT).matches("application/json *(;.*)?"))) {
            Replies.fail(routing, new Problem(415, "unsupported-media-type", "send the body as application/json"));
        } else {
            routing.next();
        }
    }

    private static void status(RoutingContext routing, int code, String status) {
        routing.response()
                .setStatusCode(code)
                .putHeader("Content-Type", "application/json")
                .end(new JsonObject().put("status", status).encode());
    }

    private static void page(RoutingContext routing, Metrics metrics) {
        routing.vertx()
                .executeBlocking(metrics::page, false)
                .onSuccess(text -> routing.response()
                        .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                        .end(text))
                .onFailure(failure -> Replies.fail(routing, failure));
    }

    /** As bound. */
    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
