package sotto.pci.psp;

import java.util.Currency;

/**
 * What a gateway is asked to do, without the card.
 *
 * @param paymentId ours, and the gateway's {@code transaction_id}
 * @param method charge, authorise or tokenise
 * @param amountMinor amount in the currency's minor unit; 0 for tokenise
 * @param currency ISO 4217
 * @param description free text for the statement; never a digit of the card
 * @param idempotencyKey one for each payment, the same however often it is sent
 */
public record Charge(
        String paymentId,
        Method method,
        long amountMinor,
        Currency currency,
        String description,
        String idempotencyKey) {
    /** What is done with the card. */
    public enum Method {
        CHARGE,
        AUTHORIZE,
        TOKENIZE
    }
}
