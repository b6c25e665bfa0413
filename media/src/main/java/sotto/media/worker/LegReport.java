package sotto.media.worker;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What was seen on one leg up to now. Counted on packets from the peer that passed the latch and, under SRTP, the tag.
 *
 * @param received RTP packets accepted
 * @param sent RTP packets sent to the peer
 * @param lost packets that the sequence numbers miss (RFC 3550 A.3), not below 0
 * @param jitterMs interarrival jitter, milliseconds (RFC 3550 A.8)
 * @param mos estimated listening quality, 1.0 to 4.5 (ITU-T G.107)
 * @param latched where the peer really sends from, once known
 * @param keyPresses key presses seen by each carrier, masked or not
 * @param security what its packets are encrypted with
 * @param quality in spans of 5 s; empty before the first is over
 */
public record LegReport(
        long received,
        long sent,
        long lost,
        double jitterMs,
        double mos,
        Optional<InetSocketAddress> latched,
        long keyPresses,
        MediaSecurity security,
        Optional<LegQuality> quality) {

    /** One of plain RTP. */
    public LegReport(
            long received,
            long sent,
            long lost,
            double jitterMs,
            double mos,
            Optional<InetSocketAddress> latched,
            long keyPresses) {
        this(received, sent, lost, jitterMs, mos, latched, keyPresses, MediaSecurity.NONE, Optional.empty());
    }
}
