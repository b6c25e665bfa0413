package sotto.proxy.sdp;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Attributes of the audio that cross from one side to the other as they are. Stateless.
 *
 * <pre>
 *  crosses                            why
 *  maxptime                           the longest packet that its peer takes (RFC 8866 §6.4); we do not repacketise
 *  lang, sdplang, content             what is said in it (RFC 8866 §6.12, RFC 4796 §5); for people
 *  silenceSupp                        whether pauses are sent (RFC 3108 §5.6.2); we do not fill them
 *
 *  does not                           why
 *  rtpmap, fmtp, ptime, rtcp, crypto  ours on each leg
 *  candidate, ice-*, rtcp-mux, setup  ours on each leg ({@link OwnDtls}); some name addresses
 *  fingerprint, ssrc, msid, cname     name the peer
 *  group, mid, bundle-only            of several streams, of which we take one: on each leg its own ({@link OwnDtls})
 *  any that we do not know            might be any of these (RFC 8866 §5.13: it is to be ignored)
 * </pre>
 */
final class Kept {
    private static final int MOST = 8;
    private static final Pattern SAFE = Pattern.compile("maxptime:\\d{1,3}"
            + "|(?:lang|sdplang):[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4}"
            + "|content:[a-z]{1,16}(?:,[a-z]{1,16}){0,4}"
            + "|silenceSupp:(?:on|off)(?: [A-Za-z0-9-]{1,12}){4}");
    private static final List<String> NAMES = List.of("maxptime", "lang", "sdplang", "content", "silenceSupp");

    private Kept() {}

    /** The lines that cross, whole. */
    static List<String> of(List<SdpLine> audio) {
        return audio.stream()
                .filter(line -> NAMES.stream().anyMatch(line::isAttribute)) // no text is made of a key line
                .map(SdpLine::text)
                .filter(text -> SAFE.matcher(text).matches())
                .distinct()
                .limit(MOST)
                .map(text -> "a=" + text)
                .toList();
    }
}
