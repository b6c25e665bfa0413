package sotto.media.path;

import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpTransform;

/** Encrypts and authenticates what goes to the peer (RFC 3711 §3.3). Belongs to the leg's worker. */
final class SrtpSeal implements Stage {
    private final SrtpTransform transform;

    SrtpSeal(SrtpTransform transform) {
        this.transform = transform;
    }

    @Override
    public Verdict process(RtpView packet, long nowNs) {
        return transform.seal(packet);
    }
}
