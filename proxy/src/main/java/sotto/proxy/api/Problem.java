package sotto.proxy.api;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import sotto.pci.capture.PaymentRefused;

/**
 * What a request is refused with (RFC 9457). Made on any thread. Its text is ours alone: nothing of a request goes into
 * it, for a request may hold a card number.
 */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String TYPE = "urn:sotto:problem:";

    private final int status;
    private final String name;
    private final String detail;

    /**
     * @param name stable, lower case with hyphens: the end of the type
     * @param detail what to do about it
     */
    Problem(int status, String name, String detail) {
        super(detail, null, false, false); // a peer's mistake: no stack
        this.status = status;
        this.name = name;
        this.detail = detail;
    }

    static Problem of(PaymentRefused refused) {
        int status =
                switch (refused.reason()) {
                    case UNKNOWN_CALL, UNKNOWN_PAYMENT -> 404;
                    case CALL_NOT_ANSWERED, PAYMENT_IN_PROGRESS, VERB_NOT_ALLOWED -> 409;
                    case INVALID_AMOUNT, INVALID_CURRENCY, INVALID_FIELDS, UNKNOWN_CONNECTOR -> 400;
                    case IDEMPOTENCY_KEY_REUSED -> 422;
                    case ARM_FAILED -> 503;
                };
        String name = refused.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return new Problem(status, name, String.valueOf(refused.getMessage()));
    }

    static Problem unknownCall() {
        return new Problem(404, "unknown-call", "no such call now; GET /v1/calls lists them");
    }

    static Problem unknownPayment() {
        return new Problem(404, "unknown-payment", "no such payment, or it ended too long ago");
    }

    static Problem malformed(String detail) {
        return new Problem(400, "malformed-request", detail);
    }

    int status() {
        return status;
    }

    JsonObject json() {
        return new JsonObject()
                .put("type", TYPE + name)
                .put("title", title())
                .put("status", status)
                .put("detail", detail);
    }

    private String title() {
        String words = name.replace('-', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}
