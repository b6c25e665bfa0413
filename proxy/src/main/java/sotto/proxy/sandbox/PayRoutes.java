package sotto.proxy.sandbox;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The sandbox in the vocabulary of Pay connectors. Runs on the sandbox's event loop. */
final class PayRoutes {
    private final Ledger ledger;
    private final Replies replies;
    private final Map<String, Answer> byKey = new HashMap<>();
    private final Map<String, Answer> byTransaction = new HashMap<>();

    PayRoutes(Ledger ledger, Replies replies) {
        this.ledger = ledger;
        this.replies = replies;
    }

    void on(Router router) {
        router.post("/pay").handler(routing -> replies.receive(routing, this::pay));
        router.get("/pay/:id").handler(this::lookUp);
    }

    private void pay(RoutingContext routing, String body, Optional<CardNumber> card) {
        JsonObject request = new JsonObject(body);
        String transaction = request.getString("transaction_id", "");
        if (transaction.isEmpty()) {
            replies.send(routing, error(400, "invalid_request", "transaction_id is missing"));
            return;
        }
        String key = Optional.ofNullable(routing.request().getHeader("Idempotency-Key"))
                .orElse(transaction);
        Answer before = byKey.getOrDefault(key, byTransaction.get(transaction));
        if (before != null) {
            replies.send(routing, before);
        } else if (card.isEmpty()) {
            replies.send(routing, keep(key, transaction, error(402, "invalid_card_number", "no such card")));
        } else if (card.get().magic() == MagicCard.FAIL) {
            replies.send(routing, error(500, "internal", "not charged"));
        } else {
            Answer answer = keep(key, transaction, decide(request, transaction, card.get()));
            replies.send(routing, answer, card.get().magic());
        }
    }

    private Answer decide(JsonObject request, String transaction, CardNumber card) {
        String method = request.getString("method", "charge");
        Ledger.Outcome outcome =
                switch (method) {
                    case "tokenize" -> Ledger.Outcome.TOKENIZED;
                    case "authorize" -> Ledger.Outcome.AUTHORIZED;
                    default -> Ledger.Outcome.CHARGED;
                };
        outcome = card.magic() == MagicCard.DECLINE ? Ledger.Outcome.DECLINED : outcome;
        ledger.add(new Ledger.Line(
                transaction,
                request.getString("amount", ""),
                request.getString("currency_code", ""),
                card.lastFour(),
                outcome));
        return switch (outcome) {
            case DECLINED -> error(200, "card_declined", "the issuer declined");
            case TOKENIZED -> new Answer(200, new JsonObject().put("token_id", Replies.id("tok")));
            case CHARGED, AUTHORIZED -> new Answer(200, new JsonObject().put("charge_id", Replies.id("ch")));
        };
    }

    private void lookUp(RoutingContext routing) {
        Answer answer = byTransaction.get(routing.pathParam("id"));
        replies.send(routing, answer != null ? answer : error(404, "not_found", "no such transaction"));
    }

    private Answer keep(String key, String transaction, Answer answer) {
        byKey.put(key, answer);
        byTransaction.put(transaction, answer);
        return answer;
    }

    private static Answer error(int status, String code, String message) {
        return new Answer(status, new JsonObject().put("error_code", code).put("error_message", message));
    }
}
