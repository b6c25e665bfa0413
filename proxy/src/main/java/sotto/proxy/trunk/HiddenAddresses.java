package sotto.proxy.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sotto.proxy.stir.Verstat;

/**
 * Reads lists of addresses (RFC 3261 §25.1: name-addr, with parameters) and writes them with our host instead of theirs.
 * Immutable.
 *
 * <pre>
 *  read                                          written
 *  "Ann" &lt;sip:+49301@10.1.2.3;user=phone>;x=y    "Ann" &lt;sip:+49301@ours;user=phone>
 *  &lt;tel:+49301;phone-context=inside.example>     &lt;tel:+49301>
 *  &lt;tel:301;phone-context=inside.example>        &lt;sip:301@ours;user=phone>
 *  sip:+49301@10.1.2.3                           &lt;sip:+49301@ours>
 *  &lt;sip:10.1.2.3>, &lt;http://…>, anything else     -   left out
 * </pre>
 *
 * <p>A parameter is kept where it is one of those that are known to name no host.
 *
 * @param host ours
 * @param number the form that numbers are to have
 * @param kept parameters of an address that are kept, name and value
 */
record HiddenAddresses(String host, UnaryOperator<String> number, Pattern kept) {
    private static final int LONGEST_LIST = 20;
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9+*#._!~'()&=$,;?/%-]{1,128}");
    private static final Pattern TEL = Pattern.compile("[0-9A-Fa-f+*#.()-]{1,64}");
    private static final Pattern WORDS = Pattern.compile("[A-Za-z0-9 .!%*_+'`~-]{1,128}");
    private static final Pattern QUOTED = Pattern.compile("\"[^\"\\\\]{0,128}\"");
    private static final Pattern OF_URI = Pattern.compile("(?i)user=phone|cause=\\d{3}"); // RFC 4458 §2
    private static final Pattern REASON = // RFC 7044 §10.2; its text might name a host
            Pattern.compile("(?i)(Reason=(?:SIP|Q\\.850)%3Bcause%3D\\d{1,3})(?:%3B[A-Za-z0-9%. -]{0,128})?");
    private static final Pattern HISTORY = Pattern.compile("(?i)Privacy=(?:history|none)"); // §10.1

    /**
     * Writes addresses again.
     *
     * @param values of the headers of one name, each a list
     */
    List<String> of(List<String> values) {
        return values.stream()
                .flatMap(value -> cut(value, ',').stream())
                .flatMap(address -> written(address.strip()).stream())
                .limit(LONGEST_LIST)
                .toList();
    }

    /** Pieces between separators that are outside of quotes and of angle brackets. */
    private static List<String> cut(String text, char separator) {
        List<String> pieces = new ArrayList<>();
        int start = 0;
        boolean quoted = false;
        boolean bracketed = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else {
                    quoted = c != '"';
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '<' || c == '>') {
                bracketed = c == '<';
            } else if (c == separator && !bracketed) {
                pieces.add(text.substring(start, i));
                start = i + 1;
            }
        }
        pieces.add(text.substring(start));
        return pieces;
    }

    private Optional<String> written(String address) {
        List<String> pieces = cut(address, ';');
        String first = pieces.getFirst().strip();
        int open = first.lastIndexOf('<'); // quotes hide none behind it: a name comes before
        boolean bracketed = open >= 0 && first.endsWith(">");
        String name = bracketed ? name(first.substring(0, open).strip()) : "";
        String bare = bracketed ? first.substring(open + 1, first.length() - 1) : first;
        return uri(bare).map(uri -> name + "<" + uri + ">" + parameters(pieces));
    }

    private static String name(String display) {
        if (QUOTED.matcher(display).matches()) {
            return display + " ";
        }
        return WORDS.matcher(display).matches() ? "\"" + display + "\" " : "";
    }

    private String parameters(List<String> pieces) {
        StringBuilder parameters = new StringBuilder();
        for (String piece : pieces.subList(1, pieces.size())) {
            String parameter = piece.strip();
            if (kept.matcher(parameter).matches()) {
                parameters.append(';').append(parameter);
            }
        }
        return parameters.toString();
    }

    private Optional<String> uri(String uri) {
        int colon = uri.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        String rest = uri.substring(colon + 1);
        return switch (uri.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "sip", "sips" -> sip(rest);
            case "tel" -> tel(rest);
            default -> Optional.empty();
        };
    }

    private Optional<String> sip(String rest) {
        int at = rest.indexOf('@');
        if (at < 0 || !USER.matcher(rest.substring(0, at)).matches()) {
            return Optional.empty();
        }
        String user = number.apply(rest.substring(0, at));
        StringBuilder uri = new StringBuilder("sip:").append(user).append('@').append(host);
        String[] parts = rest.substring(at + 1).split("\\?", 2);
        String[] parameters = parts[0].split(";");
        boolean isPhone = Verstat.of(user).isPresent(); // a parameter of a telephone number (RFC 3261 §19.1.6)
        if (isPhone) {
            uri.append(";user=phone");
        }
        for (int i = 1; i < parameters.length; i++) {
            if (OF_URI.matcher(parameters[i]).matches() && !(isPhone && parameters[i].equalsIgnoreCase("user=phone"))) {
                uri.append(';').append(parameters[i]);
            }
        }
        return Optional.of(uri + (parts.length == 1 ? "" : headers(parts[1])));
    }

    /** Those of an entry of a history (RFC 7044 §5). */
    private static String headers(String text) {
        List<String> headers = new ArrayList<>();
        for (String header : text.split("&")) {
            Matcher reason = REASON.matcher(header);
            if (reason.matches()) {
                headers.add(reason.group(1));
            } else if (HISTORY.matcher(header).matches()) {
                headers.add(header);
            }
        }
        return headers.isEmpty() ? "" : "?" + String.join("&", headers);
    }

    private Optional<String> tel(String rest) {
        String digits = rest.split(";", 2)[0];
        if (!TEL.matcher(digits).matches()) {
            return Optional.empty();
        }
        String written = number.apply(Verstat.of(rest).map(v -> v.on(digits)).orElse(digits));
        return Optional.of(
                written.startsWith("+")
                        ? "tel:" + written
                        : "sip:" + written + "@" + host + ";user=phone"); // RFC 3966 §5.1.4
    }
}
