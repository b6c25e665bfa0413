package sotto.proxy.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sotto.media.dtls.Fingerprint;
import sotto.proxy.sdp.SdpRefused.Reason;

/**
 * Reads what a body says of DTLS and ICE. One thread.
 *
 * <pre>
 *  attribute               where                         may be missing   is
 *  fingerprint             media, or else session        no               RFC 8122 §5: several; sha-1 and older do not count
 *  setup                   media, or else session        no               RFC 8842 §5: holdconn is not taken
 *  ice-ufrag, ice-pwd      media, or else session        no               RFC 8839 §5.4
 *  rtcp-mux                media                         no               RFC 5761 §5.1.1; rtcp-mux-only needs it too
 *  ice-lite                session                       must             RFC 8445 §6.1.1: two lite sides would both wait
 *  candidate               media                         yes              RFC 8839 §5.1: its form alone, we send no checks
 *  mid, group              each media, session           yes              RFC 5888, RFC 8843
 *  ice-options, remote-candidates, end-of-candidates, tls-id, and all others: not read
 * </pre>
 */
final class DtlsLines {
    private static final int MOST_FINGERPRINTS = 8;
    private static final int ICE_PWD_LEAST = 22;
    private static final int ICE_MOST = 256;
    private static final Pattern UFRAG = Pattern.compile("[A-Za-z0-9+/]{4,256}");
    private static final Pattern FINGERPRINT =
            Pattern.compile("[A-Za-z0-9-]{1,16} [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){0,63}");
    private static final Pattern CANDIDATE =
            Pattern.compile("[A-Za-z0-9+/]{1,32} \\d{1,5} [A-Za-z0-9-]{1,16} \\d{1,10} "
                    + "[0-9A-Za-z:.%_-]{1,255} \\d{1,5} typ [!-~]{1,32}( [ -~]*)?");
    private static final Pattern MID = Pattern.compile("[!-~]{1,32}");

    private final List<SdpLine> session;
    private final List<SdpLine> audio;

    private DtlsLines(List<SdpLine> session, List<SdpLine> audio) {
        this.session = session;
        this.audio = audio;
    }

    /**
     * Reads them.
     *
     * @param line the audio's
     * @param mids as {@link #mid} has them
     * @throws SdpRefused where something is missing that the leg cannot do without: it never falls back to plain RTP
     */
    static PeerDtls read(MediaLine line, List<SdpLine> session, List<SdpLine> audio, List<String> mids)
            throws SdpRefused {
        DtlsLines lines = new DtlsLines(session, audio);
        lines.checkIce();
        return new PeerDtls(
                line.protocol(), lines.fingerprints(), lines.setup(), lines.ufrag(), mids, lines.isBundled());
    }

    /** Value of an a=mid line (RFC 5888 §4). */
    static String mid(SdpLine line) throws SdpRefused {
        String mid = line.attributeValue("mid").strip();
        if (!MID.matcher(mid).matches()) {
            throw line.malformed("is not a token of 1 to 32 characters (RFC 5888 §4)");
        }
        return mid;
    }

    private void checkIce() throws SdpRefused {
        if (session.stream().anyMatch(line -> line.isAttribute("ice-lite"))) {
            throw refused("the peer is ICE-lite as this side is; one of the two has to be full (RFC 8445 §2.5)");
        }
        if (audio.stream().noneMatch(line -> line.isAttribute("rtcp-mux"))) {
            throw refused("RTCP comes on the port of RTP here; offer a=rtcp-mux (RFC 5761, RFC 8858)");
        }
        for (SdpLine line : audio) {
            if (line.isAttribute("candidate")
                    && !CANDIDATE
                            .matcher(line.attributeValue("candidate").strip())
                            .matches()) {
                throw line.malformed("is not a candidate (RFC 8839 §5.1)");
            }
        }
    }

