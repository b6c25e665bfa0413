package sotto.pci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A search that cannot find what is there proves nothing. */
final class DigitSearchTest {
    private static final String DIGITS = "6011000990139424";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 13, 4096})
    void findsEachShapeWhereverItLies(int before) throws Exception {
        ByteBuffer shorts = ByteBuffer.allocate(32);
        ByteBuffer ints = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer points = ByteBuffer.allocate(64);
        byte[] bytes = new byte[16];
        for (int i = 0; i < DIGITS.length(); i++) {
            shorts.putShort((short) (DIGITS.charAt(i) - '0'));
            ints.putInt(DIGITS.charAt(i) - '0');
            points.putInt(DIGITS.charAt(i));
            bytes[i] = (byte) (DIGITS.charAt(i) - '0');
        }
        finds("TEXT", before, DIGITS.getBytes(US_ASCII));
        finds("UTF_16BE", before, DIGITS.getBytes(UTF_16BE));
        finds("UTF_16LE", before, DIGITS.getBytes(UTF_16LE));
        finds("CODE_POINTS", before, points.array());
        finds("BYTES", before, bytes);
        finds("SHORTS", before, shorts.array());
        finds("INTS_LE", before, ints.array());
        finds("PACKED_DECIMAL", before, HexFormat.of().parseHex(DIGITS));
    }

    private void finds(String shape, int before, byte[] digits) throws Exception {
        byte[] octets = new byte[before + digits.length];
        java.util.Arrays.fill(octets, (byte) 0x7E);
        System.arraycopy(digits, 0, octets, before, digits.length);
        Path file = Files.write(directory.resolve("leak"), octets);
        assertThat(DigitSearch.inFile(file, DigitSearch.shifted(DIGITS)))
                .contains(file + ": " + shape + " at " + before);
    }

    @Test
    void findsTheNumberEachTimeAndNothingElse() throws Exception {
        Path file = Files.writeString(directory.resolve("log"), DIGITS + " 6011 9424 " + DIGITS);
        assertThat(DigitSearch.inFile(file, DigitSearch.shifted(DIGITS))).hasSize(2);
        assertThat(DigitSearch.inFile(file, DigitSearch.shifted("6011000990139425")))
                .isEmpty();
    }
}
