package sotto.proxy.b2bua;

import java.time.Duration;

/** Told of what happens to calls, on the call's own thread; must not block. */
public interface CallListener {
    /**
     * A call was answered.
     *
     * @param setupAdded time that the proxy itself took for INVITE, ringing and answer on their way through
     */
    void answered(CallView call, Duration setupAdded);

    /** A call is over, answered or not. */
    void ended(CallEnd end);

    /**
     * A message or call was refused.
     *
     * @param cause stable short name for a metric, such as {@code malformed}, {@code no-audio}, {@code unknown-codec},
     *     {@code stranger}, {@code tls-refused}, {@code srtp-required}, {@code no-media-port}, {@code peer-unreachable}
     * @param sipStatus what was answered; 0 where nothing was
     */
    void refused(String cause, int sipStatus);

    /**
     * A caller's number was verified, or was not (RFC 8224).
     *
     * @param result {@code passed}, or why not, as {@link sotto.proxy.stir.Failure#label}
     */
    default void verified(String result) {}

    /**
     * A call went to a peer that is to have our word on its number.
     *
     * @param attest {@code A}, {@code B}, {@code C}, or {@code none} where it went without
     */
    default void signed(String attest) {}
}
