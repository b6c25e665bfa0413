package sotto.proxy.trunk;

import java.util.List;
import java.util.Optional;
import sotto.proxy.config.PeerPolicy.NumberRule;
import sotto.proxy.config.PeerPolicy.Party;

/**
 * Gives numbers the form that routes, or a peer, want them in. Immutable.
 *
 * <pre>
 *  rules, in order                     number        becomes
 *  prefix 00 +, prefix 0 +49           0044207       +44207    the first that fits is the one
 *                                      030123        +4930123
 *                                      +1212         +1212     none fits: as it is
 *  match \+49(3\d+) 0$1                +4930123      030123    the whole number, or not at all
 * </pre>
 */
record NumberRules(List<NumberRule> rules) {
    String called(String number) {
        return apply(number, Party.CALLING);
    }

    String calling(String number) {
        return apply(number, Party.CALLED);
    }

    private String apply(String number, Party not) {
        for (NumberRule rule : rules) {
            if (rule.of() != not) {
                Optional<String> becomes = rule.rewrite().of(number);
                if (becomes.isPresent()) {
                    return becomes.get();
                }
            }
        }
        return number;
    }
}
