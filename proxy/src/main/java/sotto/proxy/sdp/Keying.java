package sotto.proxy.sdp;

import java.util.Locale;
import java.util.Optional;

/** How the keys of a leg's SRTP come about, which the profile of its m= line says. The later, the better. */
public enum Keying {
    /** There are none: RTP in the clear, RTP/AVP. */
    PLAIN("RTP/AVP"),
    /** They are in the SDP: RTP/SAVP with a=crypto (RFC 4568). */
    SDES("RTP/SAVP with a=crypto (RFC 4568)"),
    /** Of a DTLS handshake over ICE: UDP/TLS/RTP/SAVP or SAVPF with a=fingerprint (RFC 5763, RFC 8842, RFC 8839). */
    DTLS("UDP/TLS/RTP/SAVPF with a=fingerprint, ICE and a=rtcp-mux (RFC 8834)");

    private final String offer;

    Keying(String offer) {
        this.offer = offer;
    }

    /** What a peer is to offer, in words. */
    String offer() {
        return offer;
    }

    /** Name in the API and in metrics. */
    public String label() {
        return this == PLAIN ? "none" : name().toLowerCase(Locale.ROOT);
    }

    /** Which of them the profile of an m= line asks for; empty for another one. */
    static Optional<Keying> of(String profile) {
        return switch (profile) {
            case "RTP/AVP" -> Optional.of(PLAIN);
            case "RTP/SAVP" -> Optional.of(SDES);
            case "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF" -> Optional.of(DTLS); // RFC 5764 §8
            default -> Optional.empty();
        };
    }
}
