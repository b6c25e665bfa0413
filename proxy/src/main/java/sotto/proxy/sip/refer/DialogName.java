package sotto.proxy.sip.refer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a dialog as a Replaces header does (RFC 3891 §6.1). Immutable.
 *
 * @param toTag tag of whoever gets the Replaces header
 * @param fromTag tag of its peer in that dialog
 * @param earlyOnly whether it is meant only while it is not answered
 */
public record DialogName(String callId, String toTag, String fromTag, boolean earlyOnly) {
    private static final String TOKEN = "[A-Za-z0-9.!%*_+`'~-]{1,128}";
    private static final Pattern CALL_ID = Pattern.compile("[A-Za-z0-9.!%*_+`'~()<>:\\\\\"/\\[\\]?{}@-]{1,256}");
    private static final Pattern PARAMETER = Pattern.compile("([A-Za-z-]{1,32})(?:\\s*=\\s*(" + TOKEN + "))?");
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()";

    /** Reads the value of a Replaces header; empty where it is none. */
    public static Optional<DialogName> parse(String value) {
        String[] parts = value.strip().split("\\s*;\\s*", -1);
        String toTag = "";
        String fromTag = "";
        boolean early = false;
        if (!CALL_ID.matcher(parts[0]).matches()) {
            return Optional.empty();
        }
        for (int i = 1; i < parts.length; i++) {
            Matcher parameter = PARAMETER.matcher(parts[i]);
            if (!parameter.matches()) {
                return Optional.empty();
            }
            String text = Optional.ofNullable(parameter.group(2)).orElse("");
            switch (parameter.group(1).toLowerCase(Locale.ROOT)) {
                case "to-tag" -> toTag = toTag.isEmpty() ? text : ""; // each once
                case "from-tag" -> fromTag = fromTag.isEmpty() ? text : "";
                case "early-only" -> early = true;
                default -> {} // one of an extension
            }
        }
        return toTag.isEmpty() || fromTag.isEmpty()
                ? Optional.empty()
                : Optional.of(new DialogName(parts[0], toTag, fromTag, early));
    }

    /** As a header has it. */
    public String text() {
        return callId + ";to-tag=" + toTag + ";from-tag=" + fromTag + (earlyOnly ? ";early-only" : "");
    }

    /** As a URI has it among its headers (RFC 3261 §19.1.1). */
    public String escaped() {
        StringBuilder escaped = new StringBuilder();
        for (byte octet : text().getBytes(UTF_8)) {
            if (UNRESERVED.indexOf(octet) >= 0) {
                escaped.append((char) octet);
            } else {
                escaped.append(String.format(Locale.ROOT, "%%%02X", octet & 0xFF));
            }
        }
        return escaped.toString();
    }
}
