package sotto.proxy.stir;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is known of a number, as the tel parameter {@code verstat} says it (3GPP TS 24.229 §7.2A.20, ATIS-1000074 §5.3.1).
 * In a SIP URI it is in the user part, beside {@code user=phone}.
 */
public enum Verstat {
    PASSED("TN-Validation-Passed"),
    FAILED("TN-Validation-Failed"),
    NONE("No-TN-Validation");

    private static final String NAME = "verstat";
    private static final Pattern SEPARATOR = Pattern.compile("(?i);|%3B");

    private final String text;

    Verstat(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** A user part, or a telephone number, with it. */
    public String on(String user) {
        return user + ";" + NAME + "=" + text;
    }

    /** What a user part says; empty where it says nothing that is known. */
    public static Optional<Verstat> of(String user) {
        for (String parameter : SEPARATOR.split(user)) {
            for (Verstat verstat : values()) {
                if (parameter.equalsIgnoreCase(NAME + "=" + verstat.text)) {
                    return Optional.of(verstat);
                }
            }
        }
        return Optional.empty();
    }

    /** A user part without any, however it is escaped. */
    public static String stripped(String user) {
        if (user.indexOf('v') < 0 && user.indexOf('V') < 0 && user.indexOf('%') < 0) {
            return user; // as nearly all numbers are
        }
        String[] pieces = SEPARATOR.split(user, -1);
        List<String> kept = new ArrayList<>();
        for (String piece : pieces) {
            if (!isNamed(piece)) {
                kept.add(piece);
            }
        }
        return kept.size() == pieces.length ? user : String.join(";", kept);
    }

    private static boolean isNamed(String parameter) {
        String name = parameter.split("=|%3[dD]", 2)[0];
        try {
            return URLDecoder.decode(name, UTF_8).strip().equalsIgnoreCase(NAME);
        } catch (IllegalArgumentException e) {
            return false; // a broken escape is no name
        }
    }
}
