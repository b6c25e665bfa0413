package sotto.proxy.trunk;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sotto.proxy.sip.SipHeader;

/**
 * Why a call ended, as the other side says it (RFC 3326, RFC 6432): the cause crosses, its text does not, for it may name
 * anything. Stateless.
 *
 * <pre>
 *  value                                      crosses as
 *  Q.850;cause=17;text="User busy"            Q.850;cause=17
 *  SIP ;cause=200 ;text="Call completed …"    SIP;cause=200
 *  Q.850;cause=16, SIP;cause=200              both
 *  another protocol, no cause                 -
 *  a second one of a protocol                 -: one a protocol (RFC 3326 §2)
 * </pre>
 */
public final class ReleaseCauses {
    private static final String HEADER = "Reason";
    private static final Set<String> PROTOCOLS = Set.of("Q.850", "SIP");
    private static final Pattern CAUSE = Pattern.compile("(?i)cause[ \t]*=[ \t]*(\\d{1,3})");
    private static final int MOST_PARTS = 16; // of a value, and of one in a list

    private ReleaseCauses() {}

    /**
     * The header that crosses, where there is one.
     *
     * @param received values of a header of the message; a value may be a list
     */
    public static List<SipHeader> of(Function<String, List<String>> received) {
        Map<String, String> causes = new LinkedHashMap<>(); // by protocol
        for (String list : received.apply(HEADER)) {
            for (String value : list.split(",", MOST_PARTS)) {
                String[] parts = value.split(";", MOST_PARTS);
                String protocol = parts[0].strip().toUpperCase(Locale.ROOT);
                if (PROTOCOLS.contains(protocol)) {
                    cause(parts).ifPresent(cause -> causes.putIfAbsent(protocol, cause));
                }
            }
        }
        String crossing = causes.entrySet().stream()
                .map(cause -> cause.getKey() + ";cause=" + cause.getValue())
                .collect(Collectors.joining(", "));
        return crossing.isEmpty() ? List.of() : List.of(new SipHeader(HEADER, crossing));
    }

    private static Optional<String> cause(String[] parts) {
        return Arrays.stream(parts)
                .map(part -> CAUSE.matcher(part.strip()))
                .filter(Matcher::matches)
                .map(cause -> cause.group(1))
                .findFirst();
    }
}
