package sotto.proxy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class G711Test {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # table,          law,  octet, sample
            G.711 table 2a,   PCMU, 0x80,  32124
            G.711 table 2b,   PCMU, 0x00, -32124
            G.711 table 2a,   PCMU, 0xFF,  0
            G.711 table 1a,   PCMA, 0xAA,  32256
            G.711 table 1b,   PCMA, 0x2A, -32256
            G.711 table 1a,   PCMA, 0xD5,  8
            G.711 table 1b,   PCMA, 0x55, -8
            """)
    void decodes(String table, G711 law, String octet, int sample) {
        byte code = (byte) Integer.decode(octet).intValue();
        assertThat(law.decode(code)).as(table).isEqualTo((short) sample);
        assertThat(law.encode(sample)).as(table).isEqualTo(code);
    }

    @ParameterizedTest
    @EnumSource
    void comesBackWithinItsStep(G711 law) {
        for (int sample = -32768; sample <= 32767; sample++) {
            int error = Math.abs(law.decode(law.encode(sample)) - sample);
            assertThat(error).isLessThanOrEqualTo(Math.abs(sample) / 16 + 16);
        }
    }

    @Test
    void silenceIsQuiet() {
        assertThat(Math.abs(G711.PCMA.decode(G711.PCMA.encode(0)))).isLessThanOrEqualTo((short) 8);
    }
}
