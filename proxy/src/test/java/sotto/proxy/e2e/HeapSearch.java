package sotto.proxy.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks for digits in a file of any kind, in every shape that a program could hold them in. */
final class HeapSearch {
    private HeapSearch() {}

    /** The digits as text and as values, by the name of the shape. */
    static Map<String, byte[]> shapes(String digits) {
        Map<String, byte[]> shapes = new LinkedHashMap<>();
        shapes.put("text", digits.getBytes(US_ASCII));
        shapes.put("chars, big end first", digits.getBytes(UTF_16BE));
        shapes.put("chars, little end first", digits.getBytes(UTF_16LE));
        shapes.put("a byte a digit", values(digits, 1));
        shapes.put("a short a digit", values(digits, 2));
        shapes.put("an int a digit", values(digits, 4));
        if (digits.length() > 8) { // of a short one, two octets would be found by chance anywhere
            shapes.put("packed decimal", packed(digits));
        }
        return shapes;
    }

    private static byte[] values(String digits, int widthBytes) {
        ByteBuffer values = ByteBuffer.allocate(widthBytes * digits.length());
        for (int i = 0; i < digits.length(); i++) {
            values.put(widthBytes * i + widthBytes - 1, (byte) (digits.charAt(i) - '0'));
        }
        return values.array();
    }

    private static byte[] packed(String digits) {
        byte[] packed = new byte[digits.length() / 2];
        for (int i = 0; i < packed.length; i++) {
            packed[i] = (byte) ((digits.charAt(2 * i) - '0') << 4 | (digits.charAt(2 * i + 1) - '0'));
        }
        return packed;
    }

    /**
     * Finds digits in a file.
     *
     * @return one line a hit, empty where there is none
     */
    static List<String> hits(Path file, Map<String, byte[]> shapes) throws IOException {
        List<String> hits = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            shapes.forEach((shape, wanted) -> {
                for (long at = find(bytes, 0, wanted); at >= 0; at = find(bytes, at + 1, wanted)) {
                    hits.add(file + ": " + shape + " at " + at);
                }
            });
        }
        return hits;
    }

    private static long find(MemorySegment bytes, long from, byte[] wanted) {
        long last = bytes.byteSize() - wanted.length;
        byte first = wanted[0];
        for (long at = from; at <= last; at++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, at) == first && matches(bytes, at, wanted)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean matches(MemorySegment bytes, long at, byte[] wanted) {
        for (int i = 1; i < wanted.length; i++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, at + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
