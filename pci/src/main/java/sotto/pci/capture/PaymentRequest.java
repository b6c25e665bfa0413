package sotto.pci.capture;

import java.util.List;
import java.util.Optional;
import sotto.pci.psp.Charge;

/**
 * What an agent's system asks for, as it came; checked by {@link sotto.pci.Payments#start}.
 *
 * @param amount such as {@code 12.34}; empty only to tokenise
 * @param currency ISO 4217 code
 * @param fields in the order they are asked for; the card number comes before the security code
 * @param connector name of a configured gateway; empty for the only or first one
 * @param idempotencyKey the caller's; made here where empty
 * @param confirm true where the fields must be confirmed by {@link Verb#CONFIRM} before they can be submitted
 */
public record PaymentRequest(
        Optional<String> amount,
        String currency,
        Charge.Method method,
        List<Field> fields,
        Optional<String> connector,
        String description,
        Optional<String> idempotencyKey,
        boolean confirm) {}
