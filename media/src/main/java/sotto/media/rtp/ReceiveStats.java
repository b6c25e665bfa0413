package sotto.media.rtp;

import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/**
 * What the sequence numbers and arrival times of one leg's incoming stream tell (RFC 3550 A.1, A.3, A.8). Written by the
 * worker that owns the leg, read by anyone.
 */
public final class ReceiveStats implements Stage {
    /**
     * Counts one authentic packet.
     *
     * @return {@link Verdict#NEXT}, or {@link Verdict#RTP_DUPLICATE} for a sequence number that was just seen
     */
    @Override
    public Verdict process(RtpView packet, long nowNs) {
        return Verdict.NEXT;
    }

    /** RTP clock of the payload; 8,000 for G.711. Takes effect on the next packet. */
    public void clockRateHz(int rateHz) {}

    public long received() {
        return 0;
    }

    /** Packets that the sequence numbers miss, over all SSRCs; not below 0. */
    public long lost() {
        return 0;
    }

    /** Interarrival jitter, milliseconds. */
    public double jitterMs() {
        return 0;
    }

    /** Listening quality so far, 1.0 to 4.5 (ITU-T G.107). */
    public double mos() {
        return 0;
    }
}
