package sotto.proxy.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** A WAV file with one steady tone: what a softphone says, so that the other end can tell who it was. */
final class ToneFile {
    private static final int HEADER_BYTES = 44;

    private ToneFile() {}

    /** Writes 16-bit mono, 8 kHz, at −16 dBm0 or so. */
    static Path write(Path file, double frequencyHz, int seconds) throws IOException {
        return write(file, 8000, 1, frequencyHz, seconds);
    }

    /** The same at 48 kHz with two channels, as who speaks Opus wants it. */
    static Path wide(Path file, double frequencyHz, int seconds) throws IOException {
        return write(file, 48_000, 2, frequencyHz, seconds);
    }

    private static Path write(Path file, int rateHz, int channels, double frequencyHz, int seconds) throws IOException {
        int frames = rateHz * seconds;
        int bytes = 2 * channels * frames;
        ByteBuffer wav = ByteBuffer.allocate(HEADER_BYTES + bytes).order(ByteOrder.LITTLE_ENDIAN);
        wav.put(new byte[] {'R', 'I', 'F', 'F'}).putInt(HEADER_BYTES - 8 + bytes);
        wav.put(new byte[] {'W', 'A', 'V', 'E', 'f', 'm', 't', ' '});
        wav.putInt(16).putShort((short) 1).putShort((short) channels); // linear PCM
        wav.putInt(rateHz).putInt(2 * channels * rateHz);
        wav.putShort((short) (2 * channels)).putShort((short) 16);
        wav.put(new byte[] {'d', 'a', 't', 'a'}).putInt(bytes);
        for (int i = 0; i < frames; i++) {
            short sample = (short) Math.round(4000 * Math.sin(2 * Math.PI * frequencyHz * i / rateHz));
            for (int channel = 0; channel < channels; channel++) {
                wav.putShort(sample);
            }
        }
        return Files.write(file, wav.array());
    }
}
