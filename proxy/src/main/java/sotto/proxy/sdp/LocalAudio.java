package sotto.proxy.sdp;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import sotto.media.codec.AudioFormat;
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
    private static final List<AudioSession.Codec> STATIC = List.of( // RFC 3551 §6
            new AudioSession.Codec(8, AudioFormat.PCMA), new AudioSession.Codec(0, AudioFormat.PCMU));

    private final InetAddress address;
    private final int rtpPort;
    private final boolean srtp;
    private final CodecPolicy codecs;
    private final OwnKeys ownKeys = new OwnKeys(RANDOM);
    private final OwnText text = new OwnText(RANDOM.nextLong(1L << 62));
    private List<String> lines = List.of(); // m= lines of the peer's own offer, where it had more than the stream's
    private int place; // of the stream among them
    private @Nullable Offered offered;
    private @Nullable Settled settled;

    /** What our last offer named. */
    private record Offered(
            List<AudioSession.Codec> codecs, OptionalInt telephoneEvent, int lines, int place, boolean again) {
        boolean isFax() {
            return codecs.getFirst().equals(AudioSession.FAX);
        }
    }

    /**
     * @param address ours, as the peer is told
     * @param rtpPort ours; RTCP is the next
     * @param srtp true: RTP/SAVP with SDES and nothing else; false: RTP/AVP and nothing else
     * @param codecs those that the peer may offer and is offered
     */
    public LocalAudio(InetAddress address, int rtpPort, boolean srtp, CodecPolicy codecs) {
        this.address = address;
        this.rtpPort = rtpPort;
        this.srtp = srtp;
        this.codecs = codecs;
    }

    /** One that takes every codec that is carried. */
    public LocalAudio(InetAddress address, int rtpPort, boolean srtp) {
        this(address, rtpPort, srtp, CodecPolicy.ANY);
    }

    /** Reads an offer of this leg's peer. Changes nothing before {@link #answer}. */
    public AudioSession readOffer(byte[] body) throws SdpRefused {
        AudioSession offer = reachable(SdpReader.read(body, srtp, codecs.fax()));
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
        AudioSession read = reachable(SdpReader.read(body, srtp, ours.isFax()));
        try {
            AudioSession answer = codecs.ofAnswer(read);
            if (answer.mediaLines().size() != ours.lines || answer.audioLine() != ours.place) {
                throw new SdpRefused(Reason.MALFORMED, "the answer has other m= lines than the offer (RFC 3264 §6)");
            }
            AudioSession.Codec codec = answer.codecs().getFirst();
            if (ours.codecs.stream().noneMatch(c -> c.format() == codec.format())) {
                throw new SdpRefused(Reason.UNKNOWN_CODEC, "the answer's codec was not offered (RFC 3264 §6.1)");
            }
            if (srtp
                    && (answer.crypto().size() != 1
                            || !isOffered(ours, answer.crypto().getFirst()))) {
                throw new SdpRefused(
                        Reason.SRTP_REQUIRED,
                        "the answer has no a=crypto line, or not one of the offer (RFC 4568 §5.1.3)");
            }
            settle(answer, codec, ours.telephoneEvent.isPresent() ? answer.telephoneEvent() : OptionalInt.empty());
            place = ours.place;
            text.agreed();
            return answer;
        } catch (SdpRefused e) {
            read.wipeKeys();
            throw e;
        }
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
        AudioSession other = codecs.ofOffer(theirs);
        if (other.isFax() && srtp) {
            throw new SdpRefused(Reason.FAX_REFUSED, "this side takes SRTP only, and T.38 is not encrypted");
        }
        int at = placeOf(other.isFax() ? "image " : "audio ");
        Offered next = new Offered(other.codecs(), other.telephoneEvent(), Math.max(1, lines.size()), at, false);
        offered = next;
        SdpWriter writer = new SdpWriter(address, lines).session();
        for (int i = 0; i < next.lines; i++) { // never fewer m= lines than before (RFC 3264 §8)
            if (i != at) {
                writer.line("m=" + MediaLine.refused(lines.get(i)));
            } else {
                offered(writer, other);
            }
        }
        return text.sending(writer);
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

    private void offered(SdpWriter writer, AudioSession other) {
        if (other.isFax()) {
            finishFax(writer.fax(rtpPort), other, other.direction());
            return;
        }
        writer.audio(rtpPort, srtp, other.codecs(), other.telephoneEvent());
        if (srtp) {
            ownKeys.offered().forEach(line -> writer.crypto(line.tag(), line.keys()));
        }
        finishAudio(writer, other, other.direction());
    }

    /**
     * Answers this leg's peer, and settles the leg.
     *
     * @param offered what this leg's peer offered
     * @param other what the other side's peer answered
     */
    public byte[] answer(AudioSession offered, AudioSession other) throws SdpRefused {
        AudioSession.Codec codec = offered.codecs().stream()
                .filter(c -> c.format() == other.codecs().getFirst().format())
                .findFirst()
                .orElseThrow(() -> new SdpRefused(
                        Reason.UNKNOWN_CODEC, "the other side answered with a codec that was not offered"));
        OptionalInt events = other.telephoneEvent().isPresent() ? offered.telephoneEvent() : OptionalInt.empty();
        if (settled != null && settled.isChangedBy(offered)) {
            ownKeys.close(); // fresh ones: a key never seals towards two peers (RFC 4568 §7.1.4)
        }
        settle(offered, codec, events);
        SdpWriter writer = new SdpWriter(address, offered.mediaLines()).session();
        for (int i = 0; i < offered.mediaLines().size(); i++) { // as many m= lines as the offer (RFC 3264 §6)
            if (i != offered.audioLine()) {
                writer.line("m=" + MediaLine.refused(offered.mediaLines().get(i)));
                continue;
            }
            if (offered.isFax()) {
                finishFax(writer.fax(rtpPort), other, other.direction().within(offered.direction()));
                continue;
            }
            writer.audio(rtpPort, srtp, List.of(codec), events);
            offered.crypto().stream() // the first that both have, under the offer's tag (RFC 4568 §5.1.2)
                    .limit(1)
                    .forEach(line ->
                            writer.crypto(line.tag(), ownKeys.of(line.keys().suite())));
            finishAudio(writer, other, other.direction().within(offered.direction()));
        }
        lines = offered.mediaLines().size() > 1 ? offered.mediaLines() : List.of();
        place = offered.audioLine();
        byte[] answer = text.sending(writer);
        text.agreed();
        return answer;
    }

    /**
     * What is settled, as an offer to somebody else who is to take the other side's place: our codec first, then the other
     * that is carried.
     */
    public AudioSession carried() {
        Settled now = settled;
        if (now == null) {
            throw new IllegalStateException("nothing is settled yet");
        }
        List<AudioSession.Codec> both = new ArrayList<>(List.of(now.codec()));
        for (AudioSession.Codec other : STATIC) {
            if (other.format() != now.codec().format()
                    && other.payloadType() != now.codec().payloadType()) {
                both.add(other);
            }
        }
        return new AudioSession(
                now.remote(),
                now.remoteRtcp(),
                List.copyOf(both),
                now.telephoneEvent(),
                List.of(),
                Direction.SENDRECV,
                OptionalInt.empty(),
                List.of(),
                0,
                List.of());
    }

    /** True while a fax takes the place of the audio. */
    public boolean isFax() {
        return settled != null && settled.isFax();
    }

    /** True where this leg need not be told of that answer: its codec is ours, and keys come in the same way. */
    public boolean suits(AudioSession answer) {
        Settled now = settled;
        return now != null
                && answer.codecs().getFirst().format() == now.codec().format()
                && answer.telephoneEvent().isPresent() == now.telephoneEvent().isPresent()
                && answer.direction() == Direction.SENDRECV;
    }

    /** The offer of what is settled, in the very text that was agreed on with the peer (RFC 4028 §7.4). */
    public byte[] offerAgain() {
        Settled now = settled;
        if (now == null) {
            throw new IllegalStateException("nothing is settled yet");
        }
        offered = new Offered(List.of(now.codec()), now.telephoneEvent(), Math.max(1, lines.size()), place, true);
        return text.again();
    }

    private static void finishAudio(SdpWriter writer, AudioSession other, Direction direction) {
        other.ptimeMs().ifPresent(ms -> writer.line("a=ptime:" + ms));
        other.kept().forEach(writer::line);
        writer.line("a=" + direction.attribute());
    }

    /** Without the usual direction, which not every gateway knows on this line. */
    private static void finishFax(SdpWriter writer, AudioSession other, Direction direction) {
        other.kept().forEach(writer::line);
        if (direction != Direction.SENDRECV) {
            writer.line("a=" + direction.attribute());
        }
    }

    private AudioSession reachable(AudioSession session) throws SdpRefused {
        boolean sameFamily = session.rtp().getAddress().getClass() == address.getClass();
        if (!sameFamily) {
            session.wipeKeys();
            throw new SdpRefused(Reason.NO_AUDIO, "the audio address is of another IP version than ours");
        }
        return session;
    }

    private void settle(AudioSession peer, AudioSession.Codec codec, OptionalInt telephoneEvent) {
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
        if (settled == null) {
            throw new IllegalStateException("no answer yet");
        }
        return settled.plan();
    }

    /** Wipes our keys and the peer's. */
    @Override
    public void close() {
        ownKeys.close();
        text.close();
        if (settled != null) {
            settled.close();
            settled = null;
        }
    }
}
