package sotto.pci.capture;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import sotto.pci.card.CardBrand;

/**
 * A payment as an agent may see it: counts and outcomes, never a digit but the last four of a complete number.
 *
 * @param outcome what came of it, kept after hand-back: an answer of the gateway, or why it was not asked
 * @param confirmed the agent has confirmed the fields as they are
 * @param capturing the field that takes keys now
 * @param sinks sinks that acknowledged the mask
 * @param reference the gateway's charge id or token
 * @param errorCode the gateway's code, or ours for a failure
 * @param allowed verbs that would be taken now, in the order of their declaration
 * @param sequence rises with each change, from 1
 */
public record PaymentView(
        String id,
        String callId,
        PaymentState state,
        String method,
        String amount,
        String currency,
        String connector,
        Optional<PaymentState> outcome,
        boolean confirmed,
        Optional<Field> capturing,
        List<FieldView> fields,
        List<String> sinks,
        Optional<String> reference,
        Optional<String> errorCode,
        Optional<String> errorMessage,
        Set<Verb> allowed,
        Instant createdAt,
        long sequence) {
    /**
     * One field's progress.
     *
     * @param digits how many are in; 0 once wiped
     * @param complete accepted by the field's rules
     * @param brand card number only, as soon as its first digits tell; stays when a complete number is wiped
     * @param lastFour card number only, once complete: 0 to 9999; stays likewise
     * @param attempt from 1
     * @param error such as {@code invalid-card-number}, {@code input-timeout}
     */
    public record FieldView(
            Field field,
            int digits,
            boolean complete,
            Optional<CardBrand> brand,
            OptionalInt lastFour,
            int attempt,
            Optional<String> error) {}
}
