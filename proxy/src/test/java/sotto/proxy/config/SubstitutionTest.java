package sotto.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of an expression and its replacement, and that no text makes it slow. */
final class SubstitutionTest {
    @ParameterizedTest(name = "{0} {1} on {2}")
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            nullValues = "-",
            textBlock =
                    """
            00(.*)            ~ +$1       ~ 00442071234567 ~ +442071234567
            00(.*)            ~ +$1       ~ 100442071      ~ -
            0[1-9]\\d*        ~ 49$0      ~ 030123         ~ 49030123
            (\\d+)#(\\d+)     ~ $2*$1     ~ 12#34          ~ 34*12
            (a)|(b)           ~ x$1y$2    ~ b              ~ xyb
            \\+49(30|40)(\\d*)~ 0$1$2     ~ +4930123       ~ 030123
            \\+49(30|40)(\\d*)~ 0$1$2     ~ +4989123       ~ -
            .*                ~ 1         ~ ``             ~ 1
            """)
    void whole(String match, String replacement, String text, String result) {
        Substitution rewrite = new Substitution(Substitution.compile(match).orElseThrow(), replacement);
        assertThat(rewrite.of(text)).isEqualTo(java.util.Optional.ofNullable(result));
    }

    @ParameterizedTest
    @CsvSource({
        "00, +, 0049, +49",
        "00, '', 0049, 49",
        "+49, 0, +4930, 030",
        "*31#, '', *31#0301, 0301",
        ".., x, ab1, -"
    })
    void ofPrefix(String prefix, String instead, String text, String result) {
        assertThat(Substitution.ofPrefix(prefix, instead).of(text).orElse("-")).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource({"(, none", "(?=a), look-around", "(a)\\1, back reference", "(((a{100}){100}){100}), large"})
    void refused(String expression, String why) {
        assertThat(Substitution.compile(expression)).as(why).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"(.)(.), $1$2, true", "(.), $2, false", ".*, $0, true", ".*, $, false", ".*, a$b, false", ".*, 1, true"
    })
    void replacements(String match, String text, boolean is) {
        assertThat(Substitution.isReplacement(Substitution.compile(match).orElseThrow(), text))
                .isEqualTo(is);
    }

    /** (a+)+b takes an engine that tracks back for ever on a row of a. */
    @Test
    void noTextMakesItSlow() {
        Substitution rewrite =
                new Substitution(Substitution.compile("((a+)+)+b").orElseThrow(), "$1");
        long startNs = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            assertThat(rewrite.of("a".repeat(Substitution.MOST_CHARS))).isEmpty();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void lengthIsBounded() {
        Substitution twice = new Substitution(Substitution.compile("(.*)").orElseThrow(), "$1$1");
        assertThat(twice.of("a".repeat(Substitution.MOST_CHARS / 2))).isPresent();
        assertThat(twice.of("a".repeat(Substitution.MOST_CHARS / 2 + 1)))
                .as("result")
                .isEmpty();
        assertThat(twice.of("a".repeat(Substitution.MOST_CHARS + 1))).as("text").isEmpty();
    }
}
