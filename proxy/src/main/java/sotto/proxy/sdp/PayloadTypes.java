package sotto.proxy.sdp;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sotto.media.codec.AudioFormat;
import sotto.proxy.sdp.SdpRefused.Reason;

/**
 * The payload types of an audio line (RFC 8866 §6.6, RFC 3551 §6), in the peer's order.
 *
 * @param names payload type to encoding name and clock, in lower case; empty where it has none that we could know
 */
record PayloadTypes(Map<Integer, String> names) {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,3}");
    private static final Pattern RTPMAP = Pattern.compile("(\\d{1,3}) +([^ /]+/\\d{1,6})(/1)?(/\\S+)? *");
    private static final int MOST_PAYLOAD_TYPE = 127;

    /** Static types need no rtpmap. */
    static PayloadTypes read(MediaLine line, List<SdpLine> audio) throws SdpRefused {
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
        Map<Integer, String> names = new LinkedHashMap<>();
        for (String format : line.formats()) {
            if (!NUMBER.matcher(format).matches() || Integer.parseInt(format) > MOST_PAYLOAD_TYPE) {
                throw new SdpRefused(Reason.MALFORMED, "the m=audio line has a payload type that is not from 0 to 127");
            }
            int type = Integer.parseInt(format);
            names.putIfAbsent(type, mapped.getOrDefault(type, ""));
        }
        return new PayloadTypes(names);
    }

    /** Those that we know, at least one. */
    List<AudioSession.Codec> codecs() throws SdpRefused {
        List<AudioSession.Codec> codecs = new ArrayList<>();
        Set<AudioFormat> seen = EnumSet.noneOf(AudioFormat.class);
        names.forEach((type, name) -> {
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
            throw new SdpRefused(Reason.UNKNOWN_CODEC, "no codec in common; offer PCMU or PCMA at 8000 Hz");
        }
        return List.copyOf(codecs);
    }

    OptionalInt telephoneEvent() {
        return names.entrySet().stream()
                .filter(format -> format.getValue().equals("telephone-event/8000")) // RFC 4733 §2.4
                .mapToInt(Map.Entry::getKey)
                .findFirst();
    }
}