    /** The media's own go before the session's (RFC 8122 §5). */
    private List<Fingerprint> fingerprints() throws SdpRefused {
        List<Fingerprint> usable = new ArrayList<>();
        List<SdpLine> lines = all("fingerprint");
        for (SdpLine line : lines) {
            String value = line.attributeValue("fingerprint").strip();
            if (!FINGERPRINT.matcher(value).matches() || lines.size() > MOST_FINGERPRINTS) {
                throw line.malformed("is not a hash and its octets in hex, or one of more than " + MOST_FINGERPRINTS
                        + " (RFC 8122 §5)");
            }
            known(value).filter(found -> !usable.contains(found)).ifPresent(usable::add);
        }
        if (usable.isEmpty()) {
            throw refused(
                    lines.isEmpty()
                            ? "there is no a=fingerprint (RFC 8122 §5)"
                            : "no a=fingerprint is of sha-256, sha-384 or sha-512; older ones prove nothing (RFC 8122 §5)");
        }
        return usable;
    }

    /** Empty for an algorithm that is not taken: the peer may have another. */
    private static Optional<Fingerprint> known(String value) {
        try {
            return Optional.of(Fingerprint.parse(value));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private PeerDtls.Setup setup() throws SdpRefused {
        SdpLine line = one("setup");
        if (line == null) {
            throw refused("there is no a=setup (RFC 8842 §5)");
        }
        return switch (line.attributeValue("setup").strip()) {
            case "actpass" -> PeerDtls.Setup.ACTPASS;
            case "active" -> PeerDtls.Setup.ACTIVE;
            case "passive" -> PeerDtls.Setup.PASSIVE;
            case "holdconn" -> throw refused("a=setup:holdconn would leave the audio without keys (RFC 8842 §5.1)");
            default -> throw line.malformed("is not active, passive or actpass (RFC 4145 §4)");
        };
    }

    private String ufrag() throws SdpRefused {
        SdpLine ufrag = one("ice-ufrag");
        SdpLine password = one("ice-pwd");
        if (ufrag == null || password == null) {
            throw refused("there is no a=ice-ufrag, or no a=ice-pwd: ICE is how the peer is found (RFC 8839 §5.4)");
        }
        String value = ufrag.attributeValue("ice-ufrag").strip();
        if (!UFRAG.matcher(value).matches()) {
            throw ufrag.malformed("is not 4 to 256 letters, digits, + and / (RFC 8839 §5.4)");
        }
        if (!isPassword(password)) {
            throw password.malformed("is not 22 to 256 letters, digits, + and / (RFC 8839 §5.4)");
        }
        return value;
    }

    /** Looks at the octets alone: a password never becomes text. */
    private static boolean isPassword(SdpLine line) {
        int from = line.from() + "ice-pwd:".length();
        int length = line.to() - from;
        if (length < ICE_PWD_LEAST || length > ICE_MOST) {
            return false;
        }
        for (int i = from; i < line.to(); i++) {
            byte octet = line.body()[i];
            boolean isLetter = (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
            if (!isLetter && !(octet >= '0' && octet <= '9') && octet != '+' && octet != '/') {
                return false;
            }
        }
        return true;
    }

    private boolean isBundled() throws SdpRefused {
        for (SdpLine own : audio) {
            if (own.isAttribute("mid")) {
                String mid = mid(own);
                return session.stream()
                        .filter(line -> line.isAttribute("group"))
                        .map(line ->
                                List.of(line.attributeValue("group").strip().split(" ")))
                        .anyMatch(group -> group.getFirst().equals("BUNDLE") && group.contains(mid));
            }
        }
        return false;
    }

    private List<SdpLine> all(String name) {
        List<SdpLine> own =
                audio.stream().filter(line -> line.isAttribute(name)).toList();
        return own.isEmpty()
                ? session.stream().filter(line -> line.isAttribute(name)).toList()
                : own;
    }

    private @Nullable SdpLine one(String name) throws SdpRefused {
        List<SdpLine> found = all(name);
        if (found.size() > 1) {
            throw found.get(1).malformed("is there twice");
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    private static SdpRefused refused(String why) {
        return new SdpRefused(Reason.DTLS_REFUSED, "DTLS-SRTP is not possible: " + why);
    }
}
