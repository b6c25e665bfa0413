package sotto.proxy.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import sotto.proxy.guard.BanView;
import sotto.proxy.guard.SourceGuard;

/** {@code /v1/bans}: whom SIP is not taken from. Stateless. */
record BanRoutes(SourceGuard guard, Replies replies) {
    private static final int MOST_BODY_BYTES = 64 * 1024;
    private static final int LONGEST_S = (int) Duration.ofDays(30).toSeconds();

    void on(Router router) {
        router.get("/v1/bans").handler(routing -> replies.send(routing, 200, this::all));
        router.post("/v1/bans")
                .handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES))
                .handler(this::add);
        router.delete("/v1/bans/:source").handler(this::lift);
    }

    private JsonArray all() {
        JsonArray array = new JsonArray();
        guard.bans(System.nanoTime()).forEach(ban -> array.add(json(ban)));
        return array;
    }

    private void add(RoutingContext routing) {
        String text = routing.body().asString();
        replies.send(routing, 201, () -> {
            JsonBody body = JsonBody.read(text, List.of("source", "seconds"));
            InetAddress source = address(body.text("source").orElse(""));
            Duration length = body.integer("seconds", 1, LONGEST_S).stream()
                    .mapToObj(Duration::ofSeconds)
                    .findFirst()
                    .orElse(guard.usualLength());
            if (guard.isExempt(source)) {
                throw new Problem(
                        409,
                        "source-exempt",
                        "the source is a configured peer's or in sip.guard.allow, and is let in whatever happens; change"
                                + " the configuration");
            }
            return guard.ban(source, length, System.nanoTime())
                    .map(BanRoutes::json)
                    .orElseThrow(() -> new Problem(
                            409, "too-many-bans", "no room for one more by hand; lift some, or use sip.guard.deny"));
        });
    }

    private void lift(RoutingContext routing) {
        String text = Replies.pathParam(routing, "source");
        replies.sendNothing(routing, () -> {
            if (!guard.lift(address(text), System.nanoTime())) {
                throw new Problem(404, "unknown-ban", "no such ban now; GET /v1/bans lists them");
            }
            return true;
        });
    }

    /** An address, or what a ban calls its source. */
    private static InetAddress address(String text) {
        try {
            return InetAddress.ofLiteral(text.endsWith("::/64") ? text.substring(0, text.length() - 3) : text);
        } catch (IllegalArgumentException e) {
            throw new Problem(
                    400,
                    "invalid-source",
                    "source is not an IPv4 or IPv6 address, nor the source of a ban as GET /v1/bans shows it; for a range"
                            + " use sip.guard.deny");
        }
    }

    private static JsonObject json(BanView ban) {
        return new JsonObject()
                .put("source", ban.source())
                .put("since", ban.since().toString())
                .put("until", ban.until().toString())
                .put("cause", ban.cause().text())
                .put("dropped", ban.dropped());
    }
}
