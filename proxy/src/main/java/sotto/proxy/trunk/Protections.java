package sotto.proxy.trunk;

import java.util.function.Supplier;
import java.util.stream.Stream;
import sotto.media.dtls.DtlsIdentity;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.sdp.Keying;
import sotto.proxy.sdp.Protection;
import sotto.proxy.sip.SipTransport;

/** How the audio of a peer's legs may be protected. Stateless. */
public final class Protections {
    private Protections() {}

    /**
     * The protection of one leg.
     *
     * @param transport of its signalling: who is on a WebSocket is a browser, and has DTLS alone
     * @param identity our certificate; asked for only where the peer may have DTLS
     */
    public static Protection of(PeerSettings.Srtp policy, SipTransport transport, Supplier<DtlsIdentity> identity) {
        return switch (policy) {
            case FORBID -> Protection.PLAIN;
            case REQUIRE -> Protection.SDES;
            case PREFER -> Protection.PREFERRED;
            case DTLS -> Protection.dtls(identity.get());
            case EITHER -> Protection.encrypted(transport.isWebSocket() ? Keying.DTLS : Keying.SDES, identity.get());
        };
    }

    /** True where any peer, or phone of one, may have DTLS. */
    public static boolean mayHaveDtls(Peering peering) {
        return peering.all().stream()
                .flatMap(peer -> Stream.concat(
                        Stream.of(peer.srtp()), peer.policy().phones().map(PeerPolicy.Phones::srtp).stream()))
                .anyMatch(policy -> policy == PeerSettings.Srtp.DTLS || policy == PeerSettings.Srtp.EITHER);
    }
}
