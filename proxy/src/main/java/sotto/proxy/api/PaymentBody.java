package sotto.proxy.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sotto.pci.capture.Field;
import sotto.pci.capture.PaymentRequest;
import sotto.pci.capture.Verb;
import sotto.pci.psp.Charge;

/** Bodies of the payment endpoints, from JSON to the card plane's types. Amount and currency are checked there. */
final class PaymentBody {
    private static final List<String> START =
            List.of("amount", "currency", "method", "fields", "connector", "description", "idempotencyKey", "confirm");
    private static final List<Field> USUAL =
            List.of(Field.PAYMENT_CARD_NUMBER, Field.EXPIRATION_DATE, Field.SECURITY_CODE);
    private static final Pattern CARD_LIKE = Pattern.compile("(?:\\d[ -]?){12,18}\\d");

    private PaymentBody() {}

    /** The body that starts a payment. */
    static PaymentRequest start(@Nullable String body) {
        JsonBody json = JsonBody.read(body, START);
        Optional<String> key = json.text("idempotencyKey").filter(text -> !text.isEmpty());
        if (key.isPresent() && CARD_LIKE.matcher(key.get()).find()) {
            throw Problem.malformed("idempotencyKey has what looks like a card number; use a random one");
        }
        return new PaymentRequest(
                json.text("amount"),
                json.text("currency")
                        .orElseThrow(() -> new Problem(
                                400, "invalid-currency", "currency is missing; write an ISO 4217 code such as EUR")),
                json.text("method").map(PaymentBody::method).orElse(Charge.Method.CHARGE),
                json.texts("fields")
                        .map(names -> names.stream().map(PaymentBody::field).toList())
                        .orElse(USUAL),
                json.text("connector"),
                json.text("description").orElse(""),
                key,
                json.truth("confirm").orElse(false));
    }

    /** The body of a verb: nothing, or a field. */
    static Optional<Field> verb(@Nullable String body) {
        return JsonBody.read(body, List.of("field")).text("field").map(PaymentBody::field);
    }

    /** A verb by its name in the path. */
    static Verb verbNamed(String name) {
        return named(Verb.values(), PaymentBody::wireName, name)
                .orElseThrow(() ->
                        new Problem(404, "unknown-verb", "verbs are " + list(Verb.values(), PaymentBody::wireName)));
    }

    static String wireName(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Field field(String name) {
        return named(Field.values(), Field::wireName, name)
                .orElseThrow(() -> new Problem(
                        400, "invalid-fields", "a field is one of " + list(Field.values(), Field::wireName)));
    }

    private static Charge.Method method(String name) {
        return named(Charge.Method.values(), PaymentBody::wireName, name)
                .orElseThrow(() -> new Problem(
                        400,
                        "invalid-method",
                        "method is one of " + list(Charge.Method.values(), PaymentBody::wireName)));
    }

    private static <T> Optional<T> named(T[] values, Function<T, String> names, String name) {
        return Arrays.stream(values).filter(v -> names.apply(v).equals(name)).findFirst();
    }

    private static <T> String list(T[] values, Function<T, String> names) {
        return Arrays.stream(values).map(names).collect(Collectors.joining(", "));
    }
}
