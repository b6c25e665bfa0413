package sotto.media.worker;

import java.util.Optional;
import sotto.media.dtls.DtlsPlan;
import sotto.media.ice.IcePlan;

/**
 * How a leg's packets find and trust their peer, beyond what its SDP's addresses say.
 *
 * @param dtls the association that gives SRTP its keys (RFC 5763); no RTP passes before it is done, none if it fails
 * @param ice where present, nothing but a binding request of good integrity says where the peer is (RFC 8445)
 * @param rtcpMux RTCP comes and goes by the RTP port (RFC 5761); the port above is silent then
 */
public record Transport(Optional<DtlsPlan> dtls, Optional<IcePlan> ice, boolean rtcpMux) {
    /** Neither: what most trunks have. */
    public static final Transport PLAIN = new Transport(Optional.empty(), Optional.empty(), false);
}
