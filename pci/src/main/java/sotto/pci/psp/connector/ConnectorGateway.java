package sotto.pci.psp.connector;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import sotto.pci.card.Card;
import sotto.pci.card.CardDigits;
import sotto.pci.psp.Charge;
import sotto.pci.psp.CredentialFile;
import sotto.pci.psp.Exchange;
import sotto.pci.psp.Gateway;
import sotto.pci.psp.GatewayText;
import sotto.pci.psp.Outcome;
import sotto.pci.psp.SecretBody;
import sotto.pci.psp.SecretHttp;
import sotto.pci.psp.SecretRequest;

/**
 * Any gateway that speaks the vocabulary of Pay connectors: JSON in, JSON out. Thread-safe.
 *
 * <pre>
 *  answer                                    outcome of take      of lookUp
 *  2xx with charge_id (or token_id)          Approved             Approved
 *  2xx or 402 with error_code                Declined             Declined
 *  400 401 403 404 422 429                   NotSent              404: NotSent, others Unknown
 *  anything else, malformed, late, dropped   Unknown              Unknown
 *  never connected                           NotSent              Unknown
 * </pre>
 *
 * <p>A gateway must know a {@code transaction_id} from the moment it takes the request, or its 404 would deny a payment
 * that is still under way; and must answer the same to the same {@code Idempotency-Key}.
 */
public final class ConnectorGateway implements Gateway {
    private final ConnectorSettings settings;
    private final SecretHttp http;

    public ConnectorGateway(ConnectorSettings settings) {
        this(settings, SecretHttp.withDefaultTrust());
    }

    /**
     * @param http with the trust to use
     */
    public ConnectorGateway(ConnectorSettings settings, SecretHttp http) {
        this.settings = settings;
        this.http = http;
    }

    @Override
    public Outcome take(Card card, Charge charge) {
        if (card.number().count() == 0) {
            return new Outcome.NotSent("the card number has been wiped");
        }
        SecretRequest request;
        try {
            request = new SecretRequest("POST", settings.url(), headers(charge), Optional.of(body(card, charge)));
        } catch (IOException | IllegalArgumentException e) {
            return new Outcome.NotSent(GatewayText.plain(e.getMessage()));
        }
        return switch (http.send(request, settings.timeout())) {
            case Exchange.NeverSent(String reason) -> new Outcome.NotSent(reason);
            case Exchange.Doubtful(String reason) -> new Outcome.Unknown(reason);
            case Exchange.Answered answer
            when isRefusal(answer.status()) ->
                new Outcome.NotSent("gateway refused the request with HTTP " + answer.status() + detail(answer));
            case Exchange.Answered answer -> outcome(answer, charge);
        };
    }

    @Override
    public Outcome lookUp(Charge charge) {
        SecretRequest request;
        try {
            String id = URLEncoder.encode(charge.paymentId(), StandardCharsets.UTF_8);
            URI uri = URI.create(settings.url().toString().replaceFirst("/?$", "/") + id);
            request = new SecretRequest("GET", uri, headers(charge), Optional.empty());
        } catch (IOException | IllegalArgumentException e) {
            return new Outcome.Unknown(GatewayText.plain(e.getMessage()));
        }
        return switch (http.send(request, settings.timeout())) {
            case Exchange.NeverSent(String reason) -> new Outcome.Unknown("cannot ask: " + reason);
            case Exchange.Doubtful(String reason) -> new Outcome.Unknown("cannot ask: " + reason);
            case Exchange.Answered answer when answer.status() == 404 -> new Outcome.NotSent("gateway never saw it");
            case Exchange.Answered answer -> outcome(answer, charge);
        };
    }

    @Override
    public void close() {
        // a connection lives no longer than its request
    }

    private static boolean isRefusal(int status) {
        return switch (status) {
            case 400, 401, 403, 404, 422, 429 -> true;
            default -> false;
        };
    }

