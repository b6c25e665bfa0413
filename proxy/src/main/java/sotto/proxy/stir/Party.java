package sotto.proxy.stir;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who calls or is called, in the one form that is signed and compared. Immutable.
 *
 * <pre>
 *  address                                   kind  value
 *  sip:+1-215-555-1212@10.1.2.3;user=phone   tn    12155551212            (RFC 8224 §8.3)
 *  tel:+1(215)555.1212;ext=1                 tn    12155551212
 *  sip:Alice@Example.COM:5060;transport=tcp  uri   sip:Alice@example.com  (§8.5)
 *  sip:10.1.2.3, http://…                    -
 * </pre>
 *
 * <p>Country codes are not added: rules of the configuration give numbers their form.
 *
 * @param kind {@code tn} or {@code uri}, the name of the claim
 */
public record Party(String kind, String value) {
    static final String TN = "tn";
    static final String URI = "uri";

    private static final Pattern ADDRESS =
            Pattern.compile("(?i)(sips?|tel):([^@>?]{1,256})(?:@([A-Za-z0-9.\\[\\]:-]{1,256}))?.*");
    private static final Pattern SEPARATORS = Pattern.compile("[-.() ]");
    private static final Pattern NUMBER = Pattern.compile("\\+?([0-9*#]{2,32})");
    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");

    /** Reads a URI, as it is between the angle brackets. */
    public static Optional<Party> of(String uri) {
        Matcher address = ADDRESS.matcher(uri);
        if (!address.matches()) {
            return Optional.empty();
        }
        String user = address.group(2);
        String host = address.group(3);
        Optional<Party> number = ofUser(user);
        if (host == null) { // without a user part a sip URI is nobody
            return address.group(1).equalsIgnoreCase("tel") ? number : Optional.empty();
        }
        if (number.isPresent()) {
            return number;
        }
        String bare = PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
        return Optional.of(
                new Party(URI, address.group(1).toLowerCase(Locale.ROOT) + ":" + user.split(";", 2)[0] + "@" + bare));
    }

    /** Reads a user part or a number; empty where it is no telephone number. */
    public static Optional<Party> ofUser(String user) {
        String number = SEPARATORS.matcher(user.split(";", 2)[0]).replaceAll("");
        Matcher digits = NUMBER.matcher(number);
        return digits.matches() ? Optional.of(new Party(TN, digits.group(1))) : Optional.empty();
    }

    public boolean isNumber() {
        return kind.equals(TN);
    }
}
