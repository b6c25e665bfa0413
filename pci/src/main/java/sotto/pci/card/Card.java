package sotto.pci.card;

import java.util.Optional;

/** The digits of one payment. One owner, who closes it; closing wipes every field. */
public final class Card implements AutoCloseable {
    /** The card number (PAN), complete and valid by ISO/IEC 7812. */
    public CardDigits number() {
        throw new UnsupportedOperationException();
    }

    /** Four digits, MMYY, where asked for. */
    public Optional<CardDigits> expiry() {
        throw new UnsupportedOperationException();
    }

    /** Three or four digits, where asked for; wiped at the gateway's first answer or failure. */
    public Optional<CardDigits> securityCode() {
        throw new UnsupportedOperationException();
    }

    /** Postal code, where asked for. */
    public Optional<CardDigits> postalCode() {
        throw new UnsupportedOperationException();
    }

    public CardBrand brand() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
