package sotto.media.path;

import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpTransform;

/** Authenticates and decrypts what the peer sends (RFC 3711 §3.3). Belongs to the leg's worker. */
final class SrtpOpen implements Stage {
    private final SrtpTransform transform;

    SrtpOpen(SrtpTransform transform) {
        this.transform = transform;
    }

    @Override
    public Verdict process(RtpView packet, long nowNs) {
        return transform.open(packet);
    }
}
