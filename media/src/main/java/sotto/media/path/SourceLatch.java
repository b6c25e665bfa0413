package sotto.media.path;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import sotto.media.net.Latch;
import sotto.media.net.MediaPort;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/**
 * Learns where the peer sends from and turns the leg's socket to it (RFC 7362 §4). Belongs to the leg's worker. A packet
 * that came over the socket that only hears the peer is not looked at again.
 */
public final class SourceLatch implements Stage {
    private final Latch latch;
    private final MediaPort port;
    private @Nullable InetSocketAddress source;

    public SourceLatch(Latch latch, MediaPort port) {
        this.latch = latch;
        this.port = port;
    }

    /** Tells where the next packet came from; null where its socket hears the peer alone. */
    public void from(@Nullable InetSocketAddress source) {
        this.source = source;
    }

    @Override
    public Verdict process(RtpView packet, long nowNs) {
        return see(nowNs);
    }

    /** As {@link #process}, for what is not RTP. */
    Verdict see(long nowNs) {
        InetSocketAddress from = source;
        if (from != null) {
            switch (latch.see(from, nowNs)) {
                case STRANGER -> {
                    return Verdict.SOURCE_STRANGER;
                }
                case MOVED -> turn(from);
                case HELD -> {}
            }
        }
        latch.heard(nowNs);
        return Verdict.NEXT;
    }

    private void turn(InetSocketAddress to) {
        if (latch.hasWon()) {
            port.connect(to);
        } else {
            port.aim(to);
        }
    }

    Latch latch() {
        return latch;
    }
}
