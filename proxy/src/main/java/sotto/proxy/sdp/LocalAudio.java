package sotto.proxy.sdp;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sotto.media.srtp.SrtpKeys;
import sotto.media.worker.LegPlan;
import sotto.proxy.sdp.SdpRefused.Reason;

/**
 * Our half of one leg's SDP: reads what the leg's peer sends, and writes offers and answers to it with our own address,
 * port, keys and session version. One for each leg of a call; guarded by the call.
 *
 * <pre>
 *  peer A            a                     b            peer B
 *    | offer ------> a.readOffer           |              |
 *    |               offer = …             b.offer(offer) | ---> offer
 *    |               |                     b.readAnswer   | <--- answer
 *    | <------------ a.answer(offer, answer)              |
 *    |               a.plan(), b.plan()                   |
 * </pre>
 *
 * <p>An offer that is turned down leaves {@link #plan} as it was (RFC 3264 §8).
 *
 * <p>A fax (T.38) takes the place of the audio in the same m= line (RFC 3264 §8.3.3), with our same port, and audio the
 * place of the fax; a peer that offered it in a line beside one of audio is answered, and offered, both, the one that is
 * not meant at port 0.
 */
public final class LocalAudio implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final InetAddress address;
    private Protection protection;
    private final CodecPolicy codecs;
    private final RtcpXr xr;
    private final OwnKeys ownKeys = new OwnKeys(RANDOM);
    private final Optional<OwnDtls> ownDtls;
    private final OwnLines own;
    private final OwnText text = new OwnText(RANDOM.nextLong(1L << 62));
    private List<String> lines = List.of(); // m= lines of the peer's own offer, where it had more than the stream's
    private int place; // of the stream among them
    private @Nullable Offered offered;
    private @Nullable AudioSession theirs; // that our last offer was made of
    private @Nullable Settled settled;

    /** What our last offer named. */
    private record Offered(
            List<AudioSession.Codec> codecs,
            List<AudioSession.Codec> telephoneEvents,
            int lines,
            int place,
            boolean again) {
        boolean isFax() {
            return codecs.getFirst().equals(AudioSession.FAX);
        }

        boolean named(AudioSession.Codec event) {
            return telephoneEvents.stream().anyMatch(ours -> ours.encoding().equals(event.encoding()));
        }
    }

    /**
     * @param address ours, as the peer is told
     * @param rtpPort ours; RTCP is the next, or the same where the peer's DTLS-SRTP has rtcp-mux
     * @param protection how the audio may be protected
     * @param codecs those that the peer may offer and is offered
     * @param xr when it gets VoIP metrics
     */
    public LocalAudio(InetAddress address, int rtpPort, Protection protection, CodecPolicy codecs, RtcpXr xr) {
        this.address = address;
        this.protection = protection;
        this.codecs = codecs;
        this.xr = xr;
        this.ownDtls = protection.identity().map(identity -> new OwnDtls(identity, RANDOM));
        this.own = new OwnLines(address, rtpPort, ownKeys, ownDtls, xr);
    }

    /** One whose peer gets VoIP metrics where it asks for them. */
    public LocalAudio(InetAddress address, int rtpPort, Protection protection, CodecPolicy codecs) {
        this(address, rtpPort, protection, codecs, RtcpXr.ASKED);
    }

    /** Reads an offer of this leg's peer. Changes nothing before {@link #answer}. */
    public AudioSession readOffer(byte[] body) throws SdpRefused {
        AudioSession offer = reachable(SdpReader.read(body, taken(), codecs.fax()));
        try {
            return codecs.ofOffer(offer);
        } catch (SdpRefused e) {
            offer.wipeKeys();
            throw e;
        }
    }

    /**
     * Reads the answer to {@link #offer}, and settles the leg. A provisional answer and the final one may both be read.
     *
     * @throws IllegalStateException where nothing was offered
     */
    public AudioSession readAnswer(byte[] body) throws SdpRefused {
        Offered ours = offered;
        if (ours == null) {
            throw new IllegalStateException("an answer without an offer");
        }
        AudioSession read = reachable(SdpReader.read(body, Set.of(offering()), ours.isFax()));
        try {
            AudioSession answer = codecs.ofAnswer(read);
            if (answer.mediaLines().size() != ours.lines || answer.audioLine() != ours.place) {
                throw new SdpRefused(Reason.MALFORMED, "the answer has other m= lines than the offer (RFC 3264 §6)");
            }
            AudioSession.Codec codec = answer.codecs().getFirst();
            if (ours.codecs.stream().noneMatch(c -> c.encoding().equals(codec.encoding()))) {
                throw new SdpRefused(Reason.UNKNOWN_CODEC, "the answer's codec was not offered (RFC 3264 §6.1)");
            }
            if (answer.keying() == Keying.SDES
                    && (answer.crypto().size() != 1
                            || !isOffered(ours, answer.crypto().getFirst()))) {
                throw new SdpRefused(
                        Reason.SRTP_REQUIRED,
                        "the answer has no a=crypto line, or not one of the offer (RFC 4568 §5.1.3)");
            }
            if (answer.dtls().isPresent()) {
                ownDtls.orElseThrow().answered(answer.dtls().get());
            }
            settle(answer, codec, answer.telephoneEvent().filter(ours::named));
            place = ours.place;
            text.agreed();
            return answer;
        } catch (SdpRefused e) {
            read.wipeKeys();
            throw e;
        }
    }

    /** A call that began in one way goes on in it: none of them is left for another one. */
    private Set<Keying> taken() {
        Settled now = settled;
        return now == null ? protection.taken() : Set.of(now.keying());
    }

    private Keying offering() {
        Settled now = settled;
        return now == null ? protection.offered() : now.keying();
    }

    /** An offer that was sent again may be a former answer, and has the peer's tag. */
    private boolean isOffered(Offered ours, AudioSession.Crypto answered) {
        Settled now = settled;
        if (!ours.again || now == null) {
            return OwnKeys.isOurs(answered);
        }
        return now.ownKeys()
                .filter(keys -> keys.suite() == answered.keys().suite())
                .isPresent();
    }

    /**
     * Offers this leg's peer what the other side's peer offered, as far as we can carry it and its policy allows.
     *
     * @throws SdpRefused where that is nothing; {@code theirs} keeps its keys, another peer may do
     */
    public byte[] offer(AudioSession theirs) throws SdpRefused {
        AudioSession other = codecs.towards(theirs);
        this.theirs = theirs;
        if (other.isFax() && offering() != Keying.PLAIN) {
            throw new SdpRefused(Reason.FAX_REFUSED, "this side takes SRTP only, and T.38 is not encrypted");
        }
        int at = placeOf(other.isFax() ? "image " : "audio ");
        Offered next = new Offered(other.codecs(), other.telephoneEvents(), Math.max(1, lines.size()), at, false);
        offered = next;
        SdpWriter writer = own.session(offering(), at);
        for (int i = 0; i < next.lines; i++) { // never fewer m= lines than before (RFC 3264 §8)
            if (i != at) {
                own.refuse(writer, lines.get(i), offering(), i);
            } else {
                own.offer(writer, other, offering(), at);
            }
        }
        return text.sending(writer);
    }

    /**
     * What was offered last, in the clear, to a peer that refused it encrypted; the call goes on in the clear then. Empty
     * where its policy does not have that, or where it was in the clear already.
     */
    public Optional<byte[]> offerInClear() throws SdpRefused {
        AudioSession last = theirs;
        if (settled != null || last == null || !protection.fallsBack()) {
            return Optional.empty();
        }
        protection = Protection.PLAIN;
        return Optional.of(offer(last));
    }

    /** The line that the stream had; where that was of the other kind, one of its own kind if there is one. */
    private int placeOf(String media) {
        if (lines.isEmpty() || lines.get(place).startsWith(media)) {
            return place;
        }
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(media)) {
                return i;
            }
        }
        return place;
    }

    /**
     * Answers this leg's peer, and settles the leg.
     *
     * @param offered what this leg's peer offered
     * @param other what the other side's peer answered
     */
    public byte[] answer(AudioSession offered, AudioSession other) throws SdpRefused {
        AudioSession.Codec answered = other.codecs().getFirst();
        AudioSession.Codec codec = offered.codecs().stream()
                .filter(c -> c.encoding().equals(answered.encoding()))
                .findFirst()
                .map(c -> new AudioSession.Codec(c.payloadType(), c.encoding(), answered.parameters()))
                .or(() -> converted(offered, answered))
                .orElseThrow(() -> new SdpRefused(
                        Reason.UNKNOWN_CODEC, "the other side answered with a codec that was not offered"));
        Optional<AudioSession.Codec> events =
                other.telephoneEvent() // of one clock on both legs: they cross as they are
                        .flatMap(
                                event -> offered.telephoneEvent(event.encoding().clockHz()));
        if (settled != null && settled.isChangedBy(offered)) {
            ownKeys.close(); // fresh ones: a key never seals towards two peers (RFC 4568 §7.1.4)
        }
        offered.dtls().ifPresent(peer -> ownDtls.orElseThrow().offered(peer));
        settle(offered, codec, events);
        SdpWriter writer = own.session(offered.keying(), offered.audioLine());
        for (int i = 0; i < offered.mediaLines().size(); i++) { // as many m= lines as the offer (RFC 3264 §6)
            if (i != offered.audioLine()) {
                own.refuse(writer, offered.mediaLines().get(i), offered.keying(), i);
            } else {
                own.answer(
                        writer,
                        offered.isFax()
                                ? offered
                                : offered.with(List.of(codec), events.stream().toList()),
                        other);
            }
        }
        lines = offered.mediaLines().size() > 1 ? offered.mediaLines() : List.of();
        place = offered.audioLine();
        byte[] answer = text.sending(writer);
        text.agreed();
        return answer;
    }

    /** The other law of G.711 is the other leg's alone. */
    private static Optional<AudioSession.Codec> converted(AudioSession offered, AudioSession.Codec answered) {
        return offered.codecs().stream()
                .filter(codec ->
                        codec.encoding().isG711() && answered.encoding().isG711())
                .findFirst();
    }

    /**
     * What is settled, as an offer to somebody else who is to take the other side's place: our codec first, then the other
     * that is carried.
     */
    public AudioSession carried() {
        Settled now = agreed();
        return new AudioSession(
                        now.remote(),
                        now.remoteRtcp(),
                        List.of(now.codec()),
                        now.telephoneEvent().stream().toList(),
                        List.of(),
                        Optional.empty(),
                        Direction.SENDRECV,
                        OptionalInt.empty(),
                        List.of(),
                        0,
                        now.voipMetrics(),
                        List.of())
                .withBothLaws();
    }

    /**
     * Name of the codec that was settled.
     *
     * @throws IllegalStateException before the first answer
     */
    public String codecName() {
        return agreed().codec().encoding().name();
    }

    private Settled agreed() {
        Settled now = settled;
        if (now == null) {
            throw new IllegalStateException("nothing is settled yet");
        }
        return now;
    }

    /** True while a fax takes the place of the audio. */
    public boolean isFax() {
        return settled != null && settled.isFax();
    }

    /** True where this leg need not be told of that answer: its codec is ours, and keys come in the same way. */
    public boolean suits(AudioSession answer) {
        Settled now = settled;
        return now != null
                && answer.codecs().getFirst().encoding().equals(now.codec().encoding())
                && answer.telephoneEvent()
                        .map(AudioSession.Codec::encoding)
                        .equals(now.telephoneEvent().map(AudioSession.Codec::encoding))
                && answer.direction() == Direction.SENDRECV;
    }

    /** The offer of what is settled, in the very text that was agreed on with the peer (RFC 4028 §7.4). */
    public byte[] offerAgain() {
        Settled now = agreed();
        offered = new Offered(
                List.of(now.codec()), now.telephoneEvent().stream().toList(), Math.max(1, lines.size()), place, true);
        return text.again();
    }

    private AudioSession reachable(AudioSession session) throws SdpRefused {
        boolean sameFamily = session.dtls().isPresent() // its candidates say where it is
                || session.rtp().getAddress().getClass() == address.getClass();
        if (!sameFamily) {
            session.wipeKeys();
            throw new SdpRefused(Reason.NO_AUDIO, "the audio address is of another IP version than ours");
        }
        return session;
    }

    private void settle(AudioSession peer, AudioSession.Codec codec, Optional<AudioSession.Codec> telephoneEvent) {
        Optional<SrtpKeys> own = peer.crypto().stream()
                .findFirst()
                .map(line -> ownKeys.of(line.keys().suite()));
        Settled next = Settled.with(peer, codec, telephoneEvent, own, settled);
        if (settled != null) {
            settled.close();
        }
        settled = next;
    }

    /**
     * What was settled, for the media plane; makes fresh copies of the keys, which the leg closes.
     *
     * @throws IllegalStateException before the first answer
     */
    public LegPlan plan() {
        Settled now = agreed();
        LegPlan plan = now.plan().reporting(xr.sends(now.voipMetrics()) && !now.isFax());
        return now.keying() == Keying.DTLS ? plan.over(ownDtls.orElseThrow().transport()) : plan;
    }

    /** Wipes our keys and the peer's. */
    @Override
    public void close() {
        ownKeys.close();
        text.close();
        ownDtls.ifPresent(OwnDtls::close);
        if (settled != null) {
            settled.close();
            settled = null;
        }
    }
}
