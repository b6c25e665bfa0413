package sotto.media.dtmf;

import java.time.Duration;

/**
 * Key presses on their way from the media worker to their one reader. In native memory; a slot is wiped as it is read.
 * One writer, one reader; {@link #end} and {@link #close} from any thread.
 */
public final class KeyRing implements AutoCloseable {
    /** No key came in time. */
    public static final int NO_KEY = -1;
    /** The call is over and every key has been read. */
    public static final int END_OF_KEYS = -2;

    /**
     * Adds a key; worker only, never blocks.
     *
     * @param key 0 to 9, 10 star, 11 hash, 12 to 15 A to D (RFC 4733 §3.2)
     * @return false where the ring is full or closed: the key is lost, and nobody hears it
     */
    public boolean offer(int key) {
        throw new UnsupportedOperationException();
    }

    /** Waits for the next key: the key, {@link #NO_KEY} or {@link #END_OF_KEYS}; reader only. */
    public int next(Duration atMost) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** No further key will come. Idempotent. */
    public void end() {
        throw new UnsupportedOperationException();
    }

    /** Wipes what is left and frees. Idempotent; a reader that waits gets {@link #END_OF_KEYS}. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
