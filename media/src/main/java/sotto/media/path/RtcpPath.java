package sotto.media.path;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpTransform;

/**
 * What an RTCP packet meets on one port of a leg. It ends here: each leg has a sender and statistics of its own, so the
 * peer's reports say nothing to the other leg. Belongs to the leg's worker.
 */
public final class RtcpPath {
    private final MemorySegment memory;
    private final SourceLatch source;
    private final @Nullable SrtpTransform open;

    /**
     * @param memory where packets lie
     * @param source of the port
     * @param open decrypts; null for plain RTCP
     */
    public RtcpPath(MemorySegment memory, SourceLatch source, @Nullable SrtpTransform open) {
        this.memory = memory;
        this.source = source;
        this.open = open;
    }

    /**
     * Takes one compound packet.
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
        if (!Compound.isWellFormed(memory, offset, clearBytes)) {
            return Verdict.RTCP_MALFORMED;
        }
        source.from(from);
        Verdict verdict = source.see(nowNs); // as with RTP: only what is well formed and authentic is listened to
        return verdict == Verdict.NEXT ? Verdict.CONSUMED : verdict;
    }
}
