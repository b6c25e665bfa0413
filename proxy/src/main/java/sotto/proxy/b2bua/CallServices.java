package sotto.proxy.b2bua;

import java.net.InetAddress;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import sotto.media.CallMedia;
import sotto.media.MediaPlane;
import sotto.media.NoFreePorts;
import sotto.media.packet.Side;
import sotto.proxy.location.LocationService;
import sotto.proxy.sdp.LocalAudio;
import sotto.proxy.sip.SipDialog;
import sotto.proxy.sip.SipEndpoint;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipTransport;
import sotto.proxy.sip.Unreachable;
import sotto.proxy.stir.Verifier;
import sotto.proxy.threads.CallThreads;
import sotto.proxy.threads.Timers;
import sotto.proxy.trunk.Hop;
import sotto.proxy.trunk.Passage;
import sotto.proxy.trunk.Peer;
import sotto.proxy.trunk.Protections;
import sotto.proxy.trunk.Router;

/**
 * What every call works with.
 *
 * @param verifier of callers' numbers, where a peer's are verified
 * @param location of phones that register through us, where a PBX has such
 * @param addresses ours, as peers are told in SDP; in the order of the realms
 */
record CallServices(
        SipEndpoint sip,
        MediaPlane media,
        CallThreads threads,
        Timers timers,
        CallTable table,
        Calls.Setting setting,
        Router router,
        Optional<Verifier> verifier,
        Optional<LocationService> location,
        List<InetAddress> addresses) {
    /** Where a call of that peer to that number goes, now. */
    Router.Way way(Peer from, String number) {
        return from.leadsTo()
                .map(only -> new Router.Way(Optional.empty(), List.of(only)))
                .orElseGet(
                        () -> router.way(from, number, ZonedDateTime.now(ZoneOffset.UTC), ThreadLocalRandom.current()));
    }

    /** Opens two legs, one on each side: for these peers. */
    CallMedia open(String callId, Peer from, Peer to) throws NoFreePorts {
        boolean isInbound = from.side() == Side.CALLER;
        return media.open(callId, range(isInbound ? from : to), range(isInbound ? to : from));
    }

    /** Place of the realm of a peer, and of its ports. */
    int range(Peer peer) {
        return setting.realms().index(peer.realm());
    }

    /**
     * Our half of the SDP of a leg to that peer; empty, and counted, where its realm is another one than the leg's was, and
     * has no port left.
     *
     * @param transport of its signalling
     */
    Optional<LocalAudio> audio(CallMedia opened, Peer peer, SipTransport transport) {
        int range = range(peer);
        try {
            return Optional.of(new LocalAudio(
                    addresses.get(range),
                    opened.port(peer.side(), range),
                    Protections.of(peer.settings().srtp(), transport, media::dtlsIdentity),
                    peer.settings().policy().codecs(),
                    peer.settings().policy().xr()));
        } catch (NoFreePorts e) {
            listener().refused("no-media-port", 503);
            return Optional.empty();
        }
    }

    /** The dialog that an INVITE to there makes; empty, and counted, where an address of it cannot be written. */
    Optional<SipDialog> dialog(Hop hop, SipRequest invite, Passage.Outgoing outgoing) {
        try {
            return Optional.of(hop.dialog(sip, invite, outgoing));
        } catch (Unreachable e) {
            listener().refused("peer-unreachable", 503);
            return Optional.empty();
        }
    }

    /** Replies outside of any call. */
    void reply(SipRequest request, SipReply reply) {
        try {
            request.reply(reply);
        } catch (Unreachable e) {
            listener().refused("peer-unreachable", 0);
        }
    }

    CallListener listener() {
        return setting.listener();
    }
}
