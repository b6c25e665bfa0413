package sotto.media;

import java.time.Duration;

/**
 * Secure-pay while it is on. One reader. Keys wait in native memory and are wiped as they are read; closing wipes the
 * rest and lets audio through again after the hang-over.
 */
public interface Masking extends AutoCloseable {
    /** No key came in time. */
    int NO_KEY = -1;
    /** The call is over: no key will come. */
    int END_OF_KEYS = -2;

    /**
     * Waits for the caller's next key press.
     *
     * @return 0 to 9, 10 for star, 11 for hash, 12 to 15 for A to D (RFC 4733 §3.2), {@link #NO_KEY} or {@link
     *     #END_OF_KEYS}
     */
    int nextKey(Duration atMost) throws InterruptedException;

    /** Sinks that acknowledged the mask, for the evidence record, such as {@code agent-leg}, {@code tap}. */
    java.util.List<String> sinks();

    /** Gives speech back. Idempotent. */
    @Override
    void close();
}