    private static Outcome outcome(Exchange.Answered answer, Charge charge) {
        int status = answer.status();
        boolean success = status >= 200 && status < 300;
        if (!success && status != 402) {
            return new Outcome.Unknown("gateway answered HTTP " + status);
        }
        Optional<JsonObject> json = json(answer.body());
        if (json.isEmpty()) {
            return new Outcome.Unknown("gateway answered HTTP " + status + " with a body that is not a JSON object");
        }
        Optional<String> error = text(json.get(), "error_code");
        if (error.isPresent() || status == 402) {
            String message = text(json.get(), "error_message").orElse("declined");
            return new Outcome.Declined(GatewayText.plain(error.orElse("declined")), GatewayText.plain(message));
        }
        String name = charge.method() == Charge.Method.TOKENIZE ? "token_id" : "charge_id";
        return text(json.get(), name)
                .filter(GatewayText::isReference)
                .<Outcome>map(Outcome.Approved::new)
                .orElseGet(() -> new Outcome.Unknown("gateway answered HTTP " + status + " without " + name));
    }

    private static String detail(Exchange.Answered answer) {
        return json(answer.body())
                .flatMap(json -> text(json, "error_message").or(() -> text(json, "error_code")))
                .map(text -> ": " + GatewayText.plain(text))
                .orElse("");
    }

    private static Optional<JsonObject> json(String body) {
        try {
            JsonElement root = JsonParser.parseString(body);
            return root.isJsonObject() ? Optional.of(root.getAsJsonObject()) : Optional.empty();
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    /** A member that says something: null, blank text, arrays and objects count as absent. */
    private static Optional<String> text(JsonObject json, String name) {
        return Optional.ofNullable(json.get(name))
                .filter(JsonElement::isJsonPrimitive)
                .map(JsonElement::getAsString)
                .filter(value -> !value.isBlank());
    }

    private Map<String, String> headers(Charge charge) throws IOException {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json");
        headers.put("Idempotency-Key", charge.idempotencyKey());
        if (settings.credentialFile().isPresent()) {
            headers.put(
                    "Authorization",
                    new CredentialFile(settings.credentialFile().get()).authorization());
        }
        return headers;
    }

    private static SecretBody body(Card card, Charge charge) {
        SecretBody body = new SecretBody()
                .text("{\"method\":" + quoted(charge.method().name().toLowerCase(Locale.ROOT)))
                .text(",\"transaction_id\":" + quoted(charge.paymentId()))
                .text(",\"cardnumber\":\"")
                .digits(card.number())
                .text("\"");
        held(card.securityCode()).ifPresent(code -> member(body, "cvv", code, 0, code.count()));
        held(card.expiry()).ifPresent(expiry -> {
            member(body, "expiry_month", expiry, 0, 2);
            member(body, "expiry_year", expiry, 2, 4);
        });
        held(card.postalCode()).ifPresent(code -> member(body, "postal_code", code, 0, code.count()));
        if (charge.method() != Charge.Method.TOKENIZE) {
            body.text(",\"amount\":" + quoted(amount(charge)));
        }
        return body.text(",\"currency_code\":" + quoted(charge.currency().getCurrencyCode()))
                .text(",\"description\":" + quoted(charge.description()) + "}");
    }

    /** A field that was asked for and has not been wiped since. */
    private static Optional<CardDigits> held(Optional<CardDigits> field) {
        return field.filter(digits -> digits.count() > 0);
    }

    private static void member(SecretBody body, String name, CardDigits digits, int from, int to) {
        body.text(",\"" + name + "\":\"").digits(digits, from, to).text("\"");
    }

    private static String amount(Charge charge) {
        int decimals = Math.max(0, charge.currency().getDefaultFractionDigits()); // -1: the code is no money
        return BigDecimal.valueOf(charge.amountMinor(), decimals).toPlainString();
    }

    private static String quoted(String text) {
        return new JsonPrimitive(text).toString();
    }
}
