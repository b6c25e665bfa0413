package sotto.proxy.stir;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One Identity header as it came (RFC 8224 §4): nothing in it is proven. Immutable.
 *
 * <pre>
 *  HEADER.CLAIMS.SIGNATURE;info=&lt;https://…>;alg=ES256;ppt=shaken   full form
 *  ..SIGNATURE;info=&lt;https://…>                                     compact form (§4.1.2)
 * </pre>
 *
 * @param header base64url; empty in the compact form
 * @param claims likewise
 * @param info where the certificate is said to be
 * @param ppt extension that the parameter names; empty where it is not there
 */
record IdentityHeader(String header, String claims, String signature, String info, String alg, String ppt) {
    private static final int LONGEST_CHARS = 4096;
    private static final Pattern TOKEN = Pattern.compile("([A-Za-z0-9_-]*+)\\.([A-Za-z0-9_-]*+)\\.([A-Za-z0-9_-]++)");
    private static final Pattern PARAMETER = Pattern.compile(
            "\\s*+;\\s*+([A-Za-z0-9-]{1,32}+)\\s*+(?:=\\s*+(?:<([^<>\"\\s]*+)>|\"([^\"\\\\]*+)\"|([A-Za-z0-9.!%*_+`'~-]++)))?+\\s*+");

    boolean isCompact() {
        return header.isEmpty() && claims.isEmpty();
    }

    /** Empty where it is none. */
    static Optional<IdentityHeader> parse(String value) {
        if (value.length() > LONGEST_CHARS) {
            return Optional.empty();
        }
        Matcher token = TOKEN.matcher(value);
        if (!token.lookingAt() || token.group(1).isEmpty() != token.group(2).isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        Matcher parameter = PARAMETER.matcher(value);
        int at = token.end();
        while (at < value.length()) {
            if (!parameter.region(at, value.length()).lookingAt()) {
                return Optional.empty();
            }
            String name = parameter.group(1).toLowerCase(Locale.ROOT);
            boolean isUri = parameter.group(2) != null;
            if (name.equals("info") != isUri || parameters.put(name, text(parameter)) != null) {
                return Optional.empty(); // info alone is in angle brackets, and each comes once
            }
            at = parameter.end();
        }
        String info = parameters.getOrDefault("info", "");
        return info.isEmpty()
                ? Optional.empty()
                : Optional.of(new IdentityHeader(
                        token.group(1),
                        token.group(2),
                        token.group(3),
                        info,
                        parameters.getOrDefault("alg", Es256.NAME),
                        parameters.getOrDefault("ppt", "")));
    }

    private static String text(Matcher parameter) {
        for (int group = 2; group <= 4; group++) {
            if (parameter.group(group) != null) {
                return parameter.group(group);
            }
        }
        return "";
    }
}
