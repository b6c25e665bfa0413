package sotto.proxy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A search that cannot find what is there proves nothing. */
final class LeakSearchTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 262_143, 262_144 - 8, 262_144, 300_001})
    void findsTheNumberWhereverItLies(int before) throws Exception {
        byte[] text = IntStream.range(0, 8)
                .mapToObj(i -> Integer.toString(TestCard.numberDigit(i)))
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_16LE);
        byte[] octets = new byte[before + text.length + 5];
        System.arraycopy(text, 0, octets, before, text.length);
        Files.write(directory.resolve("leak"), octets);
        assertThat(LeakSearch.files(directory)).contains("leak as TEXT_UTF_16LE");
    }

    @Test
    void findsIntsAcrossBlocks() throws Exception {
        ByteBuffer octets = ByteBuffer.allocate(262_144 + 100).order(ByteOrder.LITTLE_ENDIAN);
        octets.position(262_144 - 13);
        for (int i = 0; i < 8; i++) {
            octets.putInt(TestCard.numberDigit(i));
        }
        Files.write(directory.resolve("leak"), octets.array());
        assertThat(LeakSearch.files(directory)).contains("leak as INTS_LE");
    }

    @Test
    void lastFourAreNoLeak() throws Exception {
        Files.writeString(directory.resolve("api.txt"), "{\"lastFour\":\"4242\"} x 4242");
        assertThat(LeakSearch.files(directory)).isEmpty();
    }
}
