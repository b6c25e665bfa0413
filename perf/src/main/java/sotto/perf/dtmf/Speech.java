package sotto.perf.dtmf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import sotto.proxy.demo.Wav;

/**
 * Recorded speech that this machine has, as Debian's packages {@code asterisk-core-sounds-*-wav} put it there: prompts, read
 * aloud, not conversation over a telephone. Stateless.
 */
public final class Speech {
    private static final Path DIRECTORY = Path.of("/usr/share/asterisk/sounds");
    private static final String ENDING = ".wav";
    private static final String BEEPS = ".*(beep|dtmf|tone|silence).*"; // tones are no speech

    private Speech() {}

    /** The recordings there are, in an order by the seed. */
    public static List<Path> files(long seed) throws IOException {
        if (!Files.isDirectory(DIRECTORY)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(DIRECTORY)) {
            List<Path> files =
                    new ArrayList<>(all.filter(file -> file.toString().endsWith(ENDING))
                            .filter(file -> !file.toString().matches(BEEPS))
                            .sorted()
                            .toList());
            Collections.shuffle(files, new Random(seed));
            return files;
        }
    }

    /**
     * Some of them, one behind the other.
     *
     * @param from the first one, of the list
     * @param samples how much, where there is so much
     */
    public static short[] read(List<Path> files, int from, int samples) throws IOException {
        short[] speech = new short[samples];
        int filled = 0;
        for (int i = 0; i < files.size() && filled < samples; i++) {
            short[] more = Wav.read(files.get((from + i) % files.size()));
            int taken = Math.min(more.length, samples - filled);
            System.arraycopy(more, 0, speech, filled, taken);
            filled += taken;
        }
        return Arrays.copyOf(speech, filled);
    }
}
