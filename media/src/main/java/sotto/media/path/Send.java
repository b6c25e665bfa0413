package sotto.media.path;

import sotto.media.net.MediaPort;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/** Puts the packet on the wire, out of the worker's packet memory. Belongs to the leg's worker. */
final class Send implements Stage {
    private final MediaPort port;

    Send(MediaPort port) {
        this.port = port;
    }

    @Override
    public Verdict process(RtpView packet, long nowNs) {
        return port.send(packet.offset(), packet.lengthBytes());
    }
}
