package sotto.proxy.trunk;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import sotto.proxy.sip.SipHeader;

/**
 * What a message says of who calls and who was called before, and how much of it crosses. Immutable.
 *
 * <pre>
 *  from       to         Privacy          From       P-Asserted-Identity  Diversion, History-Info  Privacy
 *  trusted    trusted    any              as it is   passed               passed                   passed
 *  untrusted  trusted    any              as it is   -                    -                        passed
 *  any        untrusted  -                as it is   -                    -                        -
 *  any        untrusted  none             as it is   -                    -                        none
 *  any        untrusted  id, user         anonymous  -                    -                        -
 * </pre>
 *
 * <p>What is passed has our host instead of theirs. Of {@code id} and {@code user} the caller meant at least the network
 * beyond the trust domain (RFC 3325 §9.3, RFC 3323 §4.1.1.3); {@code header} and {@code session} are done on each call
 * here. Done is done: the wish is taken out then (RFC 3323 §5).
 *
 * @param received values of a header of the message
 */
record Identity(Function<String, List<String>> received) {
    private static final String NONE = "none";
    private static final Set<String> WISHES = Set.of(NONE, "id", "user", "header", "session", "critical", "history");
    private static final long MOST_ASSERTED = 2; // RFC 3325 §9.1: a sip URI, and a tel URI
    private static final Pattern URI = Pattern.compile("<([^<>\"]{1,256})>");
    private static final Pattern NO_PARAMETER = Pattern.compile("(?!)");
    private static final Pattern OF_DIVERSION = Pattern.compile( // RFC 5806 §10.1
            "(?i)(?:reason|privacy|screen)=(?:\"[A-Za-z0-9-]{1,32}\"|[A-Za-z0-9-]{1,32})|(?:counter|limit)=\\d{1,4}");
    private static final Pattern OF_HISTORY = Pattern.compile("(?i)(?:index|rc|mp|np)=[0-9.]{1,64}"); // RFC 7044 §5

    /**
     * How addresses are written.
     *
     * @param host ours, as whoever gets it knows us
     * @param calling form of the numbers of who calls
     * @param called form of the numbers of who is, or was, called
     */
    record Form(String host, UnaryOperator<String> calling, UnaryOperator<String> called) {}

    private Set<String> wishes() {
        Set<String> wishes = new LinkedHashSet<>();
        for (String value : received.apply("Privacy")) {
            for (String wish : value.toLowerCase(Locale.ROOT).split("[;, \t]+")) {
                if (WISHES.contains(wish)) {
                    wishes.add(wish);
                }
            }
        }
        return wishes;
    }

    /** True where whoever is not trusted is not to be told who calls. */
    boolean isHiddenFrom(boolean trusted) {
        Set<String> wishes = wishes();
        return !trusted && !wishes.contains(NONE) && (wishes.contains("id") || wishes.contains("user"));
    }

    /** The headers that cross. */
    List<SipHeader> headers(boolean fromTrusted, boolean toTrusted, Form form) {
        List<SipHeader> crossing = new ArrayList<>();
        Set<String> wishes = wishes();
        if (toTrusted && !wishes.isEmpty()) {
            crossing.add(new SipHeader("Privacy", String.join(";", wishes)));
        } else if (wishes.contains(NONE)) {
            crossing.add(new SipHeader("Privacy", NONE));
        }
        if (fromTrusted && toTrusted) {
            hidden("P-Asserted-Identity", new HiddenAddresses(form.host, form.calling, NO_PARAMETER))
                    .limit(MOST_ASSERTED)
                    .forEach(crossing::add);
            hidden("Diversion", new HiddenAddresses(form.host, form.called, OF_DIVERSION))
                    .forEach(crossing::add);
            hidden("History-Info", new HiddenAddresses(form.host, form.called, OF_HISTORY))
                    .forEach(crossing::add);
        }
        return crossing;
    }

    /** Numbers and addresses that are asserted. */
    List<String> asserted() {
        return received.apply("P-Asserted-Identity").stream()
                .flatMap(value -> URI.matcher(value).results().map(found -> found.group(1)))
                .limit(MOST_ASSERTED)
                .toList();
    }

    private Stream<SipHeader> hidden(String name, HiddenAddresses hidden) {
        return hidden.of(received.apply(name)).stream().map(value -> new SipHeader(name, value));
    }
}
