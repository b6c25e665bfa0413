package sotto.pci.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.pci.psp.Charge;

/** What a request may ask for. */
final class OrderTest {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
        # amount,        currency, refused as
        ,                EUR,      INVALID_AMOUNT
        '',              EUR,      INVALID_AMOUNT
        0,               EUR,      INVALID_AMOUNT
        0.00,            EUR,      INVALID_AMOUNT
        -1,              EUR,      INVALID_AMOUNT
        1e3,             EUR,      INVALID_AMOUNT
        1.,              EUR,      INVALID_AMOUNT
        '1,50',          EUR,      INVALID_AMOUNT
        1.234,           EUR,      INVALID_AMOUNT
        1.5,             JPY,      INVALID_AMOUNT
        10000000000,     EUR,      INVALID_AMOUNT
        4242424242424242, EUR,     INVALID_AMOUNT
        1,               euro,     INVALID_CURRENCY
        1,               XQZ,      INVALID_CURRENCY
        """)
    void refusesWhatIsNoMoney(String amount, String currency, PaymentRefused.Reason reason) {
        PaymentRequest request = new PaymentRequest(
                Optional.ofNullable(amount),
                currency,
                Charge.Method.CHARGE,
                List.of(Field.PAYMENT_CARD_NUMBER),
                Optional.empty(),
                "",
                Optional.empty(),
                false);
        refused(request, reason);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
        # amount, currency, minor units
        12.34,    EUR,      1234
        12.3,     EUR,      1230
        12,       EUR,      1200
        12.340,   EUR,      1234
        0.01,     EUR,      1
        1500,     JPY,      1500
        1.234,    BHD,      1234
        """)
    void readsMoneyExactly(String amount, String currency, long minor) throws PaymentRefused {
        assertThat(Order.check(request(amount, currency, "", Field.PAYMENT_CARD_NUMBER))
                        .amountMinor())
                .isEqualTo(minor);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        # fields                              | description
                                              | no fields
        EXPIRATION_DATE                       | no number
        SECURITY_CODE PAYMENT_CARD_NUMBER     | its length is not known yet
        PAYMENT_CARD_NUMBER PAYMENT_CARD_NUMBER | twice
        PAYMENT_CARD_NUMBER                   | card 4242 4242-4242 4242
        """)
    void refusesFieldsThatMakeNoSense(String fields, String description) {
        Field[] named = fields == null
                ? new Field[0]
                : Arrays.stream(fields.split(" ")).map(Field::valueOf).toArray(Field[]::new);
        refused(request("1", "EUR", description, named), PaymentRefused.Reason.INVALID_FIELDS);
    }

    private static void refused(PaymentRequest request, PaymentRefused.Reason reason) {
        assertThatThrownBy(() -> Order.check(request))
                .isInstanceOfSatisfying(PaymentRefused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(reason))
                .message()
                .doesNotContain("4242");
    }

    private static PaymentRequest request(String amount, String currency, String description, Field... fields) {
        return new PaymentRequest(
                Optional.of(amount),
                currency,
                Charge.Method.CHARGE,
                List.of(fields),
                Optional.empty(),
                description,
                Optional.empty(),
                false);
    }
}
