package sotto.pci.card;

/** Card types, with what ISO/IEC 7812 issuer ranges and lengths say of them. */
public enum CardBrand {
    VISA(3, 13, 16, 19),
    MASTERCARD(3, 16),
    AMEX(4, 15),
    DISCOVER(3, 16, 19),
    JCB(3, 16, 19),
    DINERS_CLUB(3, 14, 16, 19),
    MAESTRO(3, 12, 13, 14, 15, 16, 17, 18, 19),
    UNIONPAY(3, 16, 17, 18, 19),
    UNKNOWN(3, 12, 13, 14, 15, 16, 17, 18, 19);

    private final int securityCodeDigits;
    private final int lengths; // bit n: a number may have n digits

    CardBrand(int securityCodeDigits, int... lengths) {
        this.securityCodeDigits = securityCodeDigits;
        int bits = 0;
        for (int length : lengths) {
            bits |= 1 << length;
        }
        this.lengths = bits;
    }

    /** Digits of the security code. */
    public int securityCodeDigits() {
        return securityCodeDigits;
    }

    /** True where a number of this many digits exists. */
    public boolean hasLength(int digits) {
        return digits < Integer.SIZE && (lengths & 1 << digits) != 0;
    }

    /** The length that nearly every card of this type has: at it, a number that passes Luhn is taken as complete. */
    public int usualLength() {
        return switch (this) {
            case AMEX -> 15;
            case DINERS_CLUB -> 14;
            case MAESTRO, UNIONPAY, UNKNOWN -> 19;
            default -> 16;
        };
    }
}
