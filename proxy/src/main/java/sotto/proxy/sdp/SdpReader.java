package sotto.proxy.sdp;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sotto.media.codec.AudioFormat;
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
 *  m=image        port, udptl, t38        RFC 3362, ITU-T T.38 Annex D
 * </pre>
 */
final class SdpReader {
    private static final Pattern ORIGIN = Pattern.compile("\\S+ \\d{1,20} \\d{1,20} IN IP[46] \\S+");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
    private static final Pattern RTPMAP = Pattern.compile("(\\d{1,3}) +([^ /]+/\\d{1,6})(/1)?(/\\S+)? *");
    private static final Pattern RTCP = Pattern.compile("(\\d{1,5})( IN IP[46] \\S+)? *");
    private static final Pattern PTIME = Pattern.compile("\\d{1,3}");
    private static final int MOST_PAYLOAD_TYPE = 127;
    /** m= lines of one body; each is sent back in the answer. */
    static final int MOST_MEDIA = 16;
    /** Attributes of the session, of the audio, and of the fax. */
    static final int MOST_ATTRIBUTES = 128;
    /** Payload types of the audio line. */
    static final int MOST_FORMATS = 64;

    private final boolean srtp;
    private final List<SdpLine> session = new ArrayList<>();
    private final List<MediaLine> media = new ArrayList<>();
    private final List<SdpLine> audio = new ArrayList<>();
    private final List<SdpLine> image = new ArrayList<>();
    private int audioLine = -1;
    private int imageLine = -1;

    private SdpReader(boolean srtp) {
        this.srtp = srtp;
    }

    /** Reads the body of a leg that takes audio alone. */
    static AudioSession read(byte[] body, boolean srtp) throws SdpRefused {
        return read(body, srtp, false);
    }

