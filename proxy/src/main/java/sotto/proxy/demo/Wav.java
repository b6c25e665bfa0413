package sotto.proxy.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a WAV file of one channel of 16-bit samples (RIFF, chunk by chunk). */
public final class Wav {
    private static final int CHUNK_HEADER_BYTES = 8;
    private static final int FORMAT_BYTES = 16;

    private Wav() {}

    /** All samples of it, 8,000 a second. */
    public static short[] read(Path file) throws IOException {
        ByteBuffer riff = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (riff.remaining() < 12
                || !name(riff, 0).equals("RIFF")
                || !name(riff, 8).equals("WAVE")) {
            throw new IOException(file.getFileName() + " is no WAV file");
        }
        int at = 12;
        while (at + CHUNK_HEADER_BYTES <= riff.limit()) {
            String name = name(riff, at);
            int length = Math.min(riff.getInt(at + 4), riff.limit() - at - CHUNK_HEADER_BYTES);
            int from = at + CHUNK_HEADER_BYTES;
            if (name.equals("fmt ")
                    && (length < FORMAT_BYTES
                            || riff.getShort(from + 2) != 1
                            || riff.getInt(from + 4) != Goertzel.RATE_HZ
                            || riff.getShort(from + 14) != 16)) {
                throw new IOException(file.getFileName() + " is not mono of 8,000 samples of 16 bits a second");
            }
            if (name.equals("data")) {
                short[] samples = new short[length / 2];
                riff.slice(from, length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asShortBuffer()
                        .get(samples);
                return samples;
            }
            at = from + length + length % 2;
        }
        throw new IOException(file.getFileName() + " has no samples");
    }

    private static String name(ByteBuffer riff, int at) {
        byte[] four = new byte[4];
        riff.get(at, four);
        return new String(four, StandardCharsets.US_ASCII);
    }
}
