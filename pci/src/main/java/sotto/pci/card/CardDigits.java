package sotto.pci.card;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Digits of one field, in native memory. One owner, who closes it; closing wipes. A digit leaves only as an octet into
 * memory that the caller wipes: there is no way to text. Thread-safe, because a gateway reads on a thread of its own.
 */
public final class CardDigits implements AutoCloseable {
    private static final AtomicLong LIVE = new AtomicLong();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment digits;
    private int count;
    private boolean closed;

    /**
     * Takes native memory for one field.
     *
     * @param capacity most digits that the field can take
     */
    public CardDigits(int capacity) {
        digits = arena.allocate(capacity);
    }

    /** Fields in this process that hold a digit now; 0 when no payment is under way. */
    public static long live() {
        return LIVE.get();
    }

    /** Digits held. */
    public synchronized int count() {
        return count;
    }

    /**
     * Adds one digit.
     *
     * @param digit 0 to 9
     * @return false, and nothing added, where the field is full
     */
    public synchronized boolean append(int digit) {
        if (digit < 0 || digit > 9) {
            throw new IllegalArgumentException("not a digit"); // and not said which
        }
        if (closed || count == digits.byteSize()) {
            return false;
        }
        if (count == 0) {
            LIVE.incrementAndGet();
        }
        digits.set(ValueLayout.JAVA_BYTE, count++, (byte) digit);
        return true;
    }

    /** Wipes the digits, keeps the memory. */
    public synchronized void clear() {
        if (!closed) {
            digits.fill((byte) 0);
            if (count > 0) {
                LIVE.decrementAndGet();
            }
            count = 0;
        }
    }

    /**
     * Writes digits as ASCII.
     *
     * @param from first digit, inclusive
     * @param to last digit, exclusive
     * @param target a direct buffer, so that no copy lands on the heap; the caller wipes it
     * @throws IllegalArgumentException for a heap buffer
     * @throws IndexOutOfBoundsException where the field has not so many digits, as after a wipe
     */
    public synchronized void writeAscii(int from, int to, ByteBuffer target) {
        if (!target.isDirect()) {
            throw new IllegalArgumentException("card digits go to native memory only");
        }
        java.util.Objects.checkFromToIndex(from, to, count);
        for (int i = from; i < to; i++) {
            target.put((byte) ('0' + at(i)));
        }
    }

    /** The digit at an index, for the rules of this package. */
    synchronized int at(int index) {
        java.util.Objects.checkIndex(index, count);
        return digits.get(ValueLayout.JAVA_BYTE, index);
    }

    /** Wipes and frees. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            clear();
            closed = true;
            arena.close();
        }
    }

    @Override
    public synchronized String toString() {
        return "CardDigits[" + count + "]"; // how many, never which
    }
}
