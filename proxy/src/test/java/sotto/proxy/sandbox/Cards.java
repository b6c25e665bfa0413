package sotto.proxy.sandbox;

import sotto.pci.card.Card;
import sotto.pci.card.CardDigits;

/** Cards for tests. */
final class Cards {
    private Cards() {}

    static Card of(String number) {
        return of(digits(number));
    }

    /** Expiry 1234, code 123. */
    static Card of(CardDigits number) {
        return new Card(number, digits("1234"), digits("123"), null);
    }

    private static CardDigits digits(String text) {
        CardDigits digits = new CardDigits(text.length());
        text.chars().forEach(c -> digits.append(c - '0'));
        return digits;
    }
}
