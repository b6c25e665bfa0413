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
    private Optional<CardBrand> brand = Optional.empty(); // of a complete number; with the last four no card data
    private OptionalInt lastFour = OptionalInt.empty();

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

    /** Of a complete number, and after its digits were wiped by others than {@link #clear}. */
    OptionalInt lastFour() {
        return lastFour;
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
        if (right && field == Field.PAYMENT_CARD_NUMBER) {
            this.brand = Optional.of(brand);
            lastFour = CardRules.lastFour(digits);
        }
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

    /** Wipes what is in, and what was shown of it. */
    void clear() {
        digits.clear();
        brand = Optional.empty();
        lastFour = OptionalInt.empty();
        complete = false;
        error = null;
    }

    /** Wipes, and starts its tries anew. */
    void restart() {
        clear();
        attempt = 1;
    }

    PaymentView.FieldView view() {
        boolean isBeingKeyed = field == Field.PAYMENT_CARD_NUMBER && digits.count() > 0;
        return new PaymentView.FieldView(
                field,
                digits.count(),
                complete,
                isBeingKeyed ? Optional.of(CardRules.brand(digits)) : brand,
                lastFour,
                attempt,
                Optional.ofNullable(error));
    }
}
