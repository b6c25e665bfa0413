package sotto.proxy.b2bua;

import java.net.InetAddress;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import sotto.media.CallMedia;
import sotto.media.MediaPlane;
import sotto.proxy.sdp.LocalAudio;
import sotto.proxy.sip.SipEndpoint;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.Unreachable;
import sotto.proxy.stir.Verifier;
import sotto.proxy.threads.CallThreads;
import sotto.proxy.threads.Timers;
import sotto.proxy.trunk.Peer;
import sotto.proxy.trunk.Router;

/**
 * What every call works with.
 *
 * @param verifier of callers' numbers, where a peer's are verified
 * @param address ours, as peers are told in SDP
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
        InetAddress address) {
    /** Where a call of that peer to that number goes, now. */
    Router.Way way(Peer from, String number) {
        return router.way(from, number, ZonedDateTime.now(ZoneOffset.UTC), ThreadLocalRandom.current());
    }

    /** Our half of the SDP of a leg to that peer. */
    LocalAudio audio(CallMedia opened, Peer peer) {
        return new LocalAudio(
                address,
                opened.port(peer.side()),
                Leg.isSrtp(peer.settings()),
                peer.settings().policy().codecs());
    }

    /** Ours, as peers see it in URIs. */
    String host() {
        return setting.sip().advertise().orElse(setting.sip().bind());
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
