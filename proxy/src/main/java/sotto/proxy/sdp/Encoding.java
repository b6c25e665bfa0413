package sotto.proxy.sdp;

import java.util.Locale;
import java.util.Map;
import sotto.media.codec.AudioFormat;

/**
 * A codec by what a=rtpmap calls it (RFC 8866 §6.6): two are the same where name, clock and channels are.
 *
 * @param name as it is usually written; names differ by more than case
 * @param clockHz of its RTP timestamps; 8,000 for G.722 too (RFC 3551 §4.5.2)
 * @param channels 1 or more
 */
public record Encoding(String name, int clockHz, int channels) {
    static final int G711_CLOCK_HZ = 8000;

    public static final Encoding PCMA = new Encoding("PCMA", G711_CLOCK_HZ, 1);
    public static final Encoding PCMU = new Encoding("PCMU", G711_CLOCK_HZ, 1);

    /** Of keys as events, under any clock (RFC 4733 §2.4). */
    static final String TELEPHONE_EVENT = "telephone-event";

    /** In the place of one, while there is none: no rtpmap has that name. */
    static final Encoding NONE = new Encoding("", 8000, 1);

    /** Those that need no rtpmap (RFC 3551 §6). */
    static final Map<Integer, Encoding> STATIC = Map.of(
            0, PCMU,
            3, new Encoding("GSM", 8000, 1),
            4, new Encoding("G723", 8000, 1),
            8, PCMA,
            9, new Encoding("G722", 8000, 1),
            18, new Encoding("G729", 8000, 1));

    private static final Map<String, String> SPELT_OTHERWISE =
            Map.of("OPUS", "opus", "ILBC", "iLBC", "SPEEX", "speex", "TELEPHONE-EVENT", TELEPHONE_EVENT);

    /**
     * One by its name in any case. {@link #NONE} for what has the name of G.711 and is not at 8,000 Hz in mono: policies go by
     * the name, and those that say G.711 say what can be masked.
     */
    static Encoding of(String name, int clockHz, int channels) {
        Encoding named = new Encoding(spelt(name), clockHz, channels);
        boolean isOtherG711 = !named.isG711() && (named.name.equals(PCMA.name) || named.name.equals(PCMU.name));
        return isOtherG711 || clockHz == 0 || channels == 0 ? NONE : named;
    }

    /** A name as it is usually written. */
    private static String spelt(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return SPELT_OTHERWISE.getOrDefault(upper, upper);
    }

    /** What the media plane can do with it. */
    public AudioFormat format() {
        return equals(PCMA) ? AudioFormat.PCMA : equals(PCMU) ? AudioFormat.PCMU : AudioFormat.OPAQUE;
    }

    /** True for the two that are converted into each other (ITU-T G.711). */
    boolean isG711() {
        return format() != AudioFormat.OPAQUE;
    }

    /** Value of its rtpmap, without the payload type. */
    String rtpmap() {
        return name + "/" + clockHz + (channels == 1 ? "" : "/" + channels);
    }
}
