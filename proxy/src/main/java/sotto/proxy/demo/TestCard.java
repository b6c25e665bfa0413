package sotto.proxy.demo;

/**
 * The card that is keyed: the sandbox approves it. Its digits are worked out one at a time and kept nowhere, so that a
 * search of this process's memory for them means something.
 */
final class TestCard {
    static final int NUMBER_DIGITS = 16;
    /** What an agent may see. */
    static final int LAST_FOUR = 4242;

    private TestCard() {}

    /** 4 and 2, in turn. */
    static int numberDigit(int index) {
        return index % 2 == 0 ? 4 : 2;
    }

    /** December of the year after {@code year}: MMYY. */
    static int expiryDigit(int index, int year) {
        int next = (year + 1) % 100;
        return switch (index) {
            case 0 -> 1;
            case 1 -> 2;
            case 2 -> next / 10;
            default -> next % 10;
        };
    }

    static int codeDigit(int index) {
        return 9 - 2 * index;
    }
}
