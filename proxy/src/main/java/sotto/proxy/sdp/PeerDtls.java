package sotto.proxy.sdp;

import java.util.List;
import sotto.media.dtls.Fingerprint;

/**
 * What a peer's SDP says of DTLS and ICE on its audio (RFC 8842, RFC 8839); checked. Its ICE password is not kept, for we
 * send no checks.
 *
 * @param profile of its m= line, which the answer repeats
 * @param fingerprints of its certificate, by algorithms of ours, at least one (RFC 8122 §5)
 * @param setup who begins the handshake
 * @param ufrag of its ICE credentials; another one at a re-INVITE is an ICE restart (RFC 8839 §4.4.1.1.1)
 * @param mids identification of each m= line, in their order; empty where it has none (RFC 5888)
 * @param bundled whether its audio is in a group BUNDLE (RFC 8843)
 */
public record PeerDtls(
        String profile, List<Fingerprint> fingerprints, Setup setup, String ufrag, List<String> mids, boolean bundled) {
    public PeerDtls {
        fingerprints = List.copyOf(fingerprints);
        mids = List.copyOf(mids);
    }

    /** The a=setup attribute (RFC 4145 §4, RFC 8842 §5). */
    public enum Setup {
        /** Its writer is the DTLS client. */
        ACTIVE,
        /** Its writer is the server. */
        PASSIVE,
        /** Whoever answers has the choice; in offers only. */
        ACTPASS
    }
}
