package sotto.media.path;

import sotto.media.codec.AudioFormat;
import sotto.media.codec.LawConversion;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;
import sotto.media.rtp.Rewrite;

/**
 * Holds back what the other leg's offer and answer do not want; no loss to the other leg. Belongs to the call's worker.
 */
final class PeerWants implements Stage {
    private final Verdict audio;
    private final Verdict telephoneEvents;
    private final int telephoneEvent;
    private final Rewrite stream;

    /**
     * @param from the leg that the packets come from, whose payload types they still carry
     * @param to the leg that they go to
     */
    PeerWants(SettledLeg from, SettledLeg to) {
        stream = to.stream();
        telephoneEvent = from.telephoneEvent().orElse(-1);
        Verdict notSent = to.notSent();
        audio = notSent != null
                ? notSent // RFC 5763 §6.7.1, RFC 7675 §5.1: no keys yet, no consent
                : !to.peerReceives()
                        ? Verdict.DIRECTION_INACTIVE // RFC 3264 §5.1: sendonly, inactive
                        : carries(from.format(), to.format())
                                ? Verdict.NEXT
                                : Verdict.RTP_UNKNOWN_PAYLOAD_TYPE; // between two re-INVITEs: it would be noise
        telephoneEvents =
                notSent == null && to.peerReceives() && to.telephoneEvent().isEmpty()
                        ? Verdict.RTP_UNKNOWN_PAYLOAD_TYPE
                        : audio;
    }

    private static boolean carries(AudioFormat from, AudioFormat to) {
        return from == to || LawConversion.between(from, to).isPresent();
    }

    @Override
    public Verdict process(RtpView packet, long nowNs) {
        Verdict verdict = packet.payloadType() == telephoneEvent ? telephoneEvents : audio;
        if (verdict != Verdict.NEXT) {
            stream.withheld(packet);
        }
        return verdict;
    }
}
