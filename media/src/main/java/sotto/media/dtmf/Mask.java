package sotto.media.dtmf;

import java.util.OptionalInt;
import sotto.media.codec.AudioFormat;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/**
 * The caller's direction of a call, on its way to the agent: off, packets pass untouched and telephone-events are only
 * counted; on, no key press passes in any shape. Belongs to the worker that owns the call; counts may be read anywhere.
 */
public final class Mask implements Stage {
    /** Takes what offer and answer settled for the caller's leg; again at each re-INVITE. Stays on where it is on. */
    public void settle(AudioFormat format, int payloadType, OptionalInt telephoneEvent) {
        throw new UnsupportedOperationException();
    }

    /**
     * Turns the mask on: the next packet is the first that is masked.
     *
     * @param keys takes the presses until {@link #disarm}; not closed here
     */
    public void arm(KeyRing keys) {
        throw new UnsupportedOperationException();
    }

    /** Turns it off, once the press under way and its hang-over are done; what is held back is dropped. */
    public void disarm() {
        throw new UnsupportedOperationException();
    }

    /**
     * Passes, replaces or withholds one packet.
     *
     * @return {@link Verdict#NEXT} with the packet, changed to the one that is due where hold-back is on; else {@link
     *     Verdict#KEY_PRESS_MASKED}, {@link Verdict#TONE_HELD}, {@link Verdict#CODEC_MUTED}
     */
    @Override
    public Verdict process(RtpView packet, long nowNs) {
        return Verdict.NEXT;
    }

    /** Presses seen as telephone-event over the life of this mask. */
    public long telephoneEvents() {
        return 0;
    }

    /** Presses seen in band over the life of this mask; only looked for while on. */
    public long inBandTones() {
        return 0;
    }
}
