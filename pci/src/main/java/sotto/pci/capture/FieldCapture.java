package sotto.pci.capture;

import java.time.Clock;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import sotto.pci.card.CardBrand;
import sotto.pci.card.CardDigits;
import sotto.pci.card.CardRules;

/** One field while it is keyed. Guarded by its session. */
final class FieldCapture {
    private final Field field;
    private final CardDigits digits;
    private boolean complete;
    private int attempt = 1;
    private @Nullable String error;

    FieldCapture(Field field) {
        this.field = field;
        this.digits = new CardDigits(
                switch (field) {
                    case PAYMENT_CARD_NUMBER -> CardRules.MOST_NUMBER_DIGITS;
                    case EXPIRATION_DATE -> CardRules.EXPIRY_DIGITS;
                    case SECURITY_CODE -> CardRules.MOST_CODE_DIGITS;
                    case POSTAL_CODE -> CardRules.MOST_POSTAL_DIGITS;
                });
    }

    Field field() {
        return field;
    }

    /** Still this field's. */
    CardDigits digits() {
        return digits;
    }

    boolean isComplete() {
        return complete;
    }

    int attempt() {
        return attempt;
    }

    /** Takes a digit; true where no further one can belong to the field. */
    boolean press(int digit, CardBrand brand) {
        error = null;
        digits.append(digit);
        return switch (field) {
            case PAYMENT_CARD_NUMBER -> CardRules.isWholeNumber(digits);
            case EXPIRATION_DATE -> digits.count() == CardRules.EXPIRY_DIGITS;
            case SECURITY_CODE -> digits.count() == brand.securityCodeDigits();
            case POSTAL_CODE -> digits.count() == CardRules.MOST_POSTAL_DIGITS;
        };
    }

    /** Checks what is in; complete where it returns empty, else the error's published name. */
    Optional<String> finish(CardBrand brand, Clock clock) {
        boolean right =
                switch (field) {
                    case PAYMENT_CARD_NUMBER -> CardRules.isNumber(digits);
                    case EXPIRATION_DATE -> CardRules.isExpiry(digits, clock);
                    case SECURITY_CODE -> digits.count() == brand.securityCodeDigits();
                    case POSTAL_CODE -> digits.count() >= 3;
                };
        complete = right;
        return right
                ? Optional.empty()
                : Optional.of(
                        switch (field) {
                            case PAYMENT_CARD_NUMBER -> "invalid-card-number";
                            case EXPIRATION_DATE -> "invalid-date";
                            case SECURITY_CODE -> "invalid-security-code";
                            case POSTAL_CODE -> "invalid-postal-code";
                        });
    }

    /** Wipes it for another try. */
    void fail(String kind) {
        clear();
        error = kind;
        attempt++;
    }

    /** Wipes what is in. */
    void clear() {
        digits.clear();
        complete = false;
        error = null;
    }

    /** Wipes, and starts its tries anew. */
    void restart() {
        clear();
        attempt = 1;
    }

    PaymentView.FieldView view(OptionalInt lastFour) {
        boolean number = field == Field.PAYMENT_CARD_NUMBER;
        return new PaymentView.FieldView(
                field,
                digits.count(),
                complete,
                number && digits.count() > 0 ? Optional.of(CardRules.brand(digits)) : Optional.empty(),
                number ? lastFour : OptionalInt.empty(),
                attempt,
                Optional.ofNullable(error));
    }
}
