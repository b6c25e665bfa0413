package sotto.proxy.config;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;

/**
 * A regular expression over a whole text, and what comes instead of it. Immutable, any thread.
 *
 * <p>The engine is RE2: its time is linear in the text, whatever the expression, so that no number or header of a peer can
 * hold a call up. What it does not have are back references and look-around.
 *
 * @param match fits the whole text, or not at all
 * @param replacement with {@code $0} for the text and {@code $1} to {@code $9} for groups
 */
public record Substitution(Pattern match, String replacement) {
    /** Longer texts fit nothing, and longer results are none. */
    public static final int MOST_CHARS = 1024;

    private static final int MOST_PATTERN_CHARS = 256;
    private static final int MOST_INSTRUCTIONS = 2000; // times MOST_CHARS: some milliseconds

    /** Compiles an expression; empty where it is none, or too large a one. */
    static Optional<Pattern> compile(String expression) {
        if (expression.length() > MOST_PATTERN_CHARS) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pattern.compile(expression)).filter(made -> made.programSize() <= MOST_INSTRUCTIONS);
        } catch (PatternSyntaxException e) {
            return Optional.empty();
        }
    }

    /** For a text that begins so: the beginning is replaced, the rest stays. */
    public static Substitution ofPrefix(String prefix, String instead) {
        return new Substitution(Pattern.compile(Pattern.quote(prefix) + "(.*)"), instead + "$1");
    }

    /** True where each $ is followed by the digit of a group that there is. */
    static boolean isReplacement(Pattern match, String text) {
        for (int at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at + 1)) {
            int group = at + 1 < text.length() ? Character.digit(text.charAt(at + 1), 10) : -1;
            if (group < 0 || group > match.groupCount()) {
                return false;
            }
        }
        return true;
    }

    /** True where an expression fits a whole text. */
    public static boolean fits(Pattern match, String text) {
        return text.length() <= MOST_CHARS && match.matcher(text).matches();
    }

    /** The result; empty where the text does not fit. */
    public Optional<String> of(String text) {
        Matcher matcher = match.matcher(text);
        if (text.length() > MOST_CHARS || !matcher.matches()) {
            return Optional.empty();
        }
        StringBuilder result = new StringBuilder();
        boolean isGroup = false;
        for (int i = 0; i < replacement.length(); i++) {
            char c = replacement.charAt(i);
            if (isGroup) {
                String group = matcher.group(Character.digit(c, 10));
                result.append(group == null ? "" : group); // null: a group that took no part
            } else if (c != '$') {
                result.append(c);
            }
            isGroup = !isGroup && c == '$';
        }
        return result.length() > MOST_CHARS ? Optional.empty() : Optional.of(result.toString());
    }
}
