package sotto.media.tap;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import org.jspecify.annotations.Nullable;
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/** One side of a call on its way to the tap. Belongs to the worker that owns the leg. */
public final class TapStream implements Stage, AutoCloseable {
    private final @Nullable Tap tap; // null where there is no tap
    private final @Nullable RingBuffer<TapRecord> ring;
    private final @Nullable CallFile file;
    private final String callId;
    private @Nullable G711 law;
    private int payloadType = -1;
    private boolean closed;

    /** A stream that takes nothing. */
    TapStream() {
        tap = null;
        ring = null;
        file = null;
        callId = "";
    }

    TapStream(Tap tap, RingBuffer<TapRecord> ring, CallFile file, String callId) {
        this.tap = tap;
        this.ring = ring;
        this.file = file;
        this.callId = callId;
    }

    /** False where there is no tap: it takes nothing. */
    public boolean isOn() {
        return tap != null;
    }

    /** Codec of the packets from now on, as the side that sends them negotiated it. What is not G.711 is silence. */
    public void settle(AudioFormat format, int payloadType) {
        this.payloadType = payloadType;
        law = format == AudioFormat.OPAQUE ? null : G711.of(format);
    }

    /**
     * Copies the packet to the ring, or counts it as dropped; never waits. Other payload types than the settled one, as
     * telephone-event, are not copied: they are silence. Always {@link Verdict#NEXT}.
     */
    @Override
    public Verdict process(RtpView packet, long nowNs) {
        G711 of = law;
        RingBuffer<TapRecord> to = ring;
        if (of != null && to != null && tap != null && file != null && !closed && packet.payloadType() == payloadType) {
            if (packet.payloadBytes() > TapRecord.MOST_PAYLOAD_BYTES || !copy(to, file, of, packet, nowNs)) {
                tap.countDropped();
            }
        }
        return Verdict.NEXT;
    }

    private static boolean copy(RingBuffer<TapRecord> ring, CallFile file, G711 law, RtpView packet, long nowNs) {
        long slot;
        try {
            slot = ring.tryNext();
        } catch (InsufficientCapacityException e) { // one instance without a stack trace
            return false;
        }
        ring.get(slot).set(file, law, packet, nowNs);
        ring.publish(slot);
        return true;
    }

    /** Ends the file, in order behind what was put on the ring; the call's other file ends with the same length. */
    @Override
    public void close() {
        if (tap != null && !closed) {
            closed = true;
            tap.closeSide(callId);
        }
    }
}
