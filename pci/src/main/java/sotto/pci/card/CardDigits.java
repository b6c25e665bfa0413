package sotto.pci.card;

import java.nio.ByteBuffer;

/**
 * Digits of one field, in native memory. One owner, who closes it; closing wipes. A digit leaves only as an octet into
 * memory that the caller wipes: there is no way to text.
 */
public final class CardDigits implements AutoCloseable {
    /**
     * @param capacity most digits that the field can take
     */
    public CardDigits(int capacity) {
        throw new UnsupportedOperationException();
    }

    /** Digits held. */
    public int count() {
        throw new UnsupportedOperationException();
    }

    /**
     * Adds one digit.
     *
     * @param digit 0 to 9
     * @return false, and nothing added, where the field is full
     */
    public boolean append(int digit) {
        throw new UnsupportedOperationException();
    }

    /** Wipes the digits, keeps the memory. */
    public void clear() {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes digits as ASCII.
     *
     * @param from first digit, inclusive
     * @param to last digit, exclusive
     * @param target a direct buffer, so that no copy lands on the heap; the caller wipes it
     */
    public void writeAscii(int from, int to, ByteBuffer target) {
        throw new UnsupportedOperationException();
    }

    /** Wipes and frees. Idempotent. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
        return "CardDigits[" + count() + "]"; // how many, never which
    }
}
