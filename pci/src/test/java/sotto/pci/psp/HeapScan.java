package sotto.pci.psp;

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
import java.util.List;

/** Searches a dump of this JVM's heap, garbage included, for digits in every shape they may have been given. */
final class HeapScan {
    private enum Shape {
        ASCII(1, ByteOrder.BIG_ENDIAN, '0'),
        UTF_16BE(2, ByteOrder.BIG_ENDIAN, '0'),
        UTF_16LE(2, ByteOrder.LITTLE_ENDIAN, '0'),
        ASCII_INTS(4, ByteOrder.BIG_ENDIAN, '0'),
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

        private byte[] of(int[] shifted, int from, int to) {
            ByteBuffer octets = ByteBuffer.allocate((to - from) * width).order(order);
            for (int i = from; i < to; i++) {
                int value = shifted[i] - 40 + zero;
                switch (width) {
                    case 1 -> octets.put((byte) value);
                    case 2 -> octets.putShort((short) value);
                    default -> octets.putInt(value);
                }
            }
            return octets.array();
        }
    }

    private HeapScan() {}

    /**
     * Dumps, then searches for the first and last eight digits.
     *
     * @param shifted each digit with 40 added: what is searched for must not be in the heap for the search's sake
     * @return shapes found
     */
    static List<String> find(Path directory, int[] shifted) throws IOException {
        Path dump = directory.resolve("heap-" + System.nanoTime() + ".hprof");
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(dump.toString(), false);
        List<String> found = new ArrayList<>();
        try (FileChannel file = FileChannel.open(dump)) {
            ByteBuffer heap = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size()); // not into the next dump
            for (Shape shape : Shape.values()) {
                if (contains(heap, shape.of(shifted, 0, 8))) {
                    found.add(shape + " first eight");
                }
                if (contains(heap, shape.of(shifted, shifted.length - 8, shifted.length))) {
                    found.add(shape + " last eight");
                }
            }
        } finally {
            Files.delete(dump);
        }
        return found;
    }

    private static boolean contains(ByteBuffer heap, byte[] pattern) { // Horspool's search: a dump is large
        int last = pattern.length - 1;
        int[] skip = new int[256];
        try {
            Arrays.fill(skip, pattern.length);
            for (int i = 0; i < last; i++) {
                skip[pattern[i] & 0xFF] = last - i;
            }
            for (int at = 0; at < heap.limit() - last; at += skip[heap.get(at + last) & 0xFF]) {
                int i = last;
                while (i >= 0 && heap.get(at + i) == pattern[i]) {
                    i--;
                }
                if (i < 0) {
                    return true;
                }
            }
            return false;
        } finally {
            Arrays.fill(pattern, (byte) 0); // or a later search would find it
        }
    }
}
