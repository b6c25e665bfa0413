package sotto.proxy.sdp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sotto.proxy.sdp.SdpRefused.Reason;

/**
 * Reads one body (RFC 8866), once, on one thread. The first audio line with a port and the leg's transport counts; where
 * the leg takes fax, and there is no such line or it is inactive, the first of T.38. Of the other media, only their m=
 * lines are kept.
 *
 * <pre>
 *  v=0            exactly once, first     §5.1
 *  o= s= t=       exactly once each       §5.2, §5.3, §5.9
 *  c=             here or under m=audio   §5.7
 *  a=sendonly …   default for the media   §6.7
 *  m=audio        port, protocol, formats §5.14
 *  a=rtpmap ptime rtcp crypto, direction  §6.6, §6.4, RFC 3605, RFC 4568
 *  a=fingerprint setup ice-… mid group    {@link DtlsLines}
 *  m=image        port, udptl, t38        RFC 3362, ITU-T T.38 Annex D
 * </pre>
 */
final class SdpReader {
    private static final Pattern ORIGIN = Pattern.compile("\\S+ \\d{1,20} \\d{1,20} IN IP[46] \\S+");
    private static final Pattern PTIME = Pattern.compile("\\d{1,3}");
    /** m= lines of one body; each is sent back in the answer. */
    static final int MOST_MEDIA = 16;
    /** Attributes of the session, of the audio, and of the fax. */
    static final int MOST_ATTRIBUTES = 128;
    /** Payload types of the audio line. */
    static final int MOST_FORMATS = 64;

    private final Set<Keying> taken;
    private final List<SdpLine> session = new ArrayList<>();
    private final List<MediaLine> media = new ArrayList<>();
    private final List<SdpLine> audio = new ArrayList<>();
    private final List<SdpLine> image = new ArrayList<>();
    private final Map<Integer, SdpLine> mids = new HashMap<>(); // by m= line
    private int audioLine = -1;
    private int imageLine = -1;

    private SdpReader(Set<Keying> taken) {
        this.taken = taken;
    }

    /**
     * Reads a body.
     *
     * @param body not kept
     * @param taken how the leg's audio may be protected
     * @param fax whether it takes T.38 in the place of audio; never of a leg that is encrypted, for UDPTL is not
     */
    static AudioSession read(byte[] body, Set<Keying> taken, boolean fax) throws SdpRefused {
        SdpReader reader = new SdpReader(taken);
        reader.sort(SdpLine.cut(body));
        reader.checkSession();
        return fax && taken.contains(Keying.PLAIN) && reader.isFax() ? reader.faxSession() : reader.audioSession();
    }

    private void sort(List<SdpLine> lines) throws SdpRefused {
        for (SdpLine line : lines) {
            if (line.type() == 'm') {
                media.add(MediaLine.read(line));
                atMost(MOST_MEDIA, media.size(), "m= lines");
                if (media.getLast().isAudio() && (audioLine < 0 || isTheOne(media.getLast()))) {
                    audioLine = media.size() - 1;
                    audio.clear();
                } else if (imageLine < 0 && media.getLast().isFax()) {
                    imageLine = media.size() - 1;
                }
                continue;
            }
            if (!media.isEmpty() && line.isAttribute("mid")) {
                mids.putIfAbsent(media.size() - 1, line);
            }
            if (media.isEmpty()) {
                session.add(line);
            } else if (audioLine == media.size() - 1) {
                audio.add(line);
            } else if (imageLine == media.size() - 1) {
                image.add(line);
            }
        }
        atMost(MOST_ATTRIBUTES, attributes(session), "attributes of the session");
        atMost(MOST_ATTRIBUTES, attributes(audio), "attributes of the audio");
        atMost(MOST_ATTRIBUTES, attributes(image), "attributes of the fax");
        if (audioLine >= 0) {
            atMost(MOST_FORMATS, media.get(audioLine).formats().size(), "payload types");
        }
    }

    /** Phones that would take either offer the same audio twice, with and without SRTP: the best that is taken counts. */
    private boolean isTheOne(MediaLine line) {
        return rank(line) > rank(media.get(audioLine));
    }

    private int rank(MediaLine line) {
        return Keying.of(line.protocol())
                .filter(taken::contains)
                .map(Keying::ordinal)
                .orElse(-1);
    }

    private static long attributes(List<SdpLine> lines) {
        return lines.stream().filter(line -> line.type() == 'a').count();
    }

    private static void atMost(int most, long count, String what) throws SdpRefused {
        if (count > most) {
            throw refused(Reason.MALFORMED, "SDP has more than " + most + " " + what);
        }
    }

