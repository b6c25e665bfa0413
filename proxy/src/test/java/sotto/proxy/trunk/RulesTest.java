package sotto.proxy.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.PeerPolicy.Action;
import sotto.proxy.config.PeerPolicy.HeaderRule;
import sotto.proxy.config.PeerPolicy.NumberRule;
import sotto.proxy.config.PeerPolicy.Party;
import sotto.proxy.config.Substitution;
import sotto.proxy.sip.SipHeader;

/** The rows of {@link NumberRules}, {@link HeaderRules}. */
final class RulesTest {
    private static NumberRule rule(Party of, String match, String replacement) {
        return new NumberRule(of, new Substitution(Pattern.compile(match), replacement));
    }

    @ParameterizedTest
    @CsvSource({
        "0044207, +44207, +44207",
        "030123, +4930123, +4930123",
        "+1212, +1212, +1212",
        "110, 110, anonymized",
        "'', '', ''"
    })
    void theFirstThatFitsIsTheOne(String number, String called, String calling) {
        NumberRules rules = new NumberRules(List.of(
                rule(Party.CALLED, "(11[02])", "$1"),
                rule(Party.CALLING, "11[02]", "anonymized"),
                rule(Party.BOTH, "00(.*)", "+$1"),
                rule(Party.BOTH, "0(.*)", "+49$1")));
        assertThat(rules.called(number)).isEqualTo(called);
        assertThat(rules.calling(number)).isEqualTo(calling);
    }

    /** Rules as action, header, match, value; what crosses of X-A: 1, X-A: 2, x-b: in, with Subject by policy. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '~',
            nullValues = "-",
            textBlock =
                    """
            -                                           ~ Subject: s
            pass x-a                                    ~ Subject: s, x-a: 1, x-a: 2
            pass X-A [2-9]                              ~ Subject: s, X-A: 2
            pass X-C                                    ~ Subject: s
            pass Subject                                ~ Subject: s
            pass X-A, pass X-A                          ~ Subject: s, X-A: 1, X-A: 2
            pass X-A, rewrite x-a (.) n$1               ~ Subject: s, X-A: n1, X-A: n2
            pass X-A, rewrite X-A 1 one, rewrite X-A . x ~ Subject: s, X-A: one, X-A: x
            rewrite X-A (.) n$1                         ~ Subject: s
            add X-C - 3                                 ~ Subject: s, X-C: 3
            pass X-B, add X-B - 3                       ~ Subject: s, X-B: in, X-B: 3
            pass X-A, remove X-A 1                      ~ Subject: s, X-A: 2
            pass X-B, remove x-b                        ~ Subject: s
            remove SUBJECT                              ~ -
            remove X-B, pass X-B                        ~ Subject: s, X-B: in
            """)
    void headers(@Nullable String rules, @Nullable String crosses) {
        Map<String, List<String>> received = Map.of("x-a", List.of("1", "2"), "x-b", List.of("in"));
        List<SipHeader> crossing = new HeaderRules(rules(rules))
                .apply(
                        List.of(new SipHeader("Subject", "s")),
                        name -> received.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), List.of()));
        assertThat(crossing.stream().map(h -> h.name() + ": " + h.value()).collect(Collectors.joining(", ")))
                .isEqualTo(Optional.ofNullable(crosses).orElse(""));
    }

    private static List<HeaderRule> rules(@Nullable String text) {
        if (text == null) {
            return List.of();
        }
        return Arrays.stream(text.split(", "))
                .map(rule -> rule.split(" "))
                .map(word -> new HeaderRule(
                        Action.valueOf(word[0].toUpperCase(java.util.Locale.ROOT)),
                        word[1],
                        word.length > 2 && !word[2].equals("-")
                                ? Optional.of(Pattern.compile(word[2]))
                                : Optional.empty(),
                        word.length > 3 ? word[3] : ""))
                .toList();
    }

    @Test
    void whatCrossesIsBounded() {
        List<String> many = java.util.Collections.nCopies(1000, "1");
        assertThat(new HeaderRules(rules("pass X-A")).apply(List.of(), name -> many))
                .hasSize(64);
    }
}
