package sotto.perf.dtmf;

import java.util.ArrayList;
import java.util.List;

/**
 * How keys sound, and how they come. The conditions that every receiver must detect under are those of ITU-T Q.24 and ETSI
 * ES 201 235-3, and some beyond.
 *
 * @param name of the group
 * @param tone the keys' own
 * @param line what is beside them
 * @param way how they come
 * @param demand what is asked of a receiver
 */
public record Condition(String name, Tone tone, Line line, Way way, Demand demand) {
    private static final double NONE = -90;
    private static final double WELL_BELOW_DB = 5.5; // 6, but for what rounding does

    /**
     * The keys' tones.
     *
     * @param lowDbm0 level of the row's tone
     * @param highDbm0 level of the column's tone
     * @param off frequencies over their nominal ones, less 1; of either tone, the sign by chance
     * @param onMs length of a tone
     * @param pauseMs between two
     * @param heldMs length of one tone of each number, any of them; 0 where it is like the others
     */
    public record Tone(double lowDbm0, double highDbm0, double off, int onMs, int pauseMs, int heldMs) {
        private static final Tone NOMINAL = new Tone(-10, -10, 0, 70, 70, 0);

        static Tone of(double lowDbm0, double highDbm0, int onMs, int pauseMs) {
            return new Tone(lowDbm0, highDbm0, 0, onMs, pauseMs, 0);
        }

        static Tone off(double share) {
            return new Tone(-10, -10, share, 70, 70, 0);
        }

        static Tone held(int ms) {
            return new Tone(-10, -10, 0, 70, 70, ms);
        }

        /** Length of the longest one. */
        public int longestMs() {
            return Math.max(onMs, heldMs);
        }

        /** Both together. */
        double dbm0() {
            return Level.dbm0(Level.power(lowDbm0) + Level.power(highDbm0));
        }
    }

    /**
     * What is on the line all the time.
     *
     * @param noiseDbm0 of white noise
     * @param dialDbm0 of each tone of a dial tone, 350 and 440 Hz
     * @param dc added to each sample, of 16 bits
     * @param speechDbm0 of recorded speech, while it lasts
     */
    public record Line(double noiseDbm0, double dialDbm0, int dc, double speechDbm0) {
        static final Line CLEAN = new Line(NONE, NONE, 0, NONE);

        static Line noise(double dbm0) {
            return new Line(dbm0, NONE, 0, NONE);
        }

        static Line dialTone(double dbm0) {
            return new Line(NONE, dbm0, 0, NONE);
        }

        static Line directCurrent(int samples) {
            return new Line(NONE, NONE, samples, NONE);
        }

        static Line speech(double dbm0) {
            return new Line(NONE, NONE, 0, dbm0);
        }

        /** Somebody speaks. */
        public boolean isSpeech() {
            return speechDbm0 > NONE;
        }
    }

    /** By what a key comes: tone, telephone-event (RFC 4733), or both in one stream. */
    public enum Carriers {
        TONE(true, false, 0, 0),
        /** A phone, or a gateway, that hears the tone first. */
        EVENT_BEHIND(true, true, 40, 40),
        /** A phone that plays the tone beside what it says of it. */
        EVENT_AHEAD(true, true, -30, 0),
        EVENT_ALONE(false, true, 0, 0);

        private final boolean sounds;
        private final boolean isTold;
        private final int fromMs;
        private final int untilMs;

        /**
         * @param fromMs beginning of the event behind that of the tone
         * @param untilMs the same of its end
         */
        Carriers(boolean sounds, boolean isTold, int fromMs, int untilMs) {
            this.sounds = sounds;
            this.isTold = isTold;
            this.fromMs = fromMs;
            this.untilMs = untilMs;
        }

        /** There is a tone. */
        public boolean sounds() {
            return sounds;
        }

        /** There is an event. */
        public boolean isTold() {
            return isTold;
        }

        /** Sample at which the event of a key begins. */
        int from(Press press) {
            return press.from() + fromMs * Script.RATE / 1000;
        }

        /** Sample behind it. */
        int until(Press press) {
            return press.until() + untilMs * Script.RATE / 1000;
        }
    }

    /**
     * How they come.
     *
     * @param carriers by what
     * @param isTandem the audio was in the other law, in this one, and in the other again before
     * @param lossShare of packets that get lost, one by one
     * @param stallShare of packets that are held up for 20, 40 or 60 ms, all behind them too; then they come at once
     * @param swapShare of packets that the next one overtakes
     */
    public record Way(Carriers carriers, boolean isTandem, double lossShare, double stallShare, double swapShare) {
        static final Way PLAIN = by(Carriers.TONE);
        static final Way TANDEM = new Way(Carriers.TONE, true, 0, 0, 0);
        static final int LONGEST_STALL_PACKETS = 3;

        static Way by(Carriers carriers) {
            return new Way(carriers, false, 0, 0, 0);
        }

        static Way loss(double share) {
            return new Way(Carriers.TONE, false, share, 0, 0);
        }

