package sotto.media.dtls;

import java.util.List;

/**
 * What offer and answer settled for the DTLS association of one leg (RFC 5763 §5). Immutable. An equal one at a re-INVITE
 * keeps the association, its keys and rollover counters; any other one is a new association (RFC 8842 §3.1).
 *
 * @param own the certificate whose fingerprint our SDP told; it stays for the life of the leg, though the plane has a newer
 * @param active true where we are the DTLS client: our {@code a=setup} is active, or the peer's is passive
 * @param remote fingerprints of the peer's SDP, at least one; any one must be the certificate's
 */
public record DtlsPlan(DtlsIdentity own, boolean active, List<Fingerprint> remote) {
    public DtlsPlan {
        remote = List.copyOf(remote);
        if (remote.isEmpty()) {
            throw new IllegalArgumentException("DTLS without a fingerprint of the peer");
        }
    }
}
