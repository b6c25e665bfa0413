package sotto.perf.dtmf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import sotto.proxy.demo.Wav;

/** What the tap wrote of a line, laid beside its script by the noise that the line begins with. Stateless. */
public final class TapFile {
    private static final int[] KNOWN_BY = {4, 12, 20}; // marks; the first ones may come before the tap begins

    private TapFile() {}

    /**
     * Reads one.
     *
     * @return sample by sample of the script; 0 where the file has none
     * @throws IOException where it is no recording of that line
     */
    public static short[] read(Path file, Script script) throws IOException {
        short[] tap = Wav.read(file);
        short[] said = script.decoded();
        for (int mark : KNOWN_BY) {
            int from = mark * Script.PACKET;
            for (int at = 0; at + Script.PACKET <= tap.length; at++) {
                if (Arrays.equals(tap, at, at + Script.PACKET, said, from, from + Script.PACKET)) {
                    return beside(tap, at - from, said.length);
                }
            }
        }
        throw new IOException(file.getFileName() + " does not begin as the line did");
    }

    private static short[] beside(short[] tap, int begins, int samples) {
        short[] heard = new short[samples];
        for (int i = Math.max(0, -begins); i < samples && begins + i < tap.length; i++) {
            heard[i] = tap[begins + i];
        }
        return heard;
    }
}
