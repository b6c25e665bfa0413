package sotto.proxy.sdp;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import sotto.media.srtp.SrtpKeys;
import sotto.media.worker.LegPlan;

/**
 * What the last offer and answer of a leg came to. Owns its keys.
 *
 * @param remote where the peer receives; while it holds with 0.0.0.0, where it received before
 * @param keying how its audio is protected
 * @param voipMetrics whether the peer asks for them
 */
record Settled(
        InetSocketAddress remote,
        InetSocketAddress remoteRtcp,
        AudioSession.Codec codec,
        Optional<AudioSession.Codec> telephoneEvent,
        Optional<SrtpKeys> peerKeys,
        Optional<SrtpKeys> ownKeys,
        boolean peerReceives,
        Keying keying,
        boolean voipMetrics)
        implements AutoCloseable {

    /** Settles a leg with what its peer said; copies the keys. */
    static Settled with(
            AudioSession peer,
            AudioSession.Codec codec,
            Optional<AudioSession.Codec> telephoneEvent,
            Optional<SrtpKeys> own,
            @Nullable Settled before) {
        @Nullable Settled held = isNowhere(peer) ? before : null;
        return new Settled(
                held != null ? held.remote : peer.rtp(),
                held != null ? held.remoteRtcp : peer.rtcp(),
                codec,
                telephoneEvent,
                peer.crypto().stream().findFirst().map(line -> OwnKeys.copy(line.keys())),
                OwnKeys.copy(own),
                peer.direction().receives(),
                peer.keying(),
                peer.voipMetrics());
    }

    /** True where the peer moved, or seals with other keys. */
    boolean isChangedBy(AudioSession offer) {
        boolean moved = !isNowhere(offer) && !offer.rtp().equals(remote);
        boolean otherKeys = peerKeys.isPresent()
                && !peerKeys.get().matches(offer.crypto().getFirst().keys());
        return moved || otherKeys;
    }

    private static boolean isNowhere(AudioSession peer) { // 0.0.0.0, or ::
        return peer.rtp().getAddress().isAnyLocalAddress();
    }

    boolean isFax() {
        return codec.equals(AudioSession.FAX);
    }

    LegPlan plan() {
        if (isFax()) {
            return LegPlan.fax(remote, peerReceives);
        }
        return new LegPlan(
                        remote,
                        remoteRtcp,
                        codec.encoding().format(),
                        codec.payloadType(),
                        telephoneEvent
                                .map(event -> OptionalInt.of(event.payloadType()))
                                .orElseGet(OptionalInt::empty),
                        OwnKeys.copy(peerKeys),
                        OwnKeys.copy(ownKeys),
                        peerReceives)
                .at(
                        codec.encoding().clockHz(),
                        telephoneEvent.orElse(codec).encoding().clockHz());
    }

    @Override
    public void close() {
        peerKeys.ifPresent(SrtpKeys::close);
        ownKeys.ifPresent(SrtpKeys::close);
    }
}
