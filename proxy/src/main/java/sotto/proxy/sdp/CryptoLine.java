package sotto.proxy.sdp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import sotto.media.srtp.SrtpKeys;
import sotto.media.srtp.SrtpSuite;

/**
 * Reads one a=crypto line (RFC 4568 §9.1) from its octets; the key is decoded without becoming text. A line that cannot
 * be used is passed over with its reason, for the peer may offer another.
 *
 * <pre>
 *  crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNf…|2^20|1:4 FEC_ORDER=FEC_SRTP
 *         |           |                      |     |    |   session parameters (§6.3): only hints are taken
 *         tag         suite (§6.2)          key    |    MKI (§6.1): not taken, packets would be longer
 *                                                  lifetime: taken, not watched
 * </pre>
 */
final class CryptoLine {
    private static final Pattern TAG = Pattern.compile("[1-9]\\d{0,8}");
    private static final Pattern LIFETIME = Pattern.compile("(2\\^)?\\d{1,15}");
    private static final int LONGEST_TOKEN = 32;
    private static final String NAME = "crypto:";
    private static final String INLINE = "inline:";

    private final SdpLine line;

    /** What a line gave: its key, or why it cannot be used, which never quotes the line. */
    record Read(Optional<AudioSession.Crypto> crypto, String unusable) {
        private static Read unusable(String reason) {
            return new Read(Optional.empty(), reason);
        }
    }

    private record Range(int from, int to) {}

    private CryptoLine(SdpLine line) {
        this.line = line;
    }

    static Read read(SdpLine line) {
        return new CryptoLine(line).read();
    }

    /**
     * Those of an audio line that can be used, at least one, in the peer's order.
     *
     * @throws SdpRefused where there is none; no key is left then
     */
    static List<AudioSession.Crypto> usable(List<SdpLine> audio) throws SdpRefused {
        List<AudioSession.Crypto> usable = new ArrayList<>();
        Set<Integer> tags = new HashSet<>();
        String why = "there is none";
        for (SdpLine attribute : audio) {
            if (attribute.isAttribute("crypto")) {
                Read read = read(attribute);
                if (read.crypto().isPresent() && tags.add(read.crypto().get().tag())) {
                    usable.add(read.crypto().get());
                } else {
                    read.crypto().ifPresent(again -> again.keys().close());
                    why = read.crypto().isPresent() ? "a tag is used twice" : read.unusable();
                }
            }
        }
        if (usable.isEmpty()) {
            throw new SdpRefused(SdpRefused.Reason.SRTP_REQUIRED, "no a=crypto line can be used: " + why);
        }
        return List.copyOf(usable);
    }

    private Read read() {
        List<Range> tokens = tokens();
        if (tokens.size() < 3 || !TAG.matcher(ascii(tokens.getFirst())).matches()) {
            return Read.unusable("not a tag, a suite and a key");
        }
        int tag = Integer.parseInt(ascii(tokens.getFirst()));
        Optional<SrtpSuite> suite = suite(ascii(tokens.get(1)));
        if (suite.isEmpty()) {
            return Read.unusable("tag " + tag + ": a suite that is not ours");
        }
        for (Range parameter : tokens.subList(3, tokens.size())) {
            if (!isHint(parameter)) {
                return Read.unusable("tag " + tag + ": a session parameter that is not taken");
            }
        }
        return key(tag, suite.get(), tokens.get(2));
    }

    /** §6.3.5, §6.3.7: a window size, and extensions that say of themselves that they may be ignored. */
    private boolean isHint(Range parameter) {
        return line.matches(parameter.from, "WSH=") || line.matches(parameter.from, "-");
    }

    private Read key(int tag, SrtpSuite suite, Range parameter) {
        if (!line.matches(parameter.from, INLINE)) {
            return Read.unusable("tag " + tag + ": the key is not inline");
        }
        int end = parameter.to;
        for (int i = parameter.to - 1; i >= parameter.from; i--) {
            if (line.body()[i] == ';') {
                return Read.unusable("tag " + tag + ": more than one key, which needs an MKI");
            }
        }
        for (int i = parameter.to - 1; i >= parameter.from; i--) {
            if (line.body()[i] == '|') {
                if (!LIFETIME.matcher(ascii(new Range(i + 1, end))).matches()) {
                    return Read.unusable("tag " + tag + ": an MKI, or a lifetime that is not a number");
                }
                end = i;
            }
        }
        byte[] base64 = Arrays.copyOfRange(line.body(), parameter.from + INLINE.length(), end);
        try {
            byte[] keyAndSalt = Base64.getDecoder().decode(base64);
            if (keyAndSalt.length != suite.keyBytes() + suite.saltBytes()) {
                Arrays.fill(keyAndSalt, (byte) 0);
                return Read.unusable("tag " + tag + ": a key of the wrong length");
            }
            return new Read(Optional.of(new AudioSession.Crypto(tag, new SrtpKeys(suite, keyAndSalt))), "");
        } catch (IllegalArgumentException e) { // its message would quote an octet of the key
            return Read.unusable("tag " + tag + ": a key that is not base64");
        } finally {
            Arrays.fill(base64, (byte) 0);
        }
    }

    private static Optional<SrtpSuite> suite(String name) {
        return Arrays.stream(SrtpSuite.values())
                .filter(suite -> suite.name().equals(name))
                .findFirst();
    }

    private List<Range> tokens() {
        List<Range> tokens = new ArrayList<>();
        int start = line.from() + NAME.length();
        for (int i = start; i <= line.to(); i++) {
            if (i == line.to() || line.body()[i] == ' ') {
                if (i > start) {
                    tokens.add(new Range(start, i));
                }
                start = i + 1;
            }
        }
        return tokens;
    }

    /** Short tokens only: what is as long as a key never becomes text. */
    private String ascii(Range range) {
        return range.to - range.from > LONGEST_TOKEN
                ? ""
                : new String(line.body(), range.from, range.to - range.from, StandardCharsets.ISO_8859_1);
    }
}