    private void checkSession() throws SdpRefused {
        if (session.isEmpty()
                || session.getFirst().type() != 'v'
                || !session.getFirst().text().strip().equals("0")) {
            throw refused(Reason.MALFORMED, "SDP does not begin with v=0 (RFC 8866 §5.1)");
        }
        for (char type : "vost".toCharArray()) {
            long count = session.stream().filter(line -> line.type() == type).count();
            if (count == 0 || (count > 1 && type != 't')) { // t= may come again (§5.9)
                throw refused(
                        Reason.MALFORMED, "SDP has " + count + " lines " + type + "=; one is needed (RFC 8866 §5)");
            }
        }
        for (SdpLine line : session) {
            if (line.type() == 'o' && !ORIGIN.matcher(line.text().strip()).matches()) {
                throw line.malformed("is not user, session id, version, IN, IP4 or IP6, address (RFC 8866 §5.2)");
            }
        }
    }

    /** Audio that is offered beside the fax goes before it: then T.38 is no more than what the peer could do. */
    private boolean isFax() {
        return imageLine >= 0 && (audioLine < 0 || direction(audio) == Direction.INACTIVE);
    }

    private AudioSession faxSession() throws SdpRefused {
        InetAddress address = StreamAddress.of(session, image);
        InetSocketAddress udptl =
                new InetSocketAddress(address, media.get(imageLine).port());
        Direction direction = direction(image);
        return new AudioSession(
                udptl,
                udptl,
                List.of(AudioSession.FAX),
                List.of(),
                List.of(),
                Optional.empty(),
                address.isAnyLocalAddress() ? direction.onHold() : direction,
                OptionalInt.empty(),
                media.stream().map(MediaLine::text).toList(),
                imageLine,
                false,
                FaxAttributes.of(image));
    }

    private AudioSession audioSession() throws SdpRefused {
        if (audioLine < 0) {
            throw refused(Reason.NO_AUDIO, "SDP has no m=audio line with a port");
        }
        MediaLine line = media.get(audioLine);
        Keying keying = keying(line);
        List<AudioSession.Crypto> crypto = keying == Keying.SDES ? CryptoLine.usable(audio) : List.of();
        try {
            Optional<PeerDtls> dtls = keying == Keying.DTLS
                    ? Optional.of(DtlsLines.read(line, session, audio, mids()))
                    : Optional.empty();
            InetAddress address = StreamAddress.of(session, audio);
            PayloadTypes types = PayloadTypes.read(line, audio);
            Direction direction = direction(audio);
            boolean held =
                    address.isAnyLocalAddress() && dtls.isEmpty(); // to ICE it means: not known yet (RFC 8840 §4.1.1)
            return new AudioSession(
                    new InetSocketAddress(address, line.port()),
                    StreamAddress.rtcp(audio, address, line.port()),
                    types.codecs(),
                    types.telephoneEvents(),
                    crypto,
                    dtls,
                    held ? direction.onHold() : direction,
                    ptime(),
                    media.stream().map(MediaLine::text).toList(),
                    audioLine,
                    RtcpXr.isAsked(session, audio),
                    Kept.of(audio));
        } catch (SdpRefused e) {
            crypto.forEach(c -> c.keys().close());
            throw e;
        }
    }

    private List<String> mids() throws SdpRefused {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < media.size(); i++) {
            SdpLine line = mids.get(i);
            found.add(line == null ? "" : DtlsLines.mid(line));
        }
        return found;
    }

    /** The transport must be one of the leg's own: never in clear where SRTP is required, nor the other way round. */
    private Keying keying(MediaLine line) throws SdpRefused {
        Optional<Keying> asked = Keying.of(line.protocol()).filter(taken::contains);
        if (asked.isPresent()) {
            return asked.get();
        }
        if (!taken.contains(Keying.PLAIN)) {
            String names = taken.stream().sorted().map(Keying::name).collect(Collectors.joining(" or "));
            String ways = taken.stream().sorted().map(Keying::offer).collect(Collectors.joining(", or "));
            throw refused(Reason.SRTP_REQUIRED, "this side takes SRTP with " + names + " only; offer " + ways);
        }
        if (line.protocol().contains("SAVP")) {
            throw refused(Reason.SRTP_FORBIDDEN, "this side takes audio without SRTP only; offer RTP/AVP");
        }
        throw refused(Reason.NO_AUDIO, "the audio transport is not one that this side takes; offer RTP/AVP");
    }

    private Direction direction(List<SdpLine> stream) {
        for (List<SdpLine> level : List.of(stream, session)) { // the media's own goes before the session's
            for (SdpLine line : level) {
                for (Direction direction : Direction.values()) {
                    if (line.isAttribute(direction.attribute())) {
                        return direction;
                    }
                }
            }
        }
        return Direction.SENDRECV;
    }

    private OptionalInt ptime() throws SdpRefused {
        for (SdpLine line : audio) {
            if (line.isAttribute("ptime")) {
                String text = line.attributeValue("ptime").strip();
                if (!PTIME.matcher(text).matches() || Integer.parseInt(text) == 0) {
                    throw line.malformed("is not a number of milliseconds (RFC 8866 §6.4)");
                }
                return OptionalInt.of(Integer.parseInt(text));
            }
        }
        return OptionalInt.empty();
    }

    private static SdpRefused refused(Reason reason, String detail) {
        return new SdpRefused(reason, detail);
    }
}
