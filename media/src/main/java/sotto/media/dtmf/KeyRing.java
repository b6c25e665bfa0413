package sotto.media.dtmf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Key presses on their way from the media worker to their one reader. In native memory; a slot is wiped as it is read.
 * One writer, one reader; {@link #end} and {@link #close} from any thread.
 *
 * <p>A slot is one octet: 0 is empty, else the key plus one, so a wiped slot and a free one are the same. The memory goes
 * back when nobody refers to the ring any more, not in {@link #close}: no thread can touch freed memory, and by then it
 * holds zeros only.
 */
public final class KeyRing implements AutoCloseable {
    /** No key came in time. */
    public static final int NO_KEY = -1;
    /** The call is over and every key has been read. */
    public static final int END_OF_KEYS = -2;
    /** Keys that can wait; a card number with expiry and code is 26. */
    public static final int CAPACITY = 64;

    private static final int KEYS = 16; // RFC 4733 §3.2, table 3
    private static final byte EMPTY = 0;
    private static final VarHandle SLOT = ValueLayout.JAVA_BYTE.varHandle();

    private final MaskTally tally = new MaskTally();
    private final MemorySegment slots = Arena.ofAuto().allocate(CAPACITY);
    private volatile boolean ended;
    private volatile boolean closed;
    private volatile @Nullable Thread reader; // set only while it waits
    private int writeAt; // worker only
    private int readAt; // reader only

    /**
     * Adds a key; worker only, never blocks.
     *
     * @param key 0 to 9, 10 star, 11 hash, 12 to 15 A to D (RFC 4733 §3.2)
     * @return false where the ring is full or closed: the key is lost, and nobody hears it
     */
    public boolean offer(int key) {
        if (key < 0 || key >= KEYS || ended || slot(writeAt) != EMPTY) {
            return false;
        }
        SLOT.setVolatile(slots, (long) writeAt, (byte) (key + 1));
        if (closed) { // close() may have wiped this slot before the key was in it; it sets closed first, so one of us
            // wipes
            wipe(writeAt);
            return false;
        }
        writeAt = (writeAt + 1) % CAPACITY;
        wakeReader();
        return true;
    }

    /** Waits for the next key: the key, {@link #NO_KEY} or {@link #END_OF_KEYS}; reader only. */
    public int next(Duration atMost) throws InterruptedException {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        try {
            while (true) {
                boolean last = ended; // read before the slot: a key offered before the end is not lost
                int key = take();
                if (key != NO_KEY || last) {
                    return key == NO_KEY ? END_OF_KEYS : key;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                long leftNs = deadlineNs - System.nanoTime();
                if (leftNs <= 0) {
                    return NO_KEY;
                }
                waitForWriter(leftNs);
            }
        } finally {
            reader = null;
        }
    }

    private void waitForWriter(long leftNs) {
        if (reader == null) {
            reader = Thread.currentThread(); // and look once more: the writer may have looked for us just before
        } else {
            LockSupport.parkNanos(this, leftNs);
        }
    }

    private int take() {
        byte held = slot(readAt);
        if (held == EMPTY) {
            return NO_KEY;
        }
        wipe(readAt);
        readAt = (readAt + 1) % CAPACITY;
        return closed ? NO_KEY : held - 1;
    }

    /** What the mask sees and does from the moment on when it takes this ring, for the evidence. */
    public MaskTally tally() {
        return tally;
    }

    /** No further key will come. Idempotent. */
    public void end() {
        ended = true;
        wakeReader();
    }

    /** Wipes what is left; the memory follows. Idempotent; a reader that waits gets {@link #END_OF_KEYS}. */
    @Override
    public void close() {
        closed = true;
        for (int i = 0; i < CAPACITY; i++) {
            wipe(i);
        }
        end();
    }

    private void wakeReader() {
        Thread waiting = reader;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    private byte slot(int index) {
        return (byte) SLOT.getVolatile(slots, (long) index);
    }

    private void wipe(int index) {
        SLOT.setVolatile(slots, (long) index, EMPTY);
    }

    @Override
    public String toString() {
        return "KeyRing";
    }
}
