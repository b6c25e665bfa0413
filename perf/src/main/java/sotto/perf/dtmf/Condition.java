package sotto.perf.dtmf;

import java.util.List;

/**
 * How keys sound. The conditions that every receiver must detect under are those of ITU-T Q.24 and ETSI ES 201 235-3, and
 * some beyond.
 *
 * @param name of the group
 * @param lowDbm0 level of the row's tone
 * @param highDbm0 level of the column's tone
 * @param off frequencies over their nominal ones, less 1; of either tone, the sign by chance
 * @param onMs length of a tone
 * @param pauseMs between two
 * @param noiseDbm0 of white noise, all the time
 * @param dialDbm0 of each tone of a dial tone, 350 and 440 Hz, all the time
 * @param dc added to each sample, of 16 bits
 * @param isKey false where nobody may take it for a key
 */
public record Condition(
        String name,
        double lowDbm0,
        double highDbm0,
        double off,
        int onMs,
        int pauseMs,
        double noiseDbm0,
        double dialDbm0,
        int dc,
        boolean isKey) {
    private static final double NONE = -90;

    /** What a receiver has to detect. */
    public static final List<Condition> MUST = List.of(
            plain("nominal", -10, -10, 70, 70),
            plain("loud", -3, -3, 70, 70),
            plain("weak", -28, -28, 70, 70),
            plain("weakest", -38, -38, 80, 80),
            plain("column 4 dB above row", -14, -10, 70, 70),
            plain("row 8 dB above column", -10, -18, 70, 70),
            plain("shortest", -10, -10, 40, 40),
            plain("short pause", -10, -10, 80, 30),
            plain("long", -10, -10, 400, 100),
            new Condition("1.5 % off", -10, -10, 0.015, 70, 70, NONE, NONE, 0, true),
            new Condition("noise 15 dB below", -13, -13, 0, 70, 70, -25, NONE, 0, true),
            new Condition("dial tone", -10, -10, 0, 70, 70, NONE, -15, 0, true),
            new Condition("direct current", -10, -10, 0, 70, 70, NONE, NONE, 700, true));

    /** What is no key by Q.24, but masked all the same. */
    public static final List<Condition> MUST_NOT =
            List.of(new Condition("4 % off", -10, -10, 0.04, 70, 70, NONE, NONE, 0, false));

    /** Something that is no noise sounds beside the keys. */
    public boolean isAccompanied() {
        return dialDbm0 > NONE || dc != 0;
    }

    private static Condition plain(String name, double low, double high, int onMs, int pauseMs) {
        return new Condition(name, low, high, 0, onMs, pauseMs, NONE, NONE, 0, true);
    }
}
