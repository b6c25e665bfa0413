package sotto.media.net;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a datagram on a media port is, by its first two octets. Stateless.
 *
 * <pre>
 *  first octet  second octet  is
 *  128..191     192..223      RTCP   (RFC 7983 §7, RFC 5761 §4: these packet types are no RTP payload types)
 *  128..191     else          RTP
 *  0..3         any           STUN
 *  20..63       any           DTLS
 *  other        any           neither: ZRTP, TURN channels, QUIC, version 3
 * </pre>
 */
public enum FirstOctet {
    RTP,
    RTCP,
    STUN,
    DTLS,
    NEITHER;

    /**
     * Tells what a datagram is.
     *
     * @param memory where it lies
     * @param offset its first octet
     * @param lengthBytes octets that arrived, 0 or more
     */
    public static FirstOctet of(MemorySegment memory, int offset, int lengthBytes) {
        if (lengthBytes < 2) {
            return NEITHER;
        }
        int first = memory.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
        if (first < 128 || first > 191) {
            return other(first);
        }
        int second = memory.get(ValueLayout.JAVA_BYTE, offset + 1) & 0xFF;
        return second >= 192 && second <= 223 ? RTCP : RTP;
    }

    private static FirstOctet other(int first) {
        if (first <= 3) {
            return STUN;
        }
        return first >= 20 && first <= 63 ? DTLS : NEITHER;
    }
}
