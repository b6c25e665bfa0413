package sotto.media.path;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import sotto.media.packet.Verdict;

/**
 * One direction of a fax: what a UDPTL datagram meets between the socket it came by and the one it leaves by (ITU-T T.38
 * §9.1). It crosses as it is: sequence numbers and repetitions are between the two gateways. No mask and no tap is on this
 * way, for nothing in it can be masked: a call is masked or carries a fax, never both. Belongs to the worker that owns the
 * call; made anew each time that a leg is settled.
 *
 * <pre>
 *  octets   are
 *  2        sequence number
 *  1 or 2   length of the primary IFP packet: 0 to 127 in one octet, 128 to 16,383 in two, of which the first is 10xxxxxx
 *  length   that packet
 *  rest     earlier packets again, or parity over them; not looked at
 * </pre>
 */
public final class UdptlPath {
    private static final int SEQUENCE_BYTES = 2;
    private static final int LONG_LENGTH = 0x80; // ITU-T X.691 §11.9
    private static final int FRAGMENTS = 0x40; // 16K and more: no datagram has as much

    private final MemorySegment memory;
    private final FaxLeg from;
    private final @Nullable FaxLeg to;

    /**
     * @param memory where datagrams lie
     * @param to null where the other leg carries no fax: what comes is judged, and goes nowhere
     */
    public UdptlPath(MemorySegment memory, FaxLeg from, @Nullable FaxLeg to) {
        this.memory = memory;
        this.from = from;
        this.to = to;
    }

    /**
     * Judges one datagram and sends it on. Neither throws, logs, blocks nor allocates, whatever the peer sent.
     *
     * @param source null where the port hears its peer alone
     * @param offset its first octet
     * @param lengthBytes octets that arrived, all of the datagram
     */
    public Verdict process(@Nullable InetSocketAddress source, int offset, int lengthBytes, long nowNs) {
        if (!isWhole(offset, lengthBytes)) {
            return Verdict.UDPTL_MALFORMED;
        }
        from.source().from(source);
        Verdict verdict = from.source().see(nowNs); // RFC 7362 §4: as with RTP in the clear
        if (verdict != Verdict.NEXT) {
            return verdict;
        }
        FaxLeg other = to;
        if (other == null) {
            return Verdict.LEG_NOT_CONNECTED;
        }
        if (!other.peerReceives()) {
            return Verdict.DIRECTION_INACTIVE; // RFC 3264 §8.4
        }
        Verdict sent = other.port().send(offset, lengthBytes);
        return sent == Verdict.NEXT ? Verdict.UDPTL_FORWARDED : sent;
    }

    /** True where the primary packet is in the datagram from end to end. */
    private boolean isWhole(int offset, int lengthBytes) {
        if (lengthBytes < SEQUENCE_BYTES + 2) {
            return false;
        }
        int first = octet(offset + SEQUENCE_BYTES);
        if (first < LONG_LENGTH) {
            return first > 0 && SEQUENCE_BYTES + 1 + first <= lengthBytes;
        }
        int primaryBytes = (first & 0x3F) << 8 | octet(offset + SEQUENCE_BYTES + 1);
        return (first & FRAGMENTS) == 0 && SEQUENCE_BYTES + 2 + primaryBytes <= lengthBytes;
    }

    private int octet(int at) {
        return memory.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }
}
