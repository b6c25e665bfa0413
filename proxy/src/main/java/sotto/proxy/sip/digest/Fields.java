package sotto.proxy.sip.digest;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a Digest challenge or of credentials, by lower-case name. What is quoted is kept as it stands between the
 * quotes, backslashes included: that is what is hashed, and what is sent back (RFC 7616 §3.4.1).
 */
record Fields(Map<String, String> values) {
    private static final String SCHEME = "Digest ";
    private static final int MOST_FIELDS = 24;
    private static final int MOST_CHARACTERS = 512; // of one value

    /**
     * Reads the text of a header.
     *
     * @return empty where it is of another scheme, malformed, or names a field twice
     */
    static Optional<Fields> parse(String header) {
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        int at = skip(header, SCHEME.length());
        while (at < header.length()) {
            int equal = header.indexOf('=', at);
            if (equal < 0 || values.size() == MOST_FIELDS) {
                return Optional.empty();
            }
            String name = header.substring(at, equal).strip().toLowerCase(Locale.ROOT);
            int start = equal + 1;
            while (start < header.length() && header.charAt(start) == ' ') {
                start++;
            }
            boolean isQuoted = start < header.length() && header.charAt(start) == '"';
            int end = isQuoted ? closingQuote(header, start + 1) : endOfToken(header, start);
            if (end < 0) {
                return Optional.empty();
            }
            String value = header.substring(isQuoted ? start + 1 : start, end);
            if (name.isEmpty() || !isSound(value) || values.putIfAbsent(name, value) != null) {
                return Optional.empty();
            }
            at = skip(header, isQuoted ? end + 1 : end);
        }
        return Optional.of(new Fields(values));
    }

    private static int skip(String header, int from) {
        int at = from;
        while (at < header.length() && (header.charAt(at) == ' ' || header.charAt(at) == ',')) {
            at++;
        }
        return at;
    }

    private static int closingQuote(String header, int from) {
        for (int at = from; at < header.length(); at++) {
            if (header.charAt(at) == '"') {
                return at;
            }
            if (header.charAt(at) == '\\') {
                at++;
            }
        }
        return -1;
    }

    private static int endOfToken(String header, int from) {
        int at = from;
        while (at < header.length() && header.charAt(at) != ',' && header.charAt(at) != ' ') {
            at++;
        }
        return at;
    }

    private static boolean isSound(String value) {
        return value.length() <= MOST_CHARACTERS && value.chars().noneMatch(c -> c < ' ' || c == 0x7f);
    }

    /** Empty text where there is no such field. */
    String text(String name) {
        return values.getOrDefault(name, "");
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** MD5 where none is named (RFC 7616 §3.3); empty for one that we do not have. */
    Optional<Algorithm> algorithm() {
        return has("algorithm") ? Algorithm.of(text("algorithm")) : Optional.of(Algorithm.MD5);
    }
}
