package sotto.media.tap;

import sotto.media.codec.AudioFormat;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/** One side of a call on its way to the tap. Belongs to the worker that owns the leg. */
public final class TapStream implements Stage, AutoCloseable {
    TapStream() {}

    /** Codec of the packets from now on, as the side that sends them negotiated it. */
    public void settle(AudioFormat format, int payloadType) {}

    /** Copies the packet to the ring, or counts it as dropped; never waits. Always {@link Verdict#NEXT}. */
    @Override
    public Verdict process(RtpView packet, long nowNs) {
        return Verdict.NEXT;
    }

    /** Ends the file, in order behind what was put on the ring. */
    @Override
    public void close() {}
}
