package sotto.pci.capture;

import java.time.Duration;

/**
 * Deadlines of a payment.
 *
 * @param interDigit silence after which a field ends
 * @param field longest time for one field
 * @param session longest time from arming to hand-back
 * @param attempts tries for a field before the payment fails
 */
public record PaymentSettings(Duration interDigit, Duration field, Duration session, int attempts) {}
