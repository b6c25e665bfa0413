package sotto.media.rtp;

import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/**
 * Makes one stream of our own of what one leg sends: own SSRC, sequence numbers that run on over packets withheld on
 * purpose and over a change of the source's SSRC, gaps of real loss kept, and the other leg's payload types. Belongs to
 * the worker that owns the call.
 */
public final class Rewrite implements Stage {
    /**
     * @param ssrc ours on the outgoing leg
     * @param firstSequence random (RFC 3550 §5.1)
     */
    public Rewrite(int ssrc, int firstSequence) {}

    /** Translates payload type {@code from} to {@code to}; types not named pass as they are. */
    public void map(int from, int to) {}

    /** Tells that the packet just processed upstream was withheld on purpose: its sequence number is no loss. */
    public void withheld(RtpView packet) {}

    @Override
    public Verdict process(RtpView packet, long nowNs) {
        return Verdict.NEXT;
    }

    public int ssrc() {
        return 0;
    }

    /** Packets that went out. */
    public long sent() {
        return 0;
    }

    /** Payload octets that went out, for sender reports. */
    public long sentBytes() {
        return 0;
    }

    /** Timestamp of the last packet that went out, and when, for sender reports; meaningless before the first. */
    public int lastTimestamp() {
        return 0;
    }

    public long lastSentNs() {
        return 0;
    }
}
