package sotto.media;

import java.time.Duration;

/**
 * Secure-pay while it is on. One reader. Keys wait in native memory and are wiped as they are read; closing, or the end of
 * the call, wipes the rest. Closing lets audio through again after the hang-over.
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

    /** Sinks that acknowledged the mask, such as {@code agent-leg}, {@code tap}. */
    java.util.List<String> sinks();

    /** What was seen and done so far, for the evidence; complete once {@link #awaitSpeech} was true. Any thread. */
    MaskReport report();

    /**
     * Waits, after {@link #close}, until the caller's audio passes again: at once on a quiet line, later where a key still
     * sounds, see {@link sotto.media.dtmf.Mask#disarm}.
     *
     * @return false where it does not pass yet; true also where the call has ended
     */
    boolean awaitSpeech(Duration atMost) throws InterruptedException;

    /** Gives speech back, once no key sounds any more. Idempotent. */
    @Override
    void close();
}
