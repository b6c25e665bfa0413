package sotto.proxy.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** A WAV file with one steady tone: what a softphone says, so that the other end can tell who it was. */
final class ToneFile {
    private static final int TELEPHONE_HZ = 8000;
    private static final int HEADER_BYTES = 44;

    private ToneFile() {}

    /** Writes 16-bit mono, 8 kHz, at −16 dBm0 or so. */
    static Path write(Path file, double frequencyHz, int seconds) throws IOException {
        return write(file, TELEPHONE_HZ, frequencyHz, seconds);
    }

    /** The same at another rate. */
    static Path write(Path file, int rateHz, double frequencyHz, int seconds) throws IOException {
        int samples = rateHz * seconds;
        ByteBuffer wav = ByteBuffer.allocate(HEADER_BYTES + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
        wav.put(new byte[] {'R', 'I', 'F', 'F'}).putInt(HEADER_BYTES - 8 + 2 * samples);
        wav.put(new byte[] {'W', 'A', 'V', 'E', 'f', 'm', 't', ' '});
        wav.putInt(16).putShort((short) 1).putShort((short) 1); // linear PCM, one channel
        wav.putInt(rateHz).putInt(2 * rateHz).putShort((short) 2).putShort((short) 16);
        wav.put(new byte[] {'d', 'a', 't', 'a'}).putInt(2 * samples);
        for (int i = 0; i < samples; i++) {
            wav.putShort((short) Math.round(4000 * Math.sin(2 * Math.PI * frequencyHz * i / rateHz)));
        }
        return Files.write(file, wav.array());
    }
}
