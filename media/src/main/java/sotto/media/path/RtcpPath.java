package sotto.media.path;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import sotto.media.packet.Verdict;
import sotto.media.rtcp.RtcpSession;
import sotto.media.rtcp.RtcpView;
import sotto.media.srtp.SrtpTransform;

/**
 * What an RTCP packet meets on one port of a leg. It ends here: each leg has a sender and statistics of its own, so the
 * peer's reports say nothing to the other leg. Belongs to the leg's worker.
 */
public final class RtcpPath {
    private final MemorySegment memory;
    private final SourceLatch source;
    private final @Nullable SrtpTransform open;
    private final RtcpSession session;
    private final RtcpView view = new RtcpView();

    /**
     * @param memory where packets lie
     * @param source of the port
     * @param open decrypts; null for plain RTCP
     * @param session takes what the peer reports
     */
    public RtcpPath(MemorySegment memory, SourceLatch source, @Nullable SrtpTransform open, RtcpSession session) {
        this.memory = memory;
        this.source = source;
        this.open = open;
        this.session = session;
    }

    /**
     * Takes one packet, compound or of reduced size.
     *
     * @param from null where the port hears its peer alone
     * @param offset its first octet
     * @param lengthBytes octets that arrived
     */
    public Verdict process(@Nullable InetSocketAddress from, int offset, int lengthBytes, long nowNs) {
        int clearBytes = lengthBytes;
        if (open != null) { // RFC 3711 §3.4
            clearBytes = open.openRtcp(memory.address() + offset, lengthBytes);
            if (clearBytes < 0) {
                return Verdict.SRTP_BAD_TAG;
            }
        }
        if (!view.wrap(memory, offset, clearBytes)) { // RFC 3550 A.2, RFC 5506
            return Verdict.RTCP_MALFORMED;
        }
        source.from(from);
        Verdict verdict = source.see(nowNs); // as with RTP: only what is authentic and well formed is listened to
        if (verdict != Verdict.NEXT) {
            return verdict;
        }
        if (!session.receive(memory, offset, clearBytes, nowNs)) {
            return Verdict.RTCP_MALFORMED;
        }
        return view.isReducedSize() ? Verdict.RTCP_REDUCED_SIZE : Verdict.CONSUMED;
    }
}
