package sotto.media.tap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import sotto.media.codec.G711;

/**
 * One mono WAV file, 16-bit PCM at 8 kHz, that audio is put into by its place. Belongs to the tap's reader. The last
 * second stays in memory, where a late packet finds its place; {@link #flush} writes it and then the header, so that a
 * killed process leaves a file that plays up to there. Silence is what nothing was written to.
 */
final class WavFile implements AutoCloseable {
    static final int HEADER_BYTES = 44;
    static final int WINDOW_SAMPLES = 8000;

    private static final int RATE_HZ = 8000;
    private static final int SAMPLE_BYTES = 2;
    private static final long MOST_SAMPLES = (1L << 31) / SAMPLE_BYTES - WINDOW_SAMPLES; // 37 h; sizes have 32 bits
    private static final int MOST_NAMES = 1000;
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final FileChannel channel;
    private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer window =
            ByteBuffer.allocate(WINDOW_SAMPLES * SAMPLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long windowStart;
    private long lengthSamples; // what was put, in the window or before it
    private boolean dirty;

    private WavFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Makes {@code name.wav}, or {@code name-2.wav} and so on: what exists is never touched, nor a link followed. */
    static WavFile create(Path directory, String name) throws IOException {
        for (int i = 1; ; i++) {
            Path path = directory.resolve(name + (i == 1 ? "" : "-" + i) + ".wav");
            try {
                WavFile file = new WavFile(FileChannel.open(
                        path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY));
                file.writeHeader();
                return file;
            } catch (FileAlreadyExistsException e) {
                if (i == MOST_NAMES) {
                    throw e;
                }
            }
        }
    }

    /** Puts one payload of G.711 at a sample; what comes before the window is too late and left out. */
    void put(long sample, byte[] payload, int lengthBytes, G711 law) throws IOException {
        long end = sample + lengthBytes;
        if (end > MOST_SAMPLES) {
            return;
        }
        if (end > windowStart + WINDOW_SAMPLES) {
            slide(end - WINDOW_SAMPLES / 2);
        }
        for (int i = (int) Math.max(0, windowStart - sample); i < lengthBytes; i++) {
            window.putShort((int) (sample + i - windowStart) * SAMPLE_BYTES, law.linear(payload[i]));
        }
        lengthSamples = Math.max(lengthSamples, end);
        dirty = true;
    }

    /** Writes what the new window leaves out. */
    private void slide(long newStart) throws IOException {
        flush();
        int gone = (int) Math.min(WINDOW_SAMPLES, newStart - windowStart) * SAMPLE_BYTES;
        byte[] bytes = window.array();
        System.arraycopy(bytes, gone, bytes, 0, bytes.length - gone);
        java.util.Arrays.fill(bytes, bytes.length - gone, bytes.length, (byte) 0);
        windowStart = newStart;
    }

    /** Writes all there is, then the header. */
    void flush() throws IOException {
        if (!dirty) {
            return;
        }
        int samples = Math.clamp(lengthSamples - windowStart, 0, WINDOW_SAMPLES);
        writeFully(window.clear().limit(samples * SAMPLE_BYTES), HEADER_BYTES + windowStart * SAMPLE_BYTES);
        window.clear();
        writeHeader();
        dirty = false;
    }

    /** Ends the file at a sample, or where its audio ends if that is later, and returns that. */
    long endNotBefore(long sample) throws IOException {
        long end = Math.min(MOST_SAMPLES, Math.max(sample, lengthSamples));
        flush();
        if (end > lengthSamples) { // the last octet makes the silence before it
            lengthSamples = end;
            writeFully(ByteBuffer.allocate(1), HEADER_BYTES + end * SAMPLE_BYTES - 1);
            writeHeader();
        }
        return end;
    }

    long lengthSamples() {
        return lengthSamples;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void writeHeader() throws IOException {
        int audioBytes = (int) (lengthSamples * SAMPLE_BYTES);
        header.clear();
        header.putInt(0x46464952).putInt(HEADER_BYTES - 8 + audioBytes).putInt(0x45564157); // RIFF, WAVE
        header.putInt(0x20746D66).putInt(16).putShort((short) 1).putShort((short) 1); // fmt: PCM, one channel
        header.putInt(RATE_HZ).putInt(RATE_HZ * SAMPLE_BYTES);
        header.putShort((short) SAMPLE_BYTES).putShort((short) (8 * SAMPLE_BYTES));
        header.putInt(0x61746164).putInt(audioBytes); // data
        writeFully(header.flip(), 0);
    }

    private void writeFully(ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }
}