    /**
     * Reads a body.
     *
     * @param body not kept
     * @param srtp whether the leg takes RTP/SAVP, or RTP/AVP
     * @param fax whether it takes T.38 in the place of audio; never with SRTP, for UDPTL is not encrypted
     */
    static AudioSession read(byte[] body, boolean srtp, boolean fax) throws SdpRefused {
        SdpReader reader = new SdpReader(srtp);
        reader.sort(SdpLine.cut(body));
        reader.checkSession();
        return fax && !srtp && reader.isFax() ? reader.faxSession() : reader.audioSession();
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
            } else if (media.isEmpty()) {
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

    /** Phones that would take either offer the same audio twice, with and without SRTP: the one of this leg counts. */
    private boolean isTheOne(MediaLine line) {
        String ours = srtp ? "RTP/SAVP" : "RTP/AVP";
        return line.protocol().equals(ours) && !media.get(audioLine).protocol().equals(ours);
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
        InetAddress address = address(image);
        InetSocketAddress udptl =
                new InetSocketAddress(address, media.get(imageLine).port());
        Direction direction = direction(image);
        return new AudioSession(
                udptl,
                udptl,
                List.of(AudioSession.FAX),
                OptionalInt.empty(),
                List.of(),
                address.isAnyLocalAddress() ? direction.onHold() : direction,
                OptionalInt.empty(),
                media.stream().map(MediaLine::text).toList(),
                imageLine,
                FaxAttributes.of(image));
    }

    private AudioSession audioSession() throws SdpRefused {
        if (audioLine < 0) {
            throw refused(Reason.NO_AUDIO, "SDP has no m=audio line with a port");
        }
        MediaLine line = media.get(audioLine);
        List<AudioSession.Crypto> crypto = secured(line);
        try {
            InetAddress address = address(audio);
            Map<Integer, String> formats = formats(line);
            Direction direction = direction(audio);
            return new AudioSession(
                    new InetSocketAddress(address, line.port()),
                    rtcp(address, line.port()),
                    codecs(formats),
                    telephoneEvent(formats),
                    crypto,
                    address.isAnyLocalAddress() ? direction.onHold() : direction,
                    ptime(),
                    media.stream().map(MediaLine::text).toList(),
                    audioLine,
                    Kept.of(audio));
        } catch (SdpRefused e) {
            crypto.forEach(c -> c.keys().close());
            throw e;
        }
    }

    /** The transport must be the leg's own: never in clear where SRTP is required, nor the other way round. */
    private List<AudioSession.Crypto> secured(MediaLine line) throws SdpRefused {
        String protocol = line.protocol();
        if (!srtp && protocol.equals("RTP/AVP")) {
            return List.of();
        } else if (!srtp && protocol.contains("SAVP")) {
            throw refused(Reason.SRTP_FORBIDDEN, "this side takes audio without SRTP only; offer RTP/AVP");
        } else if (!srtp) {
            throw refused(Reason.NO_AUDIO, "the audio transport is not one that this side takes; offer RTP/AVP");
        } else if (!protocol.equals("RTP/SAVP")) {
            throw refused(
                    Reason.SRTP_REQUIRED,
                    "this side takes SRTP with SDES only; offer RTP/SAVP with a=crypto (RFC 4568)");
        }
        List<AudioSession.Crypto> usable = new ArrayList<>();
        Set<Integer> tags = new HashSet<>();
        String why = "there is none";
        for (SdpLine attribute : audio) {
            if (attribute.isAttribute("crypto")) {
                CryptoLine.Read read = CryptoLine.read(attribute);
                if (read.crypto().isPresent() && tags.add(read.crypto().get().tag())) {
                    usable.add(read.crypto().get());
                } else {
                    read.crypto().ifPresent(again -> again.keys().close());
                    why = read.crypto().isPresent() ? "a tag is used twice" : read.unusable();
                }
            }
        }
        if (usable.isEmpty()) {
            throw refused(Reason.SRTP_REQUIRED, "no a=crypto line can be used: " + why);
        }
        return List.copyOf(usable);
    }

    private InetAddress address(List<SdpLine> stream) throws SdpRefused {
        SdpLine line = connection(stream);
        line = line != null ? line : connection(session);
        if (line == null) {
            throw refused(Reason.MALFORMED, "SDP has no c= line for its audio or fax (RFC 8866 §5.7)");
        }
        String[] tokens = line.text().strip().split(" ");
        if (tokens.length != 3 || !tokens[0].equals("IN")) {
            throw line.malformed("is not IN, IP4 or IP6, address (RFC 8866 §5.7)");
        }
        return address(line, tokens[1], tokens[2]);
    }

    private static @Nullable SdpLine connection(List<SdpLine> lines) throws SdpRefused {
        SdpLine found = null;
        for (SdpLine line : lines) {
            if (line.type() == 'c') {
                if (found != null) {
                    throw line.malformed("is a second c= line for the same media");
                }
                found = line;
            }
        }
        return found;
    }

    /** An address of one host. Names are never looked up: that would let a peer make us ask the network. */
    private static InetAddress address(SdpLine line, String type, String text) throws SdpRefused {
        try {
            InetAddress address = null;
            if (type.equals("IP4") && IPV4.matcher(text).matches()) {
                address = Inet4Address.ofLiteral(text);
            } else if (type.equals("IP6") && IPV6.matcher(text).matches()) {
                address = Inet6Address.ofLiteral(text);
            }
            if (address != null && !address.isMulticastAddress() && !text.equals("255.255.255.255")) {
                return address;
            }
        } catch (IllegalArgumentException e) { // its message quotes the text
            throw line.malformed("has an address that is not one (RFC 8866 §5.7)");
        }
        throw line.malformed("needs the IP address of one host: no host name, no multicast, no broadcast");
    }

    private InetSocketAddress rtcp(InetAddress address, int rtpPort) throws SdpRefused {
        for (SdpLine line : audio) {
            if (line.isAttribute("rtcp")) { // RFC 3605 §2.1
                Matcher matcher = RTCP.matcher(line.attributeValue("rtcp"));
                if (!matcher.matches()) {
                    throw line.malformed("is not a port, or a port and an address (RFC 3605 §2.1)");
                }
                int port = Integer.parseInt(matcher.group(1));
                if (port == 0 || port > 65535) {
                    throw line.malformed("has a port that is not from 1 to 65535");
                }
                String[] where = matcher.group(2) == null
                        ? new String[0]
                        : matcher.group(2).strip().split(" ");
                return new InetSocketAddress(where.length == 0 ? address : address(line, where[1], where[2]), port);
            }
        }
        if (rtpPort == 65535) {
            throw refused(Reason.MALFORMED, "the audio port is 65535, which leaves none for RTCP; use an even one");
        }
        return new InetSocketAddress(address, rtpPort + 1);
    }

    /** Payload type to encoding name and clock, in the peer's order of preference; static types need no rtpmap. */
    private Map<Integer, String> formats(MediaLine line) throws SdpRefused {
        Map<Integer, String> mapped = new HashMap<>(Map.of(0, "pcmu/8000", 8, "pcma/8000")); // RFC 3551 §6
        for (SdpLine attribute : audio) {
            if (attribute.isAttribute("rtpmap")) {
                Matcher matcher = RTPMAP.matcher(attribute.attributeValue("rtpmap"));
                if (!matcher.matches()) {
                    throw attribute.malformed("is not payload type, name/clock, and channels (RFC 8866 §6.6)");
                }
                boolean mono = matcher.group(4) == null;
                mapped.put(
                        Integer.parseInt(matcher.group(1)),
                        mono ? matcher.group(2).toLowerCase(Locale.ROOT) : "");
            }
        }
        Map<Integer, String> formats = new LinkedHashMap<>();
        for (String format : line.formats()) {
            if (!PTIME.matcher(format).matches() || Integer.parseInt(format) > MOST_PAYLOAD_TYPE) {
                throw refused(Reason.MALFORMED, "the m=audio line has a payload type that is not from 0 to 127");
            }
            int type = Integer.parseInt(format);
            formats.putIfAbsent(type, mapped.getOrDefault(type, ""));
        }
        return formats;
    }

    private static List<AudioSession.Codec> codecs(Map<Integer, String> formats) throws SdpRefused {
        List<AudioSession.Codec> codecs = new ArrayList<>();
        Set<AudioFormat> seen = EnumSet.noneOf(AudioFormat.class);
        formats.forEach((type, name) -> {
            AudioFormat format =
                    switch (name) {
                        case "pcmu/8000" -> AudioFormat.PCMU;
                        case "pcma/8000" -> AudioFormat.PCMA;
                        default -> AudioFormat.OPAQUE;
                    };
            if (format != AudioFormat.OPAQUE && seen.add(format)) {
                codecs.add(new AudioSession.Codec(type, format));
            }
        });
        if (codecs.isEmpty()) {
            throw refused(Reason.UNKNOWN_CODEC, "no codec in common; offer PCMU or PCMA at 8000 Hz");
        }
        return List.copyOf(codecs);
    }

    private static OptionalInt telephoneEvent(Map<Integer, String> formats) {
        return formats.entrySet().stream()
                .filter(format -> format.getValue().equals("telephone-event/8000")) // RFC 4733 §2.4
                .mapToInt(Map.Entry::getKey)
                .findFirst();
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
