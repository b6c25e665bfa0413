package sotto.media.worker;

import java.util.Optional;
import sotto.media.srtp.SrtpSuite;

/**
 * What a leg attests of its encryption.
 *
 * @param kind by what its keys came, or where they are
 * @param suite what both directions are encrypted with; present exactly for {@link Kind#SDES} and {@link Kind#DTLS}
 */
public record MediaSecurity(Kind kind, Optional<SrtpSuite> suite) {
    /** RTP in the clear. */
    public static final MediaSecurity NONE = new MediaSecurity(Kind.NONE, Optional.empty());

    /** Where a leg's keys came from. */
    public enum Kind {
        /** Plain RTP. */
        NONE,
        /** Keys of the SDP (RFC 4568). */
        SDES,
        /** The DTLS handshake is not done yet; nothing passes. */
        DTLS_PENDING,
        /** Keys of a DTLS handshake whose certificate has a fingerprint that the SDP told (RFC 5763). */
        DTLS,
        /** The handshake failed; nothing will pass, unless a re-INVITE asks for another one. */
        DTLS_FAILED
    }
}
