package sotto.pci.capture;

import org.jspecify.annotations.Nullable;
import sotto.pci.psp.Charge;
import sotto.pci.psp.Outcome;

/**
 * Where a gateway's answer takes a payment.
 *
 * @param reference the gateway's, where it said yes
 * @param code the gateway's, or ours; null where it said yes
 * @param message likewise
 */
record Reached(PaymentState state, @Nullable String reference, @Nullable String code, @Nullable String message) {
    static Reached by(Outcome answer, Charge.Method method) {
        return switch (answer) {
            case Outcome.Approved(String reference) -> new Reached(approved(method), reference, null, null);
            case Outcome.Declined(String code, String message) ->
                new Reached(PaymentState.DECLINED, null, code, message);
            case Outcome.NotSent(String reason) ->
                new Reached(PaymentState.FAILED, null, "gateway-unreachable", reason);
            case Outcome.Unknown(String reason) -> new Reached(PaymentState.UNKNOWN, null, "gateway-no-answer", reason);
        };
    }

    private static PaymentState approved(Charge.Method method) {
        return switch (method) {
            case CHARGE -> PaymentState.CAPTURED;
            case AUTHORIZE -> PaymentState.AUTHORISED;
            case TOKENIZE -> PaymentState.TOKENISED;
        };
    }
}
