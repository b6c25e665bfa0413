package sotto.proxy.demo;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Searches files, and a dump of this JVM's heap, for the card number in every shape that it may have been given. */
final class LeakSearch {
    /** Half the number is a leak too. */
    private static final int DIGITS = TestCard.NUMBER_DIGITS / 2;

    private static final int BLOCK_BYTES = 1 << 18;
    private static final int OVERLAP_BYTES = DIGITS * Integer.BYTES - 1; // of the longest pattern, less one
    private static final byte[] ZEROS = new byte[BLOCK_BYTES];

    private enum Shape {
        TEXT(1, ByteOrder.BIG_ENDIAN, '0'),
        TEXT_UTF_16BE(2, ByteOrder.BIG_ENDIAN, '0'),
        TEXT_UTF_16LE(2, ByteOrder.LITTLE_ENDIAN, '0'),
        BYTES(1, ByteOrder.BIG_ENDIAN, 0),
        CHARS(2, ByteOrder.BIG_ENDIAN, 0),
        CHARS_LE(2, ByteOrder.LITTLE_ENDIAN, 0),
        INTS(4, ByteOrder.BIG_ENDIAN, 0),
        INTS_LE(4, ByteOrder.LITTLE_ENDIAN, 0);

        private final int width;
        private final ByteOrder order;
        private final int zero;

        Shape(int width, ByteOrder order, int zero) {
            this.width = width;
            this.order = order;
            this.zero = zero;
        }

        private byte[] pattern(int firstDigit) {
            ByteBuffer octets = ByteBuffer.allocate(DIGITS * width).order(order);
            for (int i = firstDigit; i < firstDigit + DIGITS; i++) {
                int value = TestCard.numberDigit(i) + zero;
                switch (width) {
                    case 1 -> octets.put((byte) value);
                    case 2 -> octets.putShort((short) value);
                    default -> octets.putInt(value);
                }
            }
            return octets.array();
        }
    }

    private LeakSearch() {}

    /** Dumps the heap, garbage included, and searches it; what was found, by shape. */
    static List<String> heap(Path directory) throws IOException {
        Path dump = directory.resolve("heap.hprof");
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(dump.toString(), false);
        try {
            return file(dump);
        } finally {
            Files.delete(dump);
        }
    }

    /** Searches every file below a directory. */
    static List<String> files(Path directory) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                found.addAll(file(file));
            }
        }
        return found;
    }

    private static List<String> file(Path file) throws IOException {
        Map<Shape, List<byte[]>> patterns = new EnumMap<>(Shape.class);
        for (Shape shape : Shape.values()) {
            byte[] first = shape.pattern(0);
            byte[] last = shape.pattern(TestCard.NUMBER_DIGITS - DIGITS);
            patterns.put(shape, Arrays.equals(first, last) ? List.of(first) : List.of(first, last));
        }
        Set<Shape> found = EnumSet.noneOf(Shape.class);
        byte[] block = new byte[BLOCK_BYTES];
        try (FileChannel channel = FileChannel.open(file)) {
            int kept = 0; // of the block before: a number may lie across
            int read = channel.read(ByteBuffer.wrap(block));
            while (read > 0) {
                int length = kept + read;
                if (Arrays.mismatch(block, 0, length, ZEROS, 0, length) >= 0) { // the journal's files are mostly holes
                    patterns.forEach((shape, both) -> {
                        if (both.stream().anyMatch(pattern -> contains(block, length, pattern))) {
                            found.add(shape);
                        }
                    });
                }
                kept = Math.min(length, OVERLAP_BYTES);
                System.arraycopy(block, length - kept, block, 0, kept);
                read = channel.read(ByteBuffer.wrap(block, kept, block.length - kept));
            }
        }
        return found.stream().map(shape -> file.getFileName() + " as " + shape).toList();
    }

    private static boolean contains(byte[] octets, int length, byte[] pattern) { // Horspool's search: a dump is large
        int last = pattern.length - 1;
        int[] skip = new int[256];
        Arrays.fill(skip, pattern.length);
        for (int i = 0; i < last; i++) {
            skip[pattern[i] & 0xFF] = last - i;
        }
        for (int at = 0; at < length - last; at += skip[octets[at + last] & 0xFF]) {
            int i = last;
            while (i >= 0 && octets[at + i] == pattern[i]) {
                i--;
            }
            if (i < 0) {
                return true;
            }
        }
        return false;
    }
}
