package sotto.pci.psp.stripe;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Set;

/**
 * Amounts as Stripe counts them: its minor units are not always those of ISO 4217, and a wrong exponent is a payment a
 * hundred times too large or small.
 *
 * @see <a href="https://docs.stripe.com/currencies#zero-decimal">Stripe: zero-decimal currencies and special cases</a>
 */
final class StripeAmount {
    private static final Set<String> NO_DECIMALS = Set.of(
            "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF");
    private static final Set<String> THREE_DECIMALS = Set.of("BHD", "JOD", "KWD", "OMR", "TND"); // last one must be 0

    private StripeAmount() {}

    /**
     * @param minor in ISO 4217 minor units
     * @return in Stripe's
     * @throws IllegalArgumentException where Stripe cannot say this amount
     */
    static long of(long minor, Currency currency) {
        String code = currency.getCurrencyCode();
        int decimals = NO_DECIMALS.contains(code) ? 0 : THREE_DECIMALS.contains(code) ? 3 : 2; // ISK and UGX too: 2
        BigDecimal amount = BigDecimal.valueOf(minor, Math.max(0, currency.getDefaultFractionDigits()));
        try {
            long units = amount.movePointRight(decimals).longValueExact();
            if (decimals == 3 && units % 10 != 0) {
                throw new ArithmeticException("third decimal");
            }
            return units;
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("Stripe cannot take " + amount.toPlainString() + " " + code, e);
        }
    }
}
