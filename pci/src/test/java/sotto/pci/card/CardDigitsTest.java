package sotto.pci.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class CardDigitsTest {
    @Test
    void holdsDigitsUpToItsCapacityAndWipesThem() {
        long before = CardDigits.live();
        CardDigits digits = new CardDigits(3);
        assertThat(digits.append(0)).isTrue();
        assertThat(CardDigits.live()).isEqualTo(before + 1);
        assertThat(digits.append(9)).isTrue();
        assertThat(digits.append(5)).isTrue();
        assertThat(digits.append(5)).as("a digit too many").isFalse();
        assertThat(ascii(digits, 0, 3)).isEqualTo("095");
        assertThat(ascii(digits, 1, 2)).isEqualTo("9");

        digits.clear();
        assertThat(digits.count()).isZero();
        assertThat(CardDigits.live()).isEqualTo(before);
        assertThatThrownBy(() -> ascii(digits, 0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        digits.append(1);
        assertThat(ascii(digits, 0, 1)).isEqualTo("1");

        digits.close();
        digits.close();
        assertThat(digits.append(1)).as("after close").isFalse();
        assertThat(digits.count()).isZero();
        assertThat(CardDigits.live()).isEqualTo(before);
    }

    @Test
    void saysHowManyButNeverWhich() {
        try (CardDigits digits = CardRulesTest.digits("4242")) {
            assertThat(digits).hasToString("CardDigits[4]");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> digits.append(77))
                    .withMessageNotContaining("7");
            assertThatIllegalArgumentException().isThrownBy(() -> digits.append(-1));
        }
    }

    @Test
    void goesToNativeMemoryOnly() {
        try (CardDigits digits = CardRulesTest.digits("42")) {
            assertThatIllegalArgumentException().isThrownBy(() -> digits.writeAscii(0, 2, ByteBuffer.allocate(8)));
        }
    }

    private static String ascii(CardDigits digits, int from, int to) {
        ByteBuffer target = ByteBuffer.allocateDirect(8);
        digits.writeAscii(from, to, target);
        return StandardCharsets.US_ASCII.decode(target.flip()).toString();
    }
}
