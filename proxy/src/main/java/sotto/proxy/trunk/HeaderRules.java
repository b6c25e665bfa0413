package sotto.proxy.trunk;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import sotto.proxy.config.PeerPolicy.HeaderRule;
import sotto.proxy.config.Substitution;
import sotto.proxy.sip.SipHeader;

/**
 * Says which headers cross, on top of those that the policy lets cross. Immutable.
 *
 * <pre>
 *  received             rule                              crosses
 *  X-A: 1, X-B: 2       -                                 -
 *                       pass X-A                          X-A: 1
 *                       pass X-A, rewrite X-A (.*) n$1    X-A: n1
 *                       add X-C 3                         X-C: 3
 *                       pass X-A, remove X-A              -
 * </pre>
 */
record HeaderRules(List<HeaderRule> rules) {
    private static final int MOST = 64; // headers that cross

    /**
     * Applies the rules, one after the other.
     *
     * @param before what crosses without them
     * @param received values of a name, in the message that is passed on
     */
    List<SipHeader> apply(List<SipHeader> before, Function<String, List<String>> received) {
        List<SipHeader> crossing = before;
        for (HeaderRule rule : rules) {
            crossing = apply(rule, crossing, received);
        }
        return crossing;
    }

    private static List<SipHeader> apply(
            HeaderRule rule, List<SipHeader> before, Function<String, List<String>> received) {
        return switch (rule.action()) {
            case PASS ->
                before.stream().anyMatch(header -> header.isNamed(rule.header()))
                        ? before
                        : and(
                                before,
                                received.apply(rule.header()).stream()
                                        .filter(value -> isMeant(rule, value))
                                        .map(value -> new SipHeader(rule.header(), value)));
            case ADD -> and(before, Stream.of(new SipHeader(rule.header(), rule.value())));
            case REMOVE ->
                before.stream().filter(header -> !isMeant(rule, header)).toList();
            case REWRITE ->
                before.stream().map(header -> rewritten(rule, header)).toList();
        };
    }

    private static List<SipHeader> and(List<SipHeader> before, Stream<SipHeader> more) {
        return Stream.concat(before.stream(), more).limit(MOST).toList();
    }

    private static boolean isMeant(HeaderRule rule, String value) {
        return rule.match().map(match -> Substitution.fits(match, value)).orElse(true);
    }

    private static boolean isMeant(HeaderRule rule, SipHeader header) {
        return header.isNamed(rule.header()) && isMeant(rule, header.value());
    }

    private static SipHeader rewritten(HeaderRule rule, SipHeader header) {
        if (!header.isNamed(rule.header()) || rule.match().isEmpty()) {
            return header;
        }
        return new Substitution(rule.match().get(), rule.value())
                .of(header.value())
                .map(value -> new SipHeader(header.name(), value))
                .orElse(header);
    }
}
