package sotto.proxy.sandbox;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/**
 * A payment gateway to try things with: real HTTP, no money. Keeps its own ledger, without card numbers, and wipes what
 * it receives. Speaks as a Pay connector ({@code POST /pay}, {@code GET /pay/transaction_id}) and in the shape of
 * Stripe's API ({@code /v1/payment_methods}, {@code /v1/payment_intents}); idempotent in both. {@code GET /ledger} tells
 * what money moved, {@code GET /} this table:
 *
 * <pre>
 *  card              what happens
 *  4242424242424242  approved
 *  4111111111111111  approved
 *  4000000000000002  declined by the issuer
 *  4000000000000259  charged at once, answered 10 s later
 *  4000000000000119  HTTP 500, not charged
 *  4000000000000341  charged, then the connection drops without an answer
 *  any other         approved if its check digit is right, else refused
 * </pre>
 */
public final class SandboxGateway implements AutoCloseable {
    private static final Duration SLOW = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final HttpServer server;
    private final Ledger ledger;

    private SandboxGateway(Vertx vertx, HttpServer server, Ledger ledger) {
        this.vertx = vertx;
        this.server = server;
        this.ledger = ledger;
    }

    /**
     * Listens.
     *
     * @param address port 0 takes a free one
     */
    public static SandboxGateway start(InetSocketAddress address) throws IOException {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1) // one thread: ledger and answers need no lock
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        Ledger ledger = new Ledger();
        try {
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(routes(vertx, ledger))
                    .listen(SocketAddress.inetSocketAddress(address))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            return new SandboxGateway(vertx, server, ledger);
        } catch (CompletionException e) {
            vertx.close().toCompletionStage().toCompletableFuture().join();
            throw new IOException("cannot listen on " + address + ": " + e.getCause(), e);
        }
    }

    public int port() {
        return server.actualPort();
    }

    /** Charges and authorisations that went through, over the life of this gateway. */
    public long charges() {
        return ledger.charges();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static Router routes(Vertx vertx, Ledger ledger) {
        Router router = Router.router(vertx);
        Replies replies = new Replies(vertx, SLOW);
        new PayRoutes(ledger, replies).on(router);
        new StripeRoutes(ledger, replies).on(router);
        router.get("/ledger")
                .handler(routing -> replies.send(
                        routing,
                        new Answer(
                                200,
                                new JsonObject()
                                        .put("charges", ledger.charges())
                                        .put("entries", ledger.json()))));
        router.get("/").handler(SandboxGateway::frontPage);
        return router;
    }

    private static void frontPage(RoutingContext routing) {
        routing.response()
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(Arrays.stream(MagicCard.values())
                        .map(MagicCard::line)
                        .collect(Collectors.joining(
                                "\n",
                                "Sandbox gateway: no money moves here. Post to /pay, or use it as a Stripe API base.\n\n",
                                "\nany other number     approved if its check digit is right, else refused\n")));
    }
}