        static Way stalls(double share) {
            return new Way(Carriers.TONE, false, 0, share, 0);
        }

        static Way swaps(double share) {
            return new Way(Carriers.TONE, false, 0, 0, share);
        }

        /** All that matters is in the audio. */
        boolean isAudio() {
            return carriers == Carriers.TONE && lossShare == 0 && stallShare == 0 && swapShare == 0;
        }
    }

    /** What is asked of a receiver. That nothing comes out is asked everywhere, but for {@link #mostLeakedPercent}. */
    public enum Demand {
        /** To take each key, but for one in 200. */
        TAKEN,
        /** The same, but for one in 100: something that is no noise sounds beside it. */
        TAKEN_BESIDE,
        /** To take each key, and once: all numbers are exact. */
        TAKEN_ONCE,
        /** To tell how many it takes. */
        TOLD,
        /** To take none: it is no key by Q.24. */
        NOT_TAKEN
    }

    /** Somebody speaks, 6 dB softer than the keys. */
    public static final Condition UNDER_SPEECH = beside("speech 6 dB below", Line.speech(-13), Demand.TOLD);

    /** Somebody speaks as loud as the keys are. */
    public static final Condition UNDER_EQUAL_SPEECH = beside("speech as loud", Line.speech(-7), Demand.TOLD);

    /** All of them. */
    public static final List<Condition> ALL = List.of(
            plain("nominal", Tone.NOMINAL),
            plain("loud", Tone.of(-3, -3, 70, 70)),
            plain("weak", Tone.of(-28, -28, 70, 70)),
            plain("weakest", Tone.of(-38, -38, 80, 80)),
            plain("column 4 dB above row", Tone.of(-14, -10, 70, 70)),
            plain("row 8 dB above column", Tone.of(-10, -18, 70, 70)),
            plain("shortest", Tone.of(-10, -10, 40, 40)),
            plain("short pause", Tone.of(-10, -10, 80, 30)),
            plain("long", Tone.of(-10, -10, 400, 100)),
            plain("1.5 % off", Tone.off(0.015)),
            beside("noise 15 dB below", Line.noise(-22), Demand.TAKEN),
            beside("dial tone", Line.dialTone(-15), Demand.TAKEN_BESIDE),
            beside("direct current", Line.directCurrent(700), Demand.TAKEN_BESIDE),
            plain("held", Tone.of(-10, -10, 1000, 100)),
            plain("one held for 3 s", Tone.held(3000)),
            by("tandem of both laws", Way.TANDEM, Demand.TAKEN),
            by("jitter of 60 ms", Way.stalls(0.15), Demand.TAKEN),
            by("tone, then event", Way.by(Carriers.EVENT_BEHIND), Demand.TAKEN_ONCE),
            by("event, then tone", Way.by(Carriers.EVENT_AHEAD), Demand.TAKEN_ONCE),
            by("event alone", Way.by(Carriers.EVENT_ALONE), Demand.TAKEN_ONCE),
            new Condition("20 ms", Tone.of(-10, -10, 20, 60), Line.CLEAN, Way.PLAIN, Demand.TOLD),
            beside("noise 6 dB below", Line.noise(-13), Demand.TOLD),
            beside("speech 10 dB below", Line.speech(-17), Demand.TOLD),
            UNDER_SPEECH,
            UNDER_EQUAL_SPEECH,
            by("1 % of packets lost", Way.loss(0.01), Demand.TOLD),
            by("5 % of packets lost", Way.loss(0.05), Demand.TOLD),
            by("5 % of packets overtaken", Way.swaps(0.05), Demand.TOLD),
            new Condition("4 % off", Tone.off(0.04), Line.CLEAN, Way.PLAIN, Demand.NOT_TAKEN));

    private static Condition plain(String name, Tone tone) {
        return new Condition(name, tone, Line.CLEAN, Way.PLAIN, Demand.TAKEN);
    }

    /** Both tones are -7 dBm0 in all. */
    private static Condition beside(String name, Line line, Demand demand) {
        return new Condition(name, Tone.NOMINAL, line, Way.PLAIN, demand);
    }

    private static Condition by(String name, Way way, Demand demand) {
        return new Condition(name, Tone.NOMINAL, Line.CLEAN, way, demand);
    }

    /** Those under which a key has to be taken. */
    public static List<Condition> must() {
        List<Condition> must = new ArrayList<>(ALL);
        must.removeIf(condition -> !condition.isTaken());
        return List.copyOf(must);
    }

    /** A key has to be taken. */
    public boolean isTaken() {
        return demand == Demand.TAKEN || demand == Demand.TAKEN_BESIDE || demand == Demand.TAKEN_ONCE;
    }

    /** Of its tones, so many may come out for a millisecond: none where nobody speaks over them. */
    double mostLeakedPercent() {
        if (!line.isSpeech()) {
            return 0;
        }
        return tone.dbm0() - line.speechDbm0() > WELL_BELOW_DB ? 2 : 10;
    }
}
