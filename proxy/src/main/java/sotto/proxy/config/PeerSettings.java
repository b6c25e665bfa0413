package sotto.proxy.config;

/**
 * The carrier's trunk, or the contact centre's PBX or gateway.
 *
 * @param name for logs, metrics and the API
 * @param host name or address it is reached at; INVITEs are taken only from its addresses
 * @param port SIP port
 * @param transport how it is called
 * @param srtp whether its audio is encrypted
 */
public record PeerSettings(String name, String host, int port, Transport transport, Srtp srtp) {
    /** SIP transports. */
    public enum Transport {
        UDP,
        TCP,
        TLS
    }

    /** SRTP policy of a leg. */
    public enum Srtp {
        /** Offers and answers RTP/SAVP with SDES only; anything else is refused with 488. */
        REQUIRE,
        /** Plain RTP only. */
        FORBID
    }
}
