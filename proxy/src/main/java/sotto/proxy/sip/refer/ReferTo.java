package sotto.proxy.sip.refer;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom a REFER wants to be called (RFC 3515 §2.1). Immutable. Its host is not kept: calls go where our routes lead.
 *
 * <pre>
 *  Refer-To                                             user    replaces
 *  &lt;sip:300@pbx.inside>                                 300     -
 *  "Bob" &lt;sip:300@10.1.2.3:5070;user=phone>             300     -
 *  sip:300@pbx.inside                                   300     -
 *  &lt;tel:+49-30-1>                                       +49301  -
 *  &lt;sip:300@pbx?Replaces=7%40x%3Bto-tag%3D1%3B…>        300     7@x, tags
 *  &lt;sip:300@pbx;method=BYE>, &lt;sip:pbx>, &lt;http:…>        refused
 * </pre>
 *
 * @param user user part, as written; of a tel URI the number without separators
 * @param isSips whether it may be called over TLS only
 * @param replaces the dialog whose place the call is to take
 */
public record ReferTo(String user, boolean isSips, Optional<DialogName> replaces) {
    private static final Pattern BRACKETED =
            Pattern.compile("(?:\"(?:[^\"\\\\]|\\\\.){0,128}+\"|[^<>\"]{0,256}+)\\s{0,8}<([^<>\\s]{1,1024})>.{0,512}");
    private static final Pattern SIP = Pattern.compile(
            "(?i)(sips?):([A-Za-z0-9+*#._!~'()&=$,/%-]{1,128})@[A-Za-z0-9.:\\[\\]-]{1,255}((?:;[^;?]{1,128}){0,16})(?:\\?(.{1,768}))?");
    private static final Pattern TEL = Pattern.compile("(?i)tel:(\\+?[0-9A-Fa-f*#().-]{1,64})(?:;.{0,256})?");
    private static final Pattern METHOD = Pattern.compile("(?i).*;method=(?!INVITE(?:;|$)).*");

    /** Reads the value of a Refer-To header; empty where it is none that can be called. */
    public static Optional<ReferTo> parse(String value) {
        Matcher bracketed = BRACKETED.matcher(value.strip());
        String uri = bracketed.matches() ? bracketed.group(1) : value.strip().split(";", 2)[0];
        Matcher tel = TEL.matcher(uri);
        if (tel.matches()) {
            return Optional.of(new ReferTo(tel.group(1).replaceAll("[().-]", ""), false, Optional.empty()));
        }
        Matcher sip = SIP.matcher(uri);
        if (!sip.matches() || METHOD.matcher(sip.group(3)).matches()) {
            return Optional.empty();
        }
        boolean isSips = sip.group(1).equalsIgnoreCase("sips");
        String user = sip.group(2);
        for (String header : Optional.ofNullable(sip.group(4)).orElse("").split("&")) {
            String[] named = header.split("=", 2);
            if (named[0].toLowerCase(Locale.ROOT).equals("replaces")) { // any other is ours to write
                Optional<DialogName> dialog = named.length < 2
                        ? Optional.empty()
                        : unescaped(named[1]).flatMap(DialogName::parse);
                return dialog.isEmpty() ? Optional.empty() : Optional.of(new ReferTo(user, isSips, dialog));
            }
        }
        return Optional.of(new ReferTo(user, isSips, Optional.empty()));
    }

    /** Octets written as % and two digits; empty where one is not ASCII, or is written wrongly. */
    private static Optional<String> unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                String digits = text.substring(i + 1, Math.min(text.length(), i + 3));
                if (!digits.matches("[2-7][0-9A-Fa-f]")) { // no control characters
                    return Optional.empty();
                }
                c = (char) Integer.parseInt(digits, 16);
                i += 2;
            }
            plain.append(c);
        }
        return StandardCharsets.US_ASCII.newEncoder().canEncode(plain)
                ? Optional.of(plain.toString())
                : Optional.empty();
    }
}
