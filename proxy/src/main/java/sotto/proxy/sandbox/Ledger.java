package sotto.proxy.sandbox;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** What money moved, or did not. Written by the event loop; the count may be read anywhere. */
final class Ledger {
    /**
     * One line.
     *
     * @param amount as the request said it: decimal for the connector, minor units for Stripe
     * @param lastFour 0 to 9999
     */
    record Line(String transactionId, String amount, String currency, int lastFour, Outcome outcome) {
        private JsonObject json() {
            return new JsonObject()
                    .put("transaction_id", transactionId)
                    .put("amount", amount)
                    .put("currency", currency)
                    .put("last_four", String.format("%04d", lastFour))
                    .put("outcome", outcome.name().toLowerCase(Locale.ROOT));
        }
    }

    /** Of a line. */
    enum Outcome {
        CHARGED,
        AUTHORIZED,
        TOKENIZED,
        DECLINED
    }

    private final List<Line> lines = new ArrayList<>();
    private final AtomicLong charges = new AtomicLong();

    void add(Line line) {
        lines.add(line);
        if (line.outcome() == Outcome.CHARGED || line.outcome() == Outcome.AUTHORIZED) {
            charges.incrementAndGet();
        }
    }

    long charges() {
        return charges.get();
    }

    JsonArray json() {
        return new JsonArray(lines.stream().map(Line::json).toList());
    }
}
