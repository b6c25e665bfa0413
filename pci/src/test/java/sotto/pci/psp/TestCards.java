package sotto.pci.psp;

import sotto.pci.card.Card;
import sotto.pci.card.CardDigits;

/** Cards for tests, from digits that are not text: each is kept with 40 added. */
public final class TestCards {
    private static final int SHIFT = 40;

    private TestCards() {}

    /** Expiry 1234, code 987. */
    public static Card card(int[] shiftedNumber) {
        return new Card(digits(shiftedNumber), digits(41, 42, 43, 44), digits(49, 48, 47), null);
    }

    public static CardDigits digits(int... shifted) {
        CardDigits digits = new CardDigits(shifted.length);
        for (int digit : shifted) {
            digits.append(digit - SHIFT);
        }
        return digits;
    }
}
