package sotto.proxy.sdp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sotto.proxy.sdp.SdpRefused.Reason;

/**
 * The payload types of an audio line (RFC 8866 §6.6, RFC 3551 §6), in the peer's order.
 *
 * @param encodings by payload type; {@link Encoding#NONE} where it has none that we could know
 * @param parameters of a=fmtp, by payload type (RFC 8866 §6.15)
 */
record PayloadTypes(Map<Integer, Encoding> encodings, Map<Integer, String> parameters) {
    /** Codecs of one line that are carried on; those behind are left out. */
    static final int MOST_CODECS = 12;

    private static final Pattern NUMBER = Pattern.compile("\\d{1,3}");
    private static final Pattern RTPMAP = Pattern.compile("(\\d{1,3}) +([\\w.+-]{1,32})/(\\d{1,6})(?:/(\\d{1,2}))? *");
    /** No dot and no colon: it crosses as it is, and must not name an address. */
    private static final Pattern FMTP = Pattern.compile("(\\d{1,3}) +([\\w=;,/ +-]{1,160})");

    private static final int MOST_PAYLOAD_TYPE = 127;
    private static final Set<String> NO_CODECS =
            Set.of("", Encoding.TELEPHONE_EVENT, "CN", "RED", "ULPFEC"); // RFC 2198, 3389

    static PayloadTypes read(MediaLine line, List<SdpLine> audio) throws SdpRefused {
        Map<Integer, Encoding> mapped = new HashMap<>(Encoding.STATIC);
        Map<Integer, String> parameters = new HashMap<>();
        for (SdpLine attribute : audio) {
            if (attribute.isAttribute("rtpmap")) {
                Matcher matcher = RTPMAP.matcher(attribute.attributeValue("rtpmap"));
                if (!matcher.matches()) {
                    throw attribute.malformed("is not payload type, name/clock, and channels (RFC 8866 §6.6)");
                }
                mapped.put(Integer.parseInt(matcher.group(1)), encoding(matcher));
            } else if (attribute.isAttribute("fmtp")) {
                Matcher matcher = FMTP.matcher(attribute.attributeValue("fmtp"));
                if (matcher.matches()) {
                    parameters.put(
                            Integer.parseInt(matcher.group(1)), matcher.group(2).strip());
                }
            }
        }
        Map<Integer, Encoding> encodings = new LinkedHashMap<>();
        for (String format : line.formats()) {
            if (!NUMBER.matcher(format).matches() || Integer.parseInt(format) > MOST_PAYLOAD_TYPE) {
                throw new SdpRefused(Reason.MALFORMED, "the m=audio line has a payload type that is not from 0 to 127");
            }
            int type = Integer.parseInt(format);
            encodings.putIfAbsent(type, mapped.getOrDefault(type, Encoding.NONE));
        }
        return new PayloadTypes(encodings, parameters);
    }

    private static Encoding encoding(Matcher rtpmap) {
        int channels = rtpmap.group(4) == null ? 1 : Integer.parseInt(rtpmap.group(4));
        return Encoding.of(rtpmap.group(2), Integer.parseInt(rtpmap.group(3)), channels);
    }

    /** Those that are codecs, one payload type for each, at least one. */
    List<AudioSession.Codec> codecs() throws SdpRefused {
        List<AudioSession.Codec> codecs = new ArrayList<>();
        Set<Encoding> seen = new HashSet<>();
        encodings.forEach((type, encoding) -> {
            if (codecs.size() < MOST_CODECS && !NO_CODECS.contains(encoding.name()) && seen.add(encoding)) {
                codecs.add(new AudioSession.Codec(
                        type, encoding, encoding.isG711() ? "" : parameters.getOrDefault(type, "")));
            }
        });
        if (codecs.isEmpty()) {
            throw new SdpRefused(Reason.UNKNOWN_CODEC, "no codec in common; offer PCMU or PCMA at 8000 Hz");
        }
        return List.copyOf(codecs);
    }

    /** Telephone-events, one payload type for each clock; with the sixteen keys, which is all that we take. */
    List<AudioSession.Codec> telephoneEvents() {
        List<AudioSession.Codec> events = new ArrayList<>();
        Set<Encoding> seen = new HashSet<>();
        encodings.forEach((type, encoding) -> {
            if (encoding.name().equals(Encoding.TELEPHONE_EVENT) && encoding.channels() == 1 && seen.add(encoding)) {
                events.add(new AudioSession.Codec(type, encoding, "0-15")); // RFC 4733 §2.4.1
            }
        });
        return List.copyOf(events);
    }
}
