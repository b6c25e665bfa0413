package sotto.proxy.sdp;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import sotto.proxy.sdp.SdpRefused.Reason;

/**
 * Which codecs a peer is offered and may offer, and in which order. Immutable.
 *
 * <pre>
 *  order       allowed     offered by the other side  offered to this peer
 *  -           PCMA PCMU   0 8 101                    0 8 101
 *  -           PCMA PCMU   0 101                      0 101
 *  PCMA PCMU   PCMA PCMU   0 8 101                    8 0 101
 *  PCMA PCMU   PCMA PCMU   0 101                      0 8 101: the second would be converted, so it is the second
 *  -           PCMA        0 8 101                    8 101
 *  -           PCMA        0 101                      8 101: converted
 *  -           PCMA PCMU   111 0 101, 111 opus        0 101
 *  opus PCMA   opus PCMA   0 111 101                  111 0 101 8
 * </pre>
 *
 * <p>So the legs of a call may differ in the law of their G.711; the media plane makes the one of the other.
 *
 * <p>What is not G.711 passes as it is where both peers' policies name it. It cannot be decoded here, so secure-pay mutes
 * it, and the tap does not hear it.
 *
 * @param order names, best first; empty: as whoever offers has them
 * @param allowed all others are passed over
 * @param telephoneEvent whether keys may come as events (RFC 4733)
 * @param fax whether T.38 may take the place of the audio
 */
public record CodecPolicy(List<String> order, Set<String> allowed, boolean telephoneEvent, boolean fax) {
    /** Whatever can be masked, as it is offered. */
    public static final CodecPolicy ANY =
            new CodecPolicy(List.of(), Set.of(Encoding.PCMA.name(), Encoding.PCMU.name()), true);

    public CodecPolicy {
        order = List.copyOf(order);
        allowed = Set.copyOf(allowed);
    }

    /** True for a codec that the media plane decodes, by its name. */
    public static boolean isMaskable(String codec) {
        return ANY.allowed.contains(codec);
    }

    /** One without fax. */
    public CodecPolicy(List<String> order, Set<String> allowed, boolean telephoneEvent) {
        this(order, allowed, telephoneEvent, false);
    }

    /**
     * What is left of an offer, best first.
     *
     * @throws SdpRefused where that is nothing; the keys are the caller's still
     */
    AudioSession ofOffer(AudioSession offer) throws SdpRefused {
        if (offer.isFax()) {
            return faxOf(offer);
        }
        AudioSession left = ofAnswer(offer);
        return left.with(
                left.codecs().stream()
                        .sorted(Comparator.comparingInt(codec -> rank(codec.encoding()))) // equal ranks stay in order
                        .toList(),
                left.telephoneEvents());
    }

    /**
     * What this peer is offered of the other side's offer, best first; behind it what would have to be converted.
     *
     * @throws SdpRefused where that is nothing; the keys are the caller's still
     */
    AudioSession towards(AudioSession theirs) throws SdpRefused {
        boolean converts = theirs.codecs().stream()
                        .noneMatch(codec -> allowed.contains(codec.encoding().name()))
                || !order.isEmpty();
        AudioSession left = ofOffer(theirs.isFax() || !converts ? theirs : theirs.withBothLaws());
        Set<Encoding> offered =
                theirs.codecs().stream().map(AudioSession.Codec::encoding).collect(Collectors.toSet());
        return left.with(
                left.codecs().stream()
                        .sorted(Comparator.comparing(codec -> !offered.contains(codec.encoding())))
                        .toList(),
                left.telephoneEvents());
    }

    /** What is left of an answer; its order is the peer's word for what it will send (RFC 3264 §6.1). */
    AudioSession ofAnswer(AudioSession answer) throws SdpRefused {
        if (answer.isFax()) {
            return faxOf(answer);
        }
        List<AudioSession.Codec> left = answer.codecs().stream()
                .filter(codec -> allowed.contains(codec.encoding().name()))
                .toList();
        if (left.isEmpty()) {
            throw new SdpRefused(Reason.UNKNOWN_CODEC, "no codec in common; none of those offered is allowed here");
        }
        return answer.with(left, telephoneEvent ? answer.telephoneEvents() : List.of());
    }

    private AudioSession faxOf(AudioSession session) throws SdpRefused {
        if (!fax) {
            throw new SdpRefused(Reason.FAX_REFUSED, "T.38 does not get across in this call; go on with G.711");
        }
        return session;
    }

    private int rank(Encoding encoding) {
        int place = order.indexOf(encoding.name());
        return place < 0 ? order.size() : place;
    }
}
