package sotto.perf.dtmf;

import java.util.ArrayList;
import java.util.List;

/**
 * How keys sound. The conditions that every receiver must detect under are those of ITU-T Q.24 and ETSI ES 201 235-3, and
 * some beyond.
 *
 * @param name of the group
 * @param tone the keys' own
 * @param line what is beside them
 * @param demand what is asked of a receiver
 */
public record Condition(String name, Tone tone, Line line, Demand demand) {
    private static final double NONE = -90;

    /**
     * The keys' tones.
     *
     * @param lowDbm0 level of the row's tone
     * @param highDbm0 level of the column's tone
     * @param off frequencies over their nominal ones, less 1; of either tone, the sign by chance
     * @param onMs length of a tone
     * @param pauseMs between two
     */
    public record Tone(double lowDbm0, double highDbm0, double off, int onMs, int pauseMs) {}

    /**
     * What is on the line all the time.
     *
     * @param noiseDbm0 of white noise
     * @param dialDbm0 of each tone of a dial tone, 350 and 440 Hz
     * @param dc added to each sample, of 16 bits
     * @param speechDbm0 of recorded speech, while it lasts
     * @param lossShare of packets that get lost, one by one
     */
    public record Line(double noiseDbm0, double dialDbm0, int dc, double speechDbm0, double lossShare) {
        static final Line CLEAN = new Line(NONE, NONE, 0, NONE, 0);

        static Line noise(double dbm0) {
            return new Line(dbm0, NONE, 0, NONE, 0);
        }

        static Line dialTone(double dbm0) {
            return new Line(NONE, dbm0, 0, NONE, 0);
        }

        static Line directCurrent(int samples) {
            return new Line(NONE, NONE, samples, NONE, 0);
        }

        static Line speech(double dbm0) {
            return new Line(NONE, NONE, 0, dbm0, 0);
        }

        static Line loss(double share) {
            return new Line(NONE, NONE, 0, NONE, share);
        }

        /** Somebody speaks. */
        public boolean isSpeech() {
            return speechDbm0 > NONE;
        }
    }

    /** What is asked of a receiver. That nothing comes out is asked everywhere. */
    public enum Demand {
        /** To take each key, but for one in 200. */
        TAKEN,
        /** The same, but for one in 100: something that is no noise sounds beside it. */
        TAKEN_BESIDE,
        /** To tell how many it takes. */
        TOLD,
        /** To take none: it is no key by Q.24. */
        NOT_TAKEN
    }

    /** All of them. */
    public static final List<Condition> ALL = List.of(
            plain("nominal", -10, -10, 70, 70),
            plain("loud", -3, -3, 70, 70),
            plain("weak", -28, -28, 70, 70),
            plain("weakest", -38, -38, 80, 80),
            plain("column 4 dB above row", -14, -10, 70, 70),
            plain("row 8 dB above column", -10, -18, 70, 70),
            plain("shortest", -10, -10, 40, 40),
            plain("short pause", -10, -10, 80, 30),
            plain("long", -10, -10, 400, 100),
            off("1.5 % off", 0.015, Demand.TAKEN),
            beside("noise 15 dB below", Line.noise(-22), Demand.TAKEN),
            beside("dial tone", Line.dialTone(-15), Demand.TAKEN_BESIDE),
            beside("direct current", Line.directCurrent(700), Demand.TAKEN_BESIDE),
            plain("held", -10, -10, 1000, 100),
            beside("noise 6 dB below", Line.noise(-13), Demand.TOLD),
            beside("speech 10 dB below", Line.speech(-17), Demand.TOLD),
            beside("1 % of packets lost", Line.loss(0.01), Demand.TOLD),
            beside("5 % of packets lost", Line.loss(0.05), Demand.TOLD),
            off("4 % off", 0.04, Demand.NOT_TAKEN));

    private static Condition plain(String name, double low, double high, int onMs, int pauseMs) {
        return new Condition(name, new Tone(low, high, 0, onMs, pauseMs), Line.CLEAN, Demand.TAKEN);
    }

    private static Condition off(String name, double share, Demand demand) {
        return new Condition(name, new Tone(-10, -10, share, 70, 70), Line.CLEAN, demand);
    }

    /** Both tones are -7 dBm0 in all. */
    private static Condition beside(String name, Line line, Demand demand) {
        return new Condition(name, new Tone(-10, -10, 0, 70, 70), line, demand);
    }

    /** Those under which a key has to be taken. */
    public static List<Condition> must() {
        List<Condition> must = new ArrayList<>(ALL);
        must.removeIf(condition -> !condition.isTaken());
        return List.copyOf(must);
    }

    /** A key has to be taken. */
    public boolean isTaken() {
        return demand == Demand.TAKEN || demand == Demand.TAKEN_BESIDE;
    }
}
