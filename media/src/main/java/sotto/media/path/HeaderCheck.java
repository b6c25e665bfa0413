package sotto.media.path;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import sotto.media.dtmf.Mask;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/**
 * Lets the payload types pass that a leg's offer and answer name (RFC 3264 §6.1); while the mask is on, other dynamic ones
 * too: they may be keys under a number that nobody told us, and the mask withholds them all. Belongs to the leg's worker.
 */
final class HeaderCheck implements Stage {
    /** Comfort noise, static payload type (RFC 3389 §4): sent by many that never offered it. */
    private static final int COMFORT_NOISE = 13;

    private final @Nullable Mask mask;
    private final boolean[] known = new boolean[128];

    /** @param mask of this direction, where it has one */
    HeaderCheck(int payloadType, OptionalInt telephoneEvent, @Nullable Mask mask) {
        this.mask = mask;
        known[payloadType] = true;
        known[COMFORT_NOISE] = true;
        telephoneEvent.ifPresent(type -> known[type] = true);
    }

    @Override
    public Verdict process(RtpView packet, long nowNs) {
        int type = packet.payloadType();
        return known[type] || (type >= RtpView.FIRST_DYNAMIC_TYPE && mask != null && mask.isOn())
                ? Verdict.NEXT
                : Verdict.RTP_UNKNOWN_PAYLOAD_TYPE;
    }
}
