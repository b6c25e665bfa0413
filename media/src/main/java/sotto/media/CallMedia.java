package sotto.media;

import java.time.Duration;
import java.util.Optional;
import sotto.media.packet.Side;
import sotto.media.worker.LegPlan;
import sotto.media.worker.LegReport;

/** The media of one call: two legs and what passes between them. Thread-safe; work is done on the worker that owns it. */
public final class CallMedia implements AutoCloseable {
    private CallMedia() {}

    /** Local RTP port of a leg, even; its RTCP port is the next. */
    public int port(Side side) {
        throw new UnsupportedOperationException();
    }

    /**
     * Settles a leg, at the first answer and at each re-INVITE. Packets flow once both legs are settled. Where keys and
     * peer are unchanged, rollover counters and latch stay as they are.
     */
    public void connect(Side side, LegPlan plan) {
        throw new UnsupportedOperationException();
    }

    /**
     * Turns secure-pay on: from the return of this call on, no digit of the caller reaches the agent's leg or the tap.
     * Returns when every sink has acknowledged.
     *
     * @throws MaskRefused where it is on already, a sink did not acknowledge in time, or the call ended
     */
    public Masking mask() throws MaskRefused {
        throw new UnsupportedOperationException();
    }

    /** True from {@link #mask} until its Masking is closed. */
    public boolean masked() {
        throw new UnsupportedOperationException();
    }

    /** Time since the last packet that either leg took; since the start where none came. */
    public Duration silence() {
        throw new UnsupportedOperationException();
    }

    /** What was seen on a leg up to now; empty before it is connected. */
    public Optional<LegReport> report(Side side) {
        throw new UnsupportedOperationException();
    }

    /** Frees ports, wipes keys, ends the tap files. A Masking still open gets end of keys. Idempotent. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
