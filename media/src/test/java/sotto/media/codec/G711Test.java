package sotto.media.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The tables of ITU-T G.711; its output values have 13 (A) and 14 (µ) bits, ours 16. */
final class G711Test {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
        # table, law,  character as sent, output value, bits
        1a,      PCMA, 0xAA,  4032, 13
        1a,      PCMA, 0xA5,  2112, 13
        1a,      PCMA, 0xB5,  1056, 13
        1a,      PCMA, 0xD4,     3, 13
        1a,      PCMA, 0xD5,     1, 13
        1b,      PCMA, 0x55,    -1, 13
        1b,      PCMA, 0x25, -2112, 13
        1b,      PCMA, 0x2A, -4032, 13
        2a,      PCMU, 0x80,  8031, 14
        2a,      PCMU, 0x8F,  4191, 14
        2a,      PCMU, 0x9F,  2079, 14
        2a,      PCMU, 0xEF,    33, 14
        2a,      PCMU, 0xFE,     2, 14
        2a,      PCMU, 0xFF,     0, 14
        2b,      PCMU, 0x7F,     0, 14
        2b,      PCMU, 0x7E,    -2, 14
        2b,      PCMU, 0x0F, -4191, 14
        2b,      PCMU, 0x00, -8031, 14
        """)
    void decodes(String table, AudioFormat law, String character, int value, int bits) {
        assertThat(G711.of(law).linear(Integer.decode(character))).isEqualTo((short) (value << (16 - bits)));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
        # law, decision value, octet at it, octet just below; 16 bit
        PCMA,  16384,          0xA5,        0xBA
        PCMA,    256,          0xC5,        0xDA
        PCMA,      0,          0xD5,        0x55
        PCMA,  32767,          0xAA,        0xAA
        PCMU,  16252,          0x8F,        0x90
        PCMU,    124,          0xEF,        0xF0
        PCMU,  32635,          0x80,        0x80
        """)
    void encodes(AudioFormat law, int decision, String at, String below) {
        assertThat(G711.of(law).octet(decision) & 0xFF).isEqualTo(Integer.decode(at));
        assertThat(G711.of(law).octet(decision - 1) & 0xFF).isEqualTo(Integer.decode(below));
    }

    @ParameterizedTest
    @EnumSource(names = {"PCMU", "PCMA"})
    void everyOctetComesBackAndEverySampleGoesToTheNearestLevel(AudioFormat format) {
        G711 law = G711.of(format);
        for (int octet = 0; octet < 256; octet++) {
            boolean negativeZero = format == AudioFormat.PCMU && octet == 0x7F; // equals 0xFF when linear
            assertThat(law.octet(law.linear(octet)) & 0xFF).isEqualTo(negativeZero ? 0xFF : octet);
        }
        for (int sample = -32768; sample <= 32767; sample++) {
            int error = Math.abs(law.linear(law.octet(sample)) - sample);
            assertThat(error).as("error of %d", sample).isLessThanOrEqualTo(Math.max(8, Math.abs(sample) / 30 + 8));
        }
    }

    @Test
    void silenceIsTheQuietestPositiveLevel() {
        assertThat(G711.MU_LAW.linear(G711.MU_LAW.silence())).isZero();
        assertThat(G711.A_LAW.linear(G711.A_LAW.silence())).isEqualTo((short) 8);
    }

    @Test
    void refusesWhatIsNotG711() {
        assertThatThrownBy(() -> G711.of(AudioFormat.OPAQUE)).isInstanceOf(IllegalArgumentException.class);
    }
}
