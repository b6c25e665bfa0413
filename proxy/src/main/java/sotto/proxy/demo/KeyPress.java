package sotto.proxy.demo;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One key while a caller presses it. Made by whoever presses; read by the sender of the audio, which completes it. */
final class KeyPress {
    /** How a press travels. */
    enum Carrier {
        /** As a tone in place of the voice. */
        IN_BAND,
        /** As telephone-event packets (RFC 4733). */
        TELEPHONE_EVENT
    }

    /** How long the key is down, and up after; a person in no hurry takes twice that. */
    static final int DOWN_TICKS = 5;

    static final int UP_TICKS = 5;
    /** A tone begins anywhere in a packet, not at its start. */
    static final int TONE_OFFSET = 37;

    private final int key;
    private final Carrier carrier;
    private final CountDownLatch done = new CountDownLatch(1);

    /**
     * @param key 0 to 15, as in RFC 4733 §3.2
     */
    KeyPress(int key, Carrier carrier) {
        this.key = key;
        this.carrier = carrier;
    }

    int key() {
        return key;
    }

    Carrier carrier() {
        return carrier;
    }

    void complete() {
        done.countDown();
    }

    boolean await(Duration atMost) throws InterruptedException {
        return done.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
}
