package sotto.proxy.sdp;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import sotto.media.dtls.DtlsIdentity;

/**
 * How a leg's audio may be protected. Immutable.
 *
 * <pre>
 *  taken        offered   the peer offers      is answered
 *  PLAIN        PLAIN     RTP/AVP              in kind
 *                         anything else        488
 *  SDES, DTLS   SDES      RTP/SAVP, UDP/TLS    in kind; of both, the later one of {@link Keying}
 *                         RTP/AVP              488
 *  PLAIN, SDES  SDES      RTP/AVP, RTP/SAVP    in kind; of both RTP/SAVP
 * </pre>
 *
 * <p>A call that has begun in one way goes on in it, whatever else is taken.
 *
 * @param taken what an offer of the peer may ask for, at least one
 * @param offered what the peer is offered; one of them
 * @param identity our certificate; present exactly where DTLS is one of them
 */
public record Protection(Set<Keying> taken, Keying offered, Optional<DtlsIdentity> identity) {
    /** RTP in the clear alone. */
    public static final Protection PLAIN = new Protection(Set.of(Keying.PLAIN), Keying.PLAIN, Optional.empty());

    /** Keys in the SDP, and nothing else. */
    public static final Protection SDES = new Protection(Set.of(Keying.SDES), Keying.SDES, Optional.empty());

    public Protection {
        taken = Set.copyOf(taken);
        if (!taken.contains(offered) || taken.contains(Keying.DTLS) != identity.isPresent()) {
            throw new IllegalArgumentException("offered " + offered + " of " + taken + ", identity " + identity);
        }
    }

    /** Keys in the SDP where the peer can, else in the clear. */
    public static final Protection PREFERRED =
            new Protection(Set.of(Keying.PLAIN, Keying.SDES), Keying.SDES, Optional.empty());

    /** DTLS over ICE, and nothing else. */
    public static Protection dtls(DtlsIdentity identity) {
        return new Protection(Set.of(Keying.DTLS), Keying.DTLS, Optional.of(identity));
    }

    /** True where a peer that refuses what it is offered may be offered plain RTP. */
    boolean fallsBack() {
        return offered != Keying.PLAIN && taken.contains(Keying.PLAIN);
    }

    /** Either way of SRTP, as the peer offers it. */
    public static Protection encrypted(Keying offered, DtlsIdentity identity) {
        return new Protection(EnumSet.of(Keying.SDES, Keying.DTLS), offered, Optional.of(identity));
    }
}
