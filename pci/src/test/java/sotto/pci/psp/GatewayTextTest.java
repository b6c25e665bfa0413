package sotto.pci.psp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GatewayTextTest {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            Card 4242424242424242 refused,     Card [digits removed] refused
            4242 4242 4242 4242,               [digits removed]
            4242-4242-4242-4242 no,            [digits removed] no
            12345 of 67890,                    12345 of 67890
            123456,                            [digits removed]
            ٤٢٤٢٤٢٤٢٤٢,                        [digits removed]
            code 05: do not honour,            code 05: do not honour
            """)
    void takesDigitRunsOut(String text, String shown) {
        assertThat(GatewayText.plain(text)).isEqualTo(shown);
    }

    @Test
    void isOneBoundedLine() {
        assertThat(GatewayText.plain("a\r\nb\tc\u0000")).isEqualTo("a b c");
        assertThat(GatewayText.plain("x".repeat(5_000))).hasSize(201).endsWith("…");
        assertThat(GatewayText.plain(null)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ch_1, true", "'', false", "a b, false", "'a\n', false", "é, false"})
    void knowsReferences(String text, boolean reference) {
        assertThat(GatewayText.isReference(text)).isEqualTo(reference);
        assertThat(GatewayText.isReference("x".repeat(256))).isFalse();
    }
}
