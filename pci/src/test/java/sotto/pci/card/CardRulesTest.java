package sotto.pci.card;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of the fields, on numbers that the schemes publish for tests. */
final class CardRulesTest {
    private static final Clock NOVEMBER_2026 = Clock.fixed(Instant.parse("2026-11-30T23:59:59Z"), ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
        # number,             type,        valid, whole, last four
        4242424242424242,     VISA,        true,  true,  4242
        4222222222222,        VISA,        true,  false, 2222
        4242424242424241,     VISA,        false, false,
        424242424242424,      VISA,        false, false,
        5555555555554444,     MASTERCARD,  true,  true,  4444
        2223003122003222,     MASTERCARD,  true,  true,  3222
        2221000000000009,     MASTERCARD,  true,  true,  9
        2720990000000007,     MASTERCARD,  true,  true,  7
        378282246310005,      AMEX,        true,  true,  5
        3782822463100050,     AMEX,        false, false,
        6011111111111117,     DISCOVER,    true,  true,  1117
        3566002020360505,     JCB,         true,  true,  505
        36227206271667,       DINERS_CLUB, true,  true,  1667
        6200000000000005,     UNIONPAY,    true,  false, 5
        6759649826438453,     MAESTRO,     true,  false, 8453
        1234567812345670,     UNKNOWN,     true,  false, 5670
        0000000000000000,     UNKNOWN,     true,  false, 0
        00000000000,          UNKNOWN,     false, false,
        6200000000000000001,  UNIONPAY,    false, true,
        """)
    void number(String number, CardBrand brand, boolean valid, boolean whole, Integer lastFour) {
        try (CardDigits digits = digits(number)) {
            assertThat(CardRules.brand(digits)).isEqualTo(brand);
            assertThat(CardRules.isNumber(digits)).isEqualTo(valid);
            assertThat(CardRules.isWholeNumber(digits)).isEqualTo(whole);
            assertThat(CardRules.lastFour(digits).isPresent()).isEqualTo(lastFour != null);
            assertThat(CardRules.lastFour(digits).orElse(-1)).isEqualTo(lastFour == null ? -1 : lastFour);
        }
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
        # first digits, type: named only once no other type could follow
        '',      UNKNOWN
        4,       VISA
        5,       UNKNOWN
        51,      MASTERCARD
        222,     UNKNOWN
        2221,    MASTERCARD
        2220,    UNKNOWN
        2721,    UNKNOWN
        3,       UNKNOWN
        34,      AMEX
        352,     UNKNOWN
        3528,    JCB
        36,      DINERS_CLUB
        306,     UNKNOWN
        601,     UNKNOWN
        6011,    DISCOVER
        """)
    void brandShowsEarly(String first, CardBrand brand) {
        try (CardDigits digits = digits(first)) {
            assertThat(CardRules.brand(digits)).isEqualTo(brand);
        }
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
        # MMYY, valid at the last second of November 2026
        1126, true
        1226, true
        1026, false
        0026, false
        1326, false
        1125, false
        1146, true
        1246, false
        112,  false
        """)
    void expiry(String expiry, boolean valid) {
        try (CardDigits digits = digits(expiry)) {
            assertThat(CardRules.isExpiry(digits, NOVEMBER_2026)).isEqualTo(valid);
        }
    }

    @Test
    void oneWrongDigitNeverPassesTheCheckDigit() {
        String number = "4242424242424242";
        for (int i = 0; i < number.length(); i++) {
            for (char other = '0'; other <= '9'; other++) {
                try (CardDigits digits = digits(number.substring(0, i) + other + number.substring(i + 1))) {
                    assertThat(CardRules.passesLuhn(digits)).isEqualTo(other == number.charAt(i));
                }
            }
        }
    }

    static CardDigits digits(String text) {
        CardDigits digits = new CardDigits(CardRules.MOST_NUMBER_DIGITS);
        text.chars().forEach(c -> digits.append(c - '0'));
        return digits;
    }
}
