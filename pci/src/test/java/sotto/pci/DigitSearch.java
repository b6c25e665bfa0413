package sotto.pci;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Looks for digits in files, and in dumps of this JVM's heap, in every shape that a program could hold them in.
 *
 * <p>Digits are given with 40 added to each: what is searched for must not be in the heap for the search's sake.
 */
public final class DigitSearch {
    private static final int SHIFT = 40;
    private static final int HALF = 8; // of a card number: half of it is a leak too

    private enum Shape {
        TEXT(1, ByteOrder.BIG_ENDIAN, '0'),
        UTF_16BE(2, ByteOrder.BIG_ENDIAN, '0'),
        UTF_16LE(2, ByteOrder.LITTLE_ENDIAN, '0'),
        CODE_POINTS(4, ByteOrder.BIG_ENDIAN, '0'),
        BYTES(1, ByteOrder.BIG_ENDIAN, 0),
        SHORTS(2, ByteOrder.BIG_ENDIAN, 0),
        SHORTS_LE(2, ByteOrder.LITTLE_ENDIAN, 0),
        INTS(4, ByteOrder.BIG_ENDIAN, 0),
        INTS_LE(4, ByteOrder.LITTLE_ENDIAN, 0),
        PACKED_DECIMAL(0, ByteOrder.BIG_ENDIAN, 0);

        private final int width;
        private final ByteOrder order;
        private final int zero;

        Shape(int width, ByteOrder order, int zero) {
            this.width = width;
            this.order = order;
            this.zero = zero;
        }

        /** False where so few octets would be found anywhere by chance. */
        private boolean tells(int digits) {
            return this != PACKED_DECIMAL || digits > HALF;
        }

        private byte[] of(int[] shifted) {
            if (this == PACKED_DECIMAL) {
                return packed(shifted);
            }
            ByteBuffer octets = ByteBuffer.allocate(shifted.length * width).order(order);
            for (int digit : shifted) {
                int value = digit - SHIFT + zero;
                switch (width) {
                    case 1 -> octets.put((byte) value);
                    case 2 -> octets.putShort((short) value);
                    default -> octets.putInt(value);
                }
            }
            return octets.array();
        }

        private static byte[] packed(int[] shifted) {
            byte[] octets = new byte[shifted.length / 2];
            for (int i = 0; i < octets.length; i++) {
                octets[i] = (byte) ((shifted[2 * i] - SHIFT) << 4 | (shifted[2 * i + 1] - SHIFT));
            }
            return octets;
        }
    }

    private DigitSearch() {}

    /** Digits as this search wants them; for files of other processes only, for here they are text. */
    public static int[] shifted(String digits) {
        return digits.chars().map(c -> c - '0' + SHIFT).toArray();
    }

    /**
     * Dumps this JVM's heap, garbage included, and searches it for the first and for the last eight digits.
     *
     * @return shapes found
     */
    public static List<String> inHeap(Path directory, int[] shifted) throws IOException {
        Path dump = directory.resolve("heap-" + System.nanoTime() + ".hprof");
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(dump.toString(), false);
        try {
            List<String> found = new ArrayList<>();
            search(dump, Arrays.copyOf(shifted, HALF), false).forEach(hit -> found.add("first eight as " + hit));
            search(dump, Arrays.copyOfRange(shifted, shifted.length - HALF, shifted.length), false)
                    .forEach(hit -> found.add("last eight as " + hit));
            return found;
        } finally {
            Files.delete(dump);
        }
    }

    /**
     * Searches a file for all of the digits in a row.
     *
     * @return one line a hit, empty where there is none
     */
    public static List<String> inFile(Path file, int[] shifted) throws IOException {
        return search(file, shifted, true).stream()
                .map(hit -> file + ": " + hit)
                .toList();
    }

    /**
     * The same for few digits, which stand in longer numbers by chance: as text, only where no other digit is beside them.
     *
     * @return one line a hit, empty where there is none
     */
    public static List<String> aloneInFile(Path file, int[] shifted) throws IOException {
        try (FileChannel channel = FileChannel.open(file);
                Arena arena = Arena.ofConfined()) {
            MemorySegment octets = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return search(file, shifted, true).stream()
                    .filter(hit -> isAlone(octets, hit, shifted.length))
                    .map(hit -> file + ": " + hit)
                    .toList();
        }
    }

    private static boolean isAlone(MemorySegment octets, String hit, int digits) {
        Shape shape = Shape.valueOf(hit.substring(0, hit.indexOf(' ')));
        if (shape.zero == 0) {
            return true; // not text
        }
        long at = Long.parseLong(hit.substring(hit.lastIndexOf(' ') + 1));
        int low = shape.order == ByteOrder.BIG_ENDIAN ? shape.width - 1 : 0; // where a character has its digit
        return !isDigit(octets, at - shape.width + low) && !isDigit(octets, at + (long) digits * shape.width + low);
    }

    private static boolean isDigit(MemorySegment octets, long at) {
        if (at < 0 || at >= octets.byteSize()) {
            return false;
        }
        byte octet = octets.get(ValueLayout.JAVA_BYTE, at);
        return octet >= '0' && octet <= '9';
    }

    private static List<String> search(Path file, int[] shifted, boolean each) throws IOException {
        List<String> hits = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file);
                Arena arena = Arena.ofConfined()) { // mapped: not into the next dump
            MemorySegment octets = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            for (Shape shape : Shape.values()) {
                if (shape.tells(shifted.length)) {
                    byte[] pattern = shape.of(shifted);
                    long at = find(octets, 0, pattern);
                    if (at >= 0 && !each) {
                        hits.add(shape.name());
                    }
                    for (; at >= 0 && each; at = find(octets, at + 1, pattern)) {
                        hits.add(shape + " at " + at);
                    }
                    Arrays.fill(pattern, (byte) 0); // or a later search would find it
                }
            }
        }
        return hits;
    }

    private static long find(MemorySegment octets, long from, byte[] pattern) { // Horspool's search: a dump is large
        int last = pattern.length - 1;
        int[] skip = new int[256];
        Arrays.fill(skip, pattern.length);
        for (int i = 0; i < last; i++) {
            skip[pattern[i] & 0xFF] = last - i;
        }
        long end = octets.byteSize() - last;
        for (long at = from; at < end; at += skip[octets.get(ValueLayout.JAVA_BYTE, at + last) & 0xFF]) {
            int i = last;
            while (i >= 0 && octets.get(ValueLayout.JAVA_BYTE, at + i) == pattern[i]) {
                i--;
            }
            if (i < 0) {
                return at;
            }
        }
        return -1;
    }
}
