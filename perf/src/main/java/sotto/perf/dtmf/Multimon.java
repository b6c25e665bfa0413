package sotto.perf.dtmf;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** multimon-ng, a receiver of somebody else's (Debian: {@code multimon-ng}), where it is installed. Stateless. */
public final class Multimon {
    private static final Path PROGRAM = Path.of("/usr/bin/multimon-ng");
    private static final int RATE = 22_050; // that it wants

    private Multimon() {}

    public static boolean isInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    /** Keys that it hears in audio of {@link Script#RATE} samples a second. */
    public static int keys(short[] samples) throws IOException, InterruptedException {
        Path said = Files.createTempFile("sotto-multimon", ".txt");
        try {
            Process process = new ProcessBuilder(PROGRAM.toString(), "-q", "-a", "DTMF", "-t", "raw", "-")
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(resampled(samples));
            }
            if (process.waitFor() != 0) {
                throw new IOException("multimon-ng: " + Files.readString(said));
            }
            return (int) Files.readAllLines(said).stream()
                    .filter(line -> line.startsWith("DTMF: "))
                    .count();
        } finally {
            Files.delete(said);
        }
    }

    /** By straight lines: what that adds is far above the tones. */
    private static byte[] resampled(short[] samples) {
        int count = (int) ((long) (samples.length - 1) * RATE / Script.RATE);
        ByteBuffer octets = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            double at = (double) i * Script.RATE / RATE;
            int before = (int) at;
            double part = at - before;
            octets.putShort((short) (samples[before] * (1 - part) + samples[before + 1] * part));
        }
        return octets.array();
    }
}
