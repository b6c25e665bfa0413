package sotto.pci.psp.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Currency;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StripeAmountTest {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # currency, ISO 4217 minor units, Stripe's
            EUR, 1234, 1234
            JPY, 1234, 1234
            MGA, 1200, 12
            ISK, 5,    500
            UGX, 5,    500
            KWD, 1230, 1230
            """)
    void countsAsStripeDoes(String currency, long iso, long stripe) {
        assertThat(StripeAmount.of(iso, Currency.getInstance(currency))).isEqualTo(stripe);
    }

    @Test
    void refusesWhatStripeCannotSay() {
        assertThatIllegalArgumentException().isThrownBy(() -> StripeAmount.of(1234, Currency.getInstance("MGA")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StripeAmount.of(1234, Currency.getInstance("KWD")))
                .withMessage("Stripe cannot take 1.234 KWD");
    }
}
