package sotto.pci.card;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The digits of one payment. One owner, who closes it; closing wipes every field. */
public final class Card implements AutoCloseable {
    private final CardDigits number;
    private final @Nullable CardDigits expiry;
    private final @Nullable CardDigits securityCode;
    private final @Nullable CardDigits postalCode;

    /**
     * Takes over the fields; those not asked for are null.
     *
     * @param number the card number (PAN)
     * @param expiry four digits, MMYY
     */
    public Card(
            CardDigits number,
            @Nullable CardDigits expiry,
            @Nullable CardDigits securityCode,
            @Nullable CardDigits postalCode) {
        this.number = number;
        this.expiry = expiry;
        this.securityCode = securityCode;
        this.postalCode = postalCode;
    }

    /** The card number (PAN). */
    public CardDigits number() {
        return number;
    }

    /** Four digits, MMYY, where asked for. */
    public Optional<CardDigits> expiry() {
        return Optional.ofNullable(expiry);
    }

    /** Three or four digits, where asked for; wiped at the gateway's first answer or failure. */
    public Optional<CardDigits> securityCode() {
        return Optional.ofNullable(securityCode);
    }

    /** Postal code, where asked for. */
    public Optional<CardDigits> postalCode() {
        return Optional.ofNullable(postalCode);
    }

    /** Type of the number. */
    public CardBrand brand() {
        return CardRules.brand(number);
    }

    /** Wipes what is held, keeps the memory for another try. */
    public void clear() {
        number.clear();
        expiry().ifPresent(CardDigits::clear);
        securityCode().ifPresent(CardDigits::clear);
        postalCode().ifPresent(CardDigits::clear);
    }

    @Override
    public void close() {
        number.close();
        expiry().ifPresent(CardDigits::close);
        securityCode().ifPresent(CardDigits::close);
        postalCode().ifPresent(CardDigits::close);
    }
}
