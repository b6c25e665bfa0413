package sotto.proxy.sdp;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import sotto.media.srtp.SrtpKeys;

/**
 * What a peer's SDP says of its one stream; checked. It is audio, or the fax that takes the place of the audio (ITU-T T.38
 * Annex D, RFC 3264 §8.3.3).
 *
 * @param rtp where the peer receives RTP
 * @param rtcp where it receives RTCP (RFC 3605, or the next port)
 * @param codecs in the peer's order, at least one; {@link #FAX} alone for a fax
 * @param telephoneEvents telephone-event, one payload type for each clock that is named
 * @param crypto crypto lines with a suite of ours, in the peer's order; empty but for SDES
 * @param dtls DTLS and ICE of the peer, where the stream has them; its addresses say nothing then
 * @param direction as the peer wrote it; a c= line of 0.0.0.0 is SENDONLY or INACTIVE, but for one with ICE
 * @param ptimeMs where named
 * @param mediaLines number of m= lines; all but the one of the stream are answered with port 0
 * @param audioLine index of the stream's line among them
 * @param voipMetrics whether it asks for VoIP metrics in our RTCP (RFC 3611 §5.1)
 * @param kept attributes that cross as they are ({@link Kept}, {@link FaxAttributes})
 */
public record AudioSession(
        InetSocketAddress rtp,
        InetSocketAddress rtcp,
        List<Codec> codecs,
        List<Codec> telephoneEvents,
        List<Crypto> crypto,
        Optional<PeerDtls> dtls,
        Direction direction,
        OptionalInt ptimeMs,
        List<String> mediaLines,
        int audioLine,
        boolean voipMetrics,
        List<String> kept) {
    private static final List<Codec> LAWS = // RFC 3551 §6
            List.of(new Codec(8, Encoding.PCMA), new Codec(0, Encoding.PCMU));

    /** In the place of a codec, while there is none. */
    static final Codec FAX = new Codec(0, Encoding.NONE);

    /** How it is protected. */
    public Keying keying() {
        return dtls.isPresent() ? Keying.DTLS : crypto.isEmpty() ? Keying.PLAIN : Keying.SDES;
    }

    /** True for a fax: UDPTL instead of RTP, and no codec. */
    public boolean isFax() {
        return codecs.getFirst().equals(FAX);
    }

    /** Wipes the keys. The one who holds the session calls it once nobody needs them. */
    public void wipeKeys() {
        crypto.forEach(line -> line.keys().close());
    }

    /**
     * The same stream with the law of G.711 that it does not name, last, where its static payload type is free. As it is
     * where it names neither, for only they are converted.
     */
    AudioSession withBothLaws() {
        if (codecs.stream().noneMatch(codec -> codec.encoding().isG711())) {
            return this;
        }
        List<Codec> both = new ArrayList<>(codecs);
        for (Codec other : LAWS) {
            boolean isTaken = Stream.concat(codecs.stream(), telephoneEvents.stream())
                    .anyMatch(codec ->
                            codec.encoding().equals(other.encoding()) || codec.payloadType() == other.payloadType());
            if (!isTaken) {
                both.add(other);
            }
        }
        return with(List.copyOf(both), telephoneEvents);
    }

    /** The same stream with its first codec only; the keys are shared. */
    public AudioSession narrowed() {
        return with(List.of(codecs.getFirst()), telephoneEvents);
    }

    /**
     * The telephone-event that goes with the first codec: of the same clock, for it has the timestamps of the audio (RFC 4733
     * §2.1); else at 8,000 Hz, which is all that many have beside Opus.
     */
    Optional<Codec> telephoneEvent() {
        return telephoneEvent(codecs.getFirst().encoding().clockHz()).or(() -> telephoneEvent(Encoding.G711_CLOCK_HZ));
    }

    /** The telephone-event of that clock. */
    Optional<Codec> telephoneEvent(int clockHz) {
        return telephoneEvents.stream()
                .filter(event -> event.encoding().clockHz() == clockHz)
                .findFirst();
    }

    /** The same stream with other codecs, and those of the telephone-events that may go with them; the keys are shared. */
    AudioSession with(List<Codec> otherCodecs, List<Codec> otherEvents) {
        List<Codec> events = otherEvents.stream()
                .filter(event -> event.encoding().clockHz() == Encoding.G711_CLOCK_HZ
                        || otherCodecs.stream()
                                .anyMatch(codec -> codec.encoding().clockHz()
                                        == event.encoding().clockHz()))
                .toList();
        return new AudioSession(
                rtp,
                rtcp,
                otherCodecs,
                events,
                crypto,
                dtls,
                direction,
                ptimeMs,
                mediaLines,
                audioLine,
                voipMetrics,
                kept);
    }

    /**
     * A codec under its payload type.
     *
     * @param parameters value of its a=fmtp, without the payload type; empty where it has none
     */
    public record Codec(int payloadType, Encoding encoding, String parameters) {
        /** One without parameters. */
        public Codec(int payloadType, Encoding encoding) {
            this(payloadType, encoding, "");
        }
    }

    /** One a=crypto line (RFC 4568); its keys belong to whoever holds the session. */
    public record Crypto(int tag, SrtpKeys keys) {}
}
