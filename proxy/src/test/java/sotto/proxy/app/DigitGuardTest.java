package sotto.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What the guard takes out, by itself and through every way into the log. */
final class DigitGuardTest {
    private static final String CARD = "4242424242424242";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            4242424242424242                       | [digits suppressed]
            a4242424242424242b                     | a[digits suppressed]b
            card=4242 4242 4242 4242.              | card=[digits suppressed].
            4242-4242-4242-4242                    | [digits suppressed]
            378282246310005 amex                   | [digits suppressed] amex
            4222222222222                          | [digits suppressed]
            6304000000000000000                    | [digits suppressed]
            4242424242424242 1230 123              | [digits suppressed]
            99424242424242424212345                | [digits suppressed]
            [4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2] | [[digits suppressed]]
            ٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢                       | [digits suppressed]
            x 4242424242424242 y 378282246310005 z | x [digits suppressed] y [digits suppressed] z
            a=crypto:1 A inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQ/+= | a=crypto:1 A inline:[key suppressed]
            """)
    void isTakenOut(String text, String clean) {
        long before = DigitGuard.suppressed();
        assertThat(DigitGuard.clean(text.replace("\\n", "\n"))).isEqualTo(clean);
        assertThat(DigitGuard.suppressed()).isGreaterThan(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "order 4242424242421", // 13 digits, and the last is no check digit
                "time=2026-11-25T03:41:31.123Z udp=5060 tcp=5060 rtp=20000..29999",
                "127.0.0.1:5070 192.168.100.100:20000",
                "received=150000 sent=150000 lost=0 jitter_ms=0.4",
                "0000000000000000"
            })
    void isLeft(String text) {
        long before = DigitGuard.suppressed();
        assertThat(DigitGuard.clean(text)).isEqualTo(text);
        assertThat(DigitGuard.suppressed()).isEqualTo(before);
    }

    @Test
    void aVeryLongRowIsNoTrouble() {
        assertThatCode(() -> DigitGuard.clean("1234 ".repeat(20_000))).doesNotThrowAnyException();
    }

    /** Through slf4j, java.util.logging and System.Logger, to what the appender writes. */
    @org.junit.jupiter.api.Nested
    final class ThroughTheLog {
        private final PrintStream original = System.err;
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @BeforeEach
        void catchStandardError() {
            LogSetup.bridge();
            System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        }

        @AfterEach
        void giveItBack() {
            System.setErr(original);
            MDC.clear();
        }

        private String log() {
            return written.toString(StandardCharsets.UTF_8);
        }

        @Test
        void noWayInLetsACardThrough() {
            org.slf4j.Logger log = LoggerFactory.getLogger("test");
            long before = DigitGuard.suppressed();
            log.warn("argument {}", CARD);
            log.warn("over two lines 42424242\n42424242");
            log.atWarn().addKeyValue("pair", CARD).log("pair");
            MDC.put("mdc", CARD);
            log.warn("mdc");
            MDC.clear();
            log.warn("exception", new IllegalStateException(CARD, new IllegalArgumentException("cause " + CARD)));
            java.util.logging.Logger.getLogger("jul").warning("jul " + CARD);
            System.getLogger("platform").log(System.Logger.Level.WARNING, "platform " + CARD);
            LoggerFactory.getLogger("logger-" + CARD).warn("name");

            assertThat(log().lines()).as("one line an event").hasSize(8).allSatisfy(line -> assertThat(line)
                    .startsWith("time=")
                    .contains(" level=WARN ", DigitGuard.DIGITS));
            assertThat(log()).doesNotContain(CARD).doesNotContain("42424242");
            assertThat(DigitGuard.suppressed() - before).isGreaterThanOrEqualTo(9);
        }

        @Test
        void aThreadThatDiesIsLoggedTheSameWay() throws InterruptedException {
            Thread thread = Thread.ofPlatform().name("dies").start(() -> {
                throw new IllegalStateException(CARD);
            });
            thread.join();
            assertThat(log())
                    .contains("thread dies ended", "IllegalStateException")
                    .doesNotContain(CARD);
        }

        @Test
        void aLineIsKeysAndValues() {
            LoggerFactory.getLogger("test")
                    .atInfo()
                    .addKeyValue("n", 5)
                    .addKeyValue("q", "a \"b\"")
                    .log("hello you");
            assertThat(log())
                    .matches(
                            "time=\\S+Z level=INFO logger=test thread=\\S+ message=\"hello you\" n=5 q=\"a \\\\\"b\\\\\"\"\n");
        }
    }
}
