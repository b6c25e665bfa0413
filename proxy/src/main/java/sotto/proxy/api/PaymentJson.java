package sotto.proxy.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import sotto.pci.capture.Field;
import sotto.pci.capture.PaymentState;
import sotto.pci.capture.PaymentView;
import sotto.pci.capture.PaymentView.FieldView;
import sotto.pci.card.CardBrand;

/**
 * A payment as JSON, from a view, on any thread: our own members, then the names of Pay's status callback, so that an
 * integration written for those finds what it looks for. Every number is masked: {@code x} for each digit, and the last
 * four once the number is complete.
 */
final class PaymentJson {
    private static final int USUAL_NUMBER = 16;

    private PaymentJson() {}

    static JsonObject of(PaymentView view) {
        JsonArray fields = new JsonArray();
        view.fields().forEach(field -> fields.add(field(field)));
        JsonArray allowed = new JsonArray();
        view.allowed().forEach(verb -> allowed.add(verb.wireName()));
        JsonObject json = new JsonObject()
                .put("id", view.id())
                .put("callId", view.callId())
                .put("state", view.state().name())
                .put("masked", view.state() != PaymentState.CLOSED)
                .put("result", view.outcome().map(PaymentState::name).orElse(null))
                .put("confirmed", view.confirmed())
                .put("method", view.method())
                .put("amount", view.amount())
                .put("currency", view.currency())
                .put("connector", view.connector())
                .put("fields", fields)
                .put("capturing", view.capturing().map(Field::wireName).orElse(null))
                .put("sinks", new JsonArray(view.sinks()))
                .put("reference", view.reference().orElse(null))
                .put("errorCode", view.errorCode().orElse(null))
                .put("errorMessage", view.errorMessage().orElse(null))
                .put("allowed", allowed)
                .put("createdAt", view.createdAt().toString())
                .put("sequence", view.sequence());
        return payNames(json, view);
    }

    private static JsonObject field(FieldView field) {
        return new JsonObject()
                .put("name", field.field().wireName())
                .put("digits", field.digits())
                .put("complete", field.complete())
                .put("brand", brand(field).orElse(null))
                .put("lastFour", lastFour(field).orElse(null))
                .put("attempt", field.attempt())
                .put("error", field.error().orElse(null));
    }

    private static JsonObject payNames(JsonObject json, PaymentView view) {
        Optional<FieldView> now = view.fields().stream()
                .filter(field -> view.capturing().filter(field.field()::equals).isPresent())
                .findFirst();
        json.put("For", view.capturing().map(Field::wireName).orElseGet(() -> step(view)));
        json.put("PartialResult", now.filter(field -> field.digits() > 0).isPresent());
        now.ifPresent(field -> {
            json.put("Attempt", field.attempt());
            field.error().ifPresent(error -> json.put("ErrorType", error));
        });
        view.fields().forEach(field -> masked(json, field));
        view.outcome().ifPresent(outcome -> json.put("Result", result(view, outcome)));
        view.reference()
                .ifPresent(reference -> json.put(
                        view.method().equals("tokenize") ? "PaymentToken" : "PaymentConfirmationCode", reference));
        view.errorCode().ifPresent(code -> json.put("PayErrorCode", code));
        view.errorMessage().ifPresent(message -> json.put("PaymentError", message));
        return json;
    }

    private static void masked(JsonObject json, FieldView field) {
        String hidden = "x".repeat(field.digits());
        switch (field.field()) {
            case PAYMENT_CARD_NUMBER -> {
                int before = (field.digits() == 0 ? usualLength(field) : field.digits()) - 4; // 0: wiped since
                json.put(
                        "PaymentCardNumber",
                        lastFour(field).map(four -> "x".repeat(before) + four).orElse(hidden));
                brand(field).ifPresent(brand -> json.put("PaymentCardType", brand));
            }
            case EXPIRATION_DATE -> json.put("ExpirationDate", hidden);
            case SECURITY_CODE -> json.put("SecurityCode", hidden);
            case POSTAL_CODE -> json.put("PaymentCardPostalCode", hidden);
        }
    }

    /** A doubtful payment has a name of its own: an integration must not take it for a failure and charge again. */
    private static String result(PaymentView view, PaymentState outcome) {
        return switch (outcome) {
            case CAPTURED, AUTHORISED, TOKENISED -> "success";
            case CALLER_HUNG_UP -> "caller-hung-up";
            case CANCELLED -> "cancelled";
            case UNKNOWN -> "unknown";
            case FAILED ->
                view.errorCode().filter(PaymentJson::isOfAField).isPresent()
                        ? "too-many-failed-attempts"
                        : "payment-connector-error";
            default -> "payment-connector-error";
        };
    }

    private static boolean isOfAField(String errorCode) {
        return errorCode.startsWith("invalid-") || errorCode.endsWith("-timeout");
    }

    /** What came of it, not that it is over: nobody shall take a cancelled payment for a completed one. */
    private static String step(PaymentView view) {
        boolean isOver = view.state() == PaymentState.HANDED_BACK || view.state() == PaymentState.CLOSED;
        return switch (isOver ? view.outcome().orElse(view.state()) : view.state()) {
            case CAPTURED, AUTHORISED, TOKENISED -> "payment-completed";
            case DECLINED, FAILED, UNKNOWN, ARM_FAILED -> "payment-failed";
            case CANCELLED, CALLER_HUNG_UP -> "payment-canceled";
            default -> "payment-processing";
        };
    }

    private static Optional<String> brand(FieldView field) {
        return field.brand().filter(brand -> brand != CardBrand.UNKNOWN).map(PaymentBody::wireName);
    }

    private static Optional<String> lastFour(FieldView field) {
        return field.lastFour().isPresent()
                ? Optional.of("%04d".formatted(field.lastFour().getAsInt()))
                : Optional.empty();
    }

    private static int usualLength(FieldView field) {
        return Math.min(USUAL_NUMBER, field.brand().map(CardBrand::usualLength).orElse(USUAL_NUMBER));
    }
}
