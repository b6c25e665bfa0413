package sotto.perf.dtmf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import sotto.proxy.demo.Wav;

/** What the tap wrote of a line, laid beside its script by the noise that the line begins with. Stateless. */
public final class TapFile {
    private static final int[] KNOWN_BY = {4, 20, 40, 60}; // marks; the first ones may come before the tap begins

    private TapFile() {}

    /**
     * Reads one.
     *
     * @return sample by sample of the script, 0 where the file has none; empty where it is not seen where the line begins
     */
    public static Optional<short[]> read(Path file, Script script) throws IOException {
        short[] tap = Wav.read(file);
        short[] said = script.decoded();
        for (int mark : KNOWN_BY) {
            int from = mark * Script.PACKET;
            for (int at = 0; at + Script.PACKET <= tap.length; at++) {
                if (Arrays.equals(tap, at, at + Script.PACKET, said, from, from + Script.PACKET)) {
                    return Optional.of(beside(tap, at - from, said.length));
                }
            }
        }
        return Optional.empty();
    }

    private static short[] beside(short[] tap, int begins, int samples) {
        short[] heard = new short[samples];
        for (int i = Math.max(0, -begins); i < samples && begins + i < tap.length; i++) {
            heard[i] = tap[begins + i];
        }
        return heard;
    }
}
