package sotto.media.path;

import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/** Refuses a padding count that is longer than the payload (RFC 3550 §5.1, A.1). Stateless. */
final class PaddingCheck implements Stage {
    @Override
    public Verdict process(RtpView packet, long nowNs) {
        return packet.readPadding() ? Verdict.NEXT : Verdict.RTP_MALFORMED;
    }
}
