package sotto.perf.dtmf;

import java.util.Arrays;

/** Keys that a detector heard in a script, and when it told them. One thread. */
final class Heard {
    private int[] keys = new int[64];
    private int[] told = new int[64]; // sample behind the packet with which it did
    private int count;

    /** Has a detector hear a whole script. */
    static Heard of(Detector detector, Script script) throws InterruptedException {
        Heard heard = new Heard();
        for (int packet = 0; packet < script.packets(); packet++) {
            detector.hear(script.packet(packet), 0);
            for (int key = detector.next(); key != Detector.NONE; key = detector.next()) {
                heard.add(key, (packet + 1) * Script.PACKET);
            }
        }
        return heard;
    }

    void add(int key, int toldAt) {
        if (count == keys.length) {
            keys = Arrays.copyOf(keys, 2 * count);
            told = Arrays.copyOf(told, 2 * count);
        }
        keys[count] = key;
        told[count++] = toldAt;
    }

    int count() {
        return count;
    }

    /** Keys of a number that were heard, in their order: the longest sequence common to both. */
    int found(Script.Round round) {
        int from = round.presses().getFirst().from();
        int[] common = new int[round.presses().size() + 1]; // by how much of the number
        for (int i = 0; i < count; i++) {
            if (told[i] > from && told[i] <= round.next()) {
                extend(common, round, keys[i]);
            }
        }
        return common[common.length - 1];
    }

    private static void extend(int[] common, Script.Round round, int key) {
        int diagonal = 0; // of the row before
        for (int i = 1; i < common.length; i++) {
            int above = common[i];
            common[i] = round.presses().get(i - 1).digit() == key ? diagonal + 1 : Math.max(above, common[i - 1]);
            diagonal = above;
        }
    }
}
