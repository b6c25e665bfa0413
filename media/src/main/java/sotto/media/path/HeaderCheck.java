package sotto.media.path;

import java.util.OptionalInt;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/** Lets the payload types pass that a leg's offer and answer name (RFC 3264 §6.1). Belongs to the leg's worker. */
final class HeaderCheck implements Stage {
    /** Comfort noise, static payload type (RFC 3389 §4): sent by many that never offered it. */
    private static final int COMFORT_NOISE = 13;

    private final boolean[] known = new boolean[128];

    HeaderCheck(int payloadType, OptionalInt telephoneEvent) {
        known[payloadType] = true;
        known[COMFORT_NOISE] = true;
        telephoneEvent.ifPresent(type -> known[type] = true);
    }

    @Override
    public Verdict process(RtpView packet, long nowNs) {
        return known[packet.payloadType()] ? Verdict.NEXT : Verdict.RTP_UNKNOWN_PAYLOAD_TYPE;
    }
}
