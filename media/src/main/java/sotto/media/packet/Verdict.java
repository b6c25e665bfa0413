package sotto.media.packet;

/** What became of a packet: forwarded, or the one reason why not. Each is a counter; ids are never reused. */
public enum Verdict {
    NEXT(0, "forwarded"),
    CONSUMED(1, "consumed here"),
    RTP_MALFORMED(2, "shorter than its own header says, or not version 2 (RFC 3550 §5.1, A.1)"),
    RTP_UNKNOWN_PAYLOAD_TYPE(3, "payload type that the offer and answer do not name (RFC 3264 §6.1)"),
    SRTP_REPLAYED(4, "index already seen, or older than the window (RFC 3711 §3.3.2)"),
    SRTP_BAD_TAG(5, "authentication tag does not match (RFC 3711 §3.3)"),
    SOURCE_STRANGER(6, "not from the leg's peer (RFC 7362 §4)"),
    KEY_PRESS_MASKED(7, "telephone-event held back from the agent's side by secure-pay (RFC 4733)"),
    TONE_HELD(8, "audio held back or dropped by the mask's look-ahead"),
    CODEC_MUTED(9, "secure-pay is on and the codec cannot be decoded: muted, not passed"),
    LEG_NOT_CONNECTED(10, "the other leg has no address yet"),
    DIRECTION_INACTIVE(11, "the other leg's SDP does not want to receive (RFC 3264 §5.1)"),
    SEND_REFUSED(12, "the socket took no more, or the peer's port is closed"),
    NOT_RTP(13, "neither RTP nor RTCP by its first octet (RFC 7983)"),
    RTCP_MALFORMED(14, "RTCP shorter than its own header says (RFC 3550 §6.4, A.2)"),
    RTP_DUPLICATE(15, "sequence number already forwarded"),
    SRTP_SEAL_REFUSED(
            16,
            "not encrypted, so not sent: no packet index left under this key, too many SSRCs, or key wiped "
                    + "(RFC 3711 §9.2)"),
    RTCP_REDUCED_SIZE(17, "consumed here, though no report came first, such as a BYE alone (RFC 5506)"),
    UDPTL_FORWARDED(18, "forwarded, of a fax (ITU-T T.38)"),
    UDPTL_MALFORMED(19, "on a port in fax, and no UDPTL packet by its lengths (ITU-T T.38 §9.1)"),
    STUN_MALFORMED(20, "on a leg with ICE, and no STUN message by its lengths or its fingerprint (RFC 8489 §5, §14.7)"),
    STUN_UNAUTHENTIC(
            21,
            "binding request without user and integrity, or with wrong ones; answered 400 or 401 (RFC 8489 §9.1.3)"),
    STUN_UNEXPECTED(22, "STUN that is no binding request, or asks for what is not known here (RFC 8445 §7.3)"),
    ICE_CONSENT_EXPIRED(23, "not sent: no valid binding request of the peer for 30 s (RFC 7675 §5.1)"),
    DTLS_PENDING(24, "before the DTLS handshake is done: never passed in clear (RFC 5763 §6.7.1)"),
    DTLS_FAILED(25, "on a leg whose DTLS handshake failed: nothing passes"),
    DTLS_UNEXPECTED(26, "DTLS that is not from the leg's peer, or comes faster than it is read"),
    DTLS_HANDSHAKE_FAILED(27, "DTLS handshake that failed or took too long; counts handshakes (RFC 5764 §4.1)"),
    DTLS_CERTIFICATE_REFUSED(
            28,
            "DTLS handshake with a certificate that no fingerprint of the SDP is of; counts handshakes (RFC 5763 §5)");

    private final int id;
    private final String help;

    Verdict(int id, String help) {
        this.id = id;
        this.help = help;
    }

    /** Stable number of this verdict; index of its counter. */
    public int id() {
        return id;
    }

    /** One line for dashboards. */
    public String help() {
        return help;
    }
}
