package sotto.pci.capture;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.EnumSet;
import java.util.regex.Pattern;
import sotto.pci.capture.PaymentRefused.Reason;
import sotto.pci.psp.Charge;

/** A request that was checked. Throws what the API answers. */
record Order(PaymentRequest request, long amountMinor, Currency currency) {
    private static final Pattern AMOUNT = Pattern.compile("\\d{1,9}(\\.\\d{1,4})?");
    private static final Pattern CARD_LIKE = Pattern.compile("(?:\\d[ -]?){12,18}\\d");

    static Order check(PaymentRequest request) throws PaymentRefused {
        Currency currency = currency(request.currency());
        checkFields(request);
        if (CARD_LIKE.matcher(request.description()).find()) {
            throw new PaymentRefused(
                    Reason.INVALID_FIELDS, "the description has what looks like a card number; leave it out");
        }
        return new Order(request, amount(request, currency), currency);
    }

    /**
     * What a gateway is asked to do.
     *
     * @param submission from 1: each further card is another payment to the gateway
     */
    Charge charge(String paymentId, int submission) {
        String suffix = submission == 1 ? "" : "-" + submission;
        return new Charge(
                paymentId + suffix,
                request.method(),
                amountMinor,
                currency,
                request.description(),
                request.idempotencyKey().orElse(paymentId) + suffix);
    }

    private static Currency currency(String code) throws PaymentRefused {
        try {
            return Currency.getInstance(code);
        } catch (IllegalArgumentException e) {
            throw new PaymentRefused(
                    Reason.INVALID_CURRENCY,
                    "currency is not an ISO 4217 code; write three capital letters such as EUR");
        }
    }

    private static long amount(PaymentRequest request, Currency currency) throws PaymentRefused {
        if (request.amount().isEmpty()) {
            if (request.method() == Charge.Method.TOKENIZE) {
                return 0;
            }
            throw new PaymentRefused(Reason.INVALID_AMOUNT, "amount is missing; only tokenize goes without one");
        }
        int decimals = Math.max(0, currency.getDefaultFractionDigits());
        String text = request.amount().get();
        if (AMOUNT.matcher(text).matches()) {
            BigDecimal amount = new BigDecimal(text);
            if (amount.stripTrailingZeros().scale() <= decimals && amount.signum() > 0) {
                return amount.movePointRight(decimals).longValueExact();
            }
        }
        throw new PaymentRefused(
                Reason.INVALID_AMOUNT,
                "amount is not a positive number below a thousand million with at most " + decimals + " decimals for "
                        + currency + "; write it as text, such as \"12"
                        + (decimals > 0 ? "." + "3".repeat(decimals) : "")
                        + "\"");
    }

    private static void checkFields(PaymentRequest request) throws PaymentRefused {
        if (request.fields().isEmpty()
                || EnumSet.copyOf(request.fields()).size() != request.fields().size()) {
            throw new PaymentRefused(Reason.INVALID_FIELDS, "name each field once, and at least one");
        }
        int number = request.fields().indexOf(Field.PAYMENT_CARD_NUMBER);
        int code = request.fields().indexOf(Field.SECURITY_CODE);
        if (number < 0) {
            throw new PaymentRefused(Reason.INVALID_FIELDS, "payment-card-number is missing");
        }
        if (code >= 0 && code < number) {
            throw new PaymentRefused(
                    Reason.INVALID_FIELDS,
                    "security-code comes before payment-card-number, whose type says how long it is; swap them");
        }
    }
}
