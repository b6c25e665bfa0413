package sotto.media.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows of ITU-T G.711 tables 3 and 4, and what holds for all of them. */
final class LawConversionTest {
    @ParameterizedTest(name = "to {0}: {1}")
    @CsvSource(
            textBlock =
                    """
            # table 3
            # to,   value, character, value there, character there
            PCMA,     0, 0xFF,        1,          0xD5
            PCMA,     1, 0xFE,        1,          0xD5
            PCMA,     2, 0xFD,        2,          0xD4
            PCMA,    48, 0xCF,       46,          0xF8
            PCMA,    49, 0xCE,       48,          0xFA
            PCMA,    64, 0xBF,       64,          0xEA
            PCMA,    80, 0xAF,       80,          0x9A
            PCMA,    81, 0xAE,       82,          0x84
            PCMA,   127, 0x80,      128,          0xAA
            PCMA,    -0, 0x7F,       -1,          0x55
            PCMA,   -81, 0x2E,      -82,          0x04
            PCMA,  -127, 0x00,     -128,          0x2A
            # table 4
            PCMU,     1, 0xD5,        1,          0xFE
            PCMU,     2, 0xD4,        3,          0xFC
            PCMU,    32, 0xCA,       35,          0xDC
            PCMU,    64, 0xEA,       64,          0xBF
            PCMU,    80, 0x9A,       80,          0xAF
            PCMU,    81, 0x85,       80,          0xAF
            PCMU,   128, 0xAA,      127,          0x80
            PCMU,    -1, 0x55,       -1,          0x7E
            PCMU,   -81, 0x05,      -80,          0x2F
            PCMU,  -128, 0x2A,     -127,          0x00
            """)
    void converts(AudioFormat to, int value, String character, int valueThere, String there) {
        AudioFormat from = to == AudioFormat.PCMA ? AudioFormat.PCMU : AudioFormat.PCMA;
        LawConversion conversion = LawConversion.between(from, to).orElseThrow();
        assertThat(conversion.octet(Integer.decode(character))).isEqualTo((byte) (int) Integer.decode(there));
    }

    @ParameterizedTest
    @EnumSource(names = {"PCMU", "PCMA"})
    void isWithinHalfAStepAndDoesNotDriftFromBorderToBorder(AudioFormat from) {
        AudioFormat to = from == AudioFormat.PCMA ? AudioFormat.PCMU : AudioFormat.PCMA;
        LawConversion there = LawConversion.between(from, to).orElseThrow();
        LawConversion back = LawConversion.between(to, from).orElseThrow();
        for (int octet = 0; octet < 256; octet++) {
            byte once = there.octet(octet);
            int sample = G711.of(from).linear(octet);
            assertThat(Math.abs(G711.of(to).linear(once) - sample))
                    .as("octet %02X", octet)
                    .isLessThanOrEqualTo(Math.max(Math.abs(sample), 256) / 32);
            assertThat(there.octet(back.octet(once))).as("octet %02X", octet).isEqualTo(once);
        }
    }

    @Test
    void isForTheTwoLawsOnly() {
        for (AudioFormat format : AudioFormat.values()) {
            assertThat(LawConversion.between(format, format)).isEmpty();
            assertThat(LawConversion.between(AudioFormat.OPAQUE, format)).isEmpty();
            assertThat(LawConversion.between(format, AudioFormat.OPAQUE)).isEmpty();
        }
    }
}
