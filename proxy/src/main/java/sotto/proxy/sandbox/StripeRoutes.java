package sotto.proxy.sandbox;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The sandbox in the shape of Stripe's API, as far as a card payment by telephone goes: payment methods, and payment
 * intents to create, confirm, cancel, get and search. Runs on the sandbox's event loop.
 */
final class StripeRoutes {
    private final Ledger ledger;
    private final Replies replies;
    private final Map<String, Answer> byKey = new HashMap<>();
    private final Map<String, CardNumber> methods = new HashMap<>();
    private final Map<String, JsonObject> intents = new HashMap<>();

    StripeRoutes(Ledger ledger, Replies replies) {
        this.ledger = ledger;
        this.replies = replies;
    }

    void on(Router router) {
        router.route("/v1/*").handler(this::authenticate);
        router.post("/v1/payment_methods").handler(routing -> replies.receive(routing, this::createMethod));
        router.post("/v1/payment_intents").handler(routing -> replies.receive(routing, this::createIntent));
        router.post("/v1/payment_intents/:id/confirm").handler(routing -> replies.receive(routing, this::confirm));
        router.post("/v1/payment_intents/:id/cancel").handler(routing -> replies.receive(routing, this::cancel));
        router.get("/v1/payment_intents/search").handler(this::search);
        router.get("/v1/payment_intents/:id").handler(this::get);
    }

    private void authenticate(RoutingContext routing) {
        String authorization = routing.request().getHeader("Authorization");
        if (authorization == null || !authorization.startsWith("Bearer ")) {
            replies.send(routing, error(401, "invalid_request_error", "api_key_missing", "no API key"));
            return;
        }
        routing.next();
    }

    private void createMethod(RoutingContext routing, String body, Optional<CardNumber> card) {
        Map<String, String> form = form(body);
        if (card.isEmpty()) {
            replies.send(routing, error(402, "card_error", "incorrect_number", "Your card number is incorrect."));
            return;
        }
        once(routing, () -> {
            String id = Replies.id("pm");
            methods.put(id, card.get());
            return new Answer(
                    200,
                    new JsonObject()
                            .put("id", id)
                            .put("object", "payment_method")
                            .put("type", form.getOrDefault("type", ""))
                            .put(
                                    "card",
                                    new JsonObject()
                                            .put(
                                                    "last4",
                                                    String.format(
                                                            "%04d", card.get().lastFour()))));
        });
    }

    private void createIntent(RoutingContext routing, String body, Optional<CardNumber> noCard) {
        Map<String, String> form = form(body);
        once(routing, () -> {
            String id = Replies.id("pi");
            JsonObject intent = new JsonObject()
                    .put("id", id)
                    .put("object", "payment_intent")
                    .put("amount", Long.valueOf(form.getOrDefault("amount", "0")))
                    .put("currency", form.getOrDefault("currency", ""))
                    .put("capture_method", form.getOrDefault("capture_method", "automatic"))
                    .put("created", Instant.now().getEpochSecond())
                    .put("status", "requires_payment_method")
                    .put(
                            "metadata",
                            new JsonObject().put("transaction_id", form.getOrDefault("metadata[transaction_id]", "")));
            intents.put(id, intent);
            return new Answer(200, intent.copy());
        });
    }

    private void confirm(RoutingContext routing, String body, Optional<CardNumber> noCard) {
        JsonObject intent = intents.get(routing.pathParam("id"));
        CardNumber card = methods.get(form(body).getOrDefault("payment_method", ""));
        if (intent == null || card == null) {
            replies.send(routing, error(404, "invalid_request_error", "resource_missing", "no such intent or method"));
        } else if (card.magic() == MagicCard.FAIL) {
            replies.send(routing, error(500, "api_error", "", "not charged"));
        } else {
            boolean first = !byKey.containsKey(key(routing));
            Answer answer = stored(routing, () -> charge(intent, card));
            replies.send(routing, answer, first ? card.magic() : MagicCard.APPROVE);
        }
    }

    private Answer charge(JsonObject intent, CardNumber card) {
        String status = intent.getString("status");
        if (!status.equals("requires_payment_method")) {
            return error(400, "invalid_request_error", "payment_intent_unexpected_state", "intent is " + status);
        }
        boolean manual = intent.getString("capture_method").equals("manual");
        boolean declined = card.magic() == MagicCard.DECLINE;
        ledger.add(new Ledger.Line(
                intent.getJsonObject("metadata").getString("transaction_id"),
                String.valueOf(intent.getLong("amount")),
                intent.getString("currency"),
                card.lastFour(),
                declined ? Ledger.Outcome.DECLINED : manual ? Ledger.Outcome.AUTHORIZED : Ledger.Outcome.CHARGED));
        if (declined) {
            Answer error = error(402, "card_error", "card_declined", "Your card was declined.");
            error.body().getJsonObject("error").put("decline_code", "generic_decline");
            intent.put("last_payment_error", error.body().getJsonObject("error").copy());
            return error;
        }
        intent.put("status", manual ? "requires_capture" : "succeeded");
        return new Answer(200, intent.copy());
    }

    private void cancel(RoutingContext routing, String body, Optional<CardNumber> noCard) {
        JsonObject intent = intents.get(routing.pathParam("id"));
        if (intent == null) {
            replies.send(routing, error(404, "invalid_request_error", "resource_missing", "no such intent"));
            return;
        }
        once(routing, () -> {
            if (intent.getString("status").equals("succeeded")) {
                return error(400, "invalid_request_error", "payment_intent_unexpected_state", "intent has succeeded");
            }
            intent.put("status", "canceled");
            return new Answer(200, intent.copy());
        });
    }

    private void get(RoutingContext routing) {
        JsonObject intent = intents.get(routing.pathParam("id"));
        replies.send(
                routing,
                intent != null
                        ? new Answer(200, intent)
                        : error(404, "invalid_request_error", "resource_missing", "no such intent"));
    }

    private void search(RoutingContext routing) {
        String query = routing.request().getParam("query", "");
        JsonArray found = new JsonArray(intents.values().stream()
                .filter(intent -> query.equals("metadata['transaction_id']:'"
                        + intent.getJsonObject("metadata").getString("transaction_id") + "'"))
                .toList());
        replies.send(
                routing,
                new Answer(
                        200,
                        new JsonObject()
                                .put("object", "search_result")
                                .put("url", "/v1/payment_intents/search")
                                .put("has_more", false)
                                .put("data", found)));
    }

    private void once(RoutingContext routing, Supplier<Answer> action) {
        replies.send(routing, stored(routing, action));
    }

    private Answer stored(RoutingContext routing, Supplier<Answer> action) {
        String key = key(routing);
        Answer before = byKey.get(key);
        if (before != null) {
            routing.response().putHeader("Idempotent-Replayed", "true");
            return before;
        }
        Answer answer = action.get();
        byKey.put(key, answer);
        return answer;
    }

    private static String key(RoutingContext routing) {
        String key = routing.request().getHeader("Idempotency-Key");
        return key != null ? key : Replies.id("key");
    }

    private static Answer error(int status, String type, String code, String message) {
        JsonObject error = new JsonObject().put("type", type).put("code", code).put("message", message);
        return new Answer(status, new JsonObject().put("error", error));
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return form;
    }
}
