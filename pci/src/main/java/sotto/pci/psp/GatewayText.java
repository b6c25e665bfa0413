package sotto.pci.psp;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Text that a gateway or network wrote, made fit to be shown or logged. */
public final class GatewayText {
    private static final int MOST_CHARS = 200;
    /** Six digits are an issuer number, more are a card number; gateways group them in fours. */
    private static final Pattern DIGIT_RUN = Pattern.compile("\\p{Nd}(?:[ .\\-]?\\p{Nd}){5,}");

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");
    private static final Pattern TOKEN_CHARS = Pattern.compile("[\\x21-\\x7E]{1,255}");

    private GatewayText() {}

    /** One line, bounded, with no run of six or more digits. */
    public static String plain(@Nullable String text) {
        if (text == null) {
            return "";
        }
        String line = CONTROL.matcher(text).replaceAll(" ").strip();
        String scrubbed = DIGIT_RUN.matcher(line).replaceAll("[digits removed]");
        return scrubbed.length() <= MOST_CHARS ? scrubbed : scrubbed.substring(0, MOST_CHARS) + "…";
    }

    /** Whether this can be a charge id or token: printable, no blank, at most 255 characters. */
    public static boolean isReference(@Nullable String text) {
        return text != null && TOKEN_CHARS.matcher(text).matches();
    }
}
