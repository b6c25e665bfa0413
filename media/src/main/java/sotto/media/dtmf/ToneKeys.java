package sotto.media.dtmf;

/**
 * Judges what {@link ToneBank} measures, every 2 ms: whether there may be a key in the audio, which is then blanked, and
 * whether a key was pressed. Two questions: doubt mutes, but a press must be sure. Belongs to the worker that owns the
 * call.
 *
 * <pre>
 *  2 ms steps that hear a key   told
 *  5 5 5 5 5 5                  5 at the sixth: the tone has lasted about 28 ms
 *  5 5 - - 5 5                  -, a dropout does not end it (ITU-T Q.24 §2.5)
 *  - (18 times) 5 5 5 5 5 5     5 again: a pause of more than 20 ms, or a little less (ES 201 235-3 §4.2.2)
 *  5 5 5 6 6 6 6 6 6            6: another key needs no pause
 * </pre>
 *
 * <p>Doubt comes sooner for 300 ms behind each step that hears a key, and for 3 s behind a press, see docs/adr/0016.
 */
final class ToneKeys {
    /** No press is told. */
    static final int NONE = -1;

    private static final int STEPS_OF_A_PRESS = 6;
    private static final int STEPS_OF_A_PAUSE = 18;
    private static final int WINDOW = 2; // 20 ms
    private static final int STEPS_BEFORE_FIRST = 8; // of that window, until it is full enough to hear a key

    private static final double DBM0_PEAK = 22_300; // a sine of 0 dBm0: 3.17 dB below 32,124
    /** Of both tones: a pair each of whose tones is as loud as {@link #LEAST_TONE_POWER} is louder in every window. */
    static final float LEAST_LINE_POWER = power(-48);

    private static final float LEAST_TONE_POWER = power(-44);
    /** Of each window's energy; set on 101 minutes of recorded speech: all of this together mutes 0.2 % of it. */
    private static final float[] DOUBT = {0.88f, 0.80f, 0.75f, 0.70f};

    private static final float LEAST_DOUBT = 0.69f;
    /** Once there was doubt, that much less will do: a tone 4 % off has stretches that only its beginning explains. */
    private static final float LESS = 0.08f;
    /** Where another key is likely, that much less: its tone may have a voice over it. */
    private static final float LIKELY_LESS = 0.25f;

    private static final int STEPS_BEHIND_A_TONE = 150; // 300 ms: if it is one, it goes on
    private static final int STEPS_BEHIND_A_PRESS = 1500; // 3 s: numbers are keyed key by key
    private static final float DOUBT_TWIST = ratio(11.5); // a key by Q.24 has 8 dB at most (AT&T)
    private static final float SURE = 0.86f;
    /** Not behind a step alone that hears a key: with that, 24 ms would be a press. */
    private static final float SURE_BEHIND_A_PRESS = 0.80f;

    private static final float SURE_LOW_OVER_HIGH = ratio(10); // Q.24 asks for 4 to 8 dB either way
    private static final float SURE_HIGH_OVER_LOW = ratio(11);
    /** RFC 4733 §3.2 numbers the keys; here by row and column of ITU-T Q.23. */
    private static final byte[] KEY = {1, 2, 3, 12, 4, 5, 6, 13, 7, 8, 9, 14, 10, 0, 11, 15};

    private boolean hears;
    private int likely; // steps from now on
    private int pressed = NONE;
    private int misses;
    private int candidate = NONE;
    private int hits;

    void clear() {
        hears = false;
        likely = 0;
        pressed = NONE;
        candidate = NONE;
        hits = 0;
        misses = 0;
    }

    /**
     * There may be a key in what the bank heard last.
     *
     * @param stays the audio is blanked anyway as of now
     */
    boolean doubtful(ToneBank bank, boolean stays) {
        float less = (stays ? LESS : 0) + (isLikely() ? LIKELY_LESS : 0);
        for (int window = 0; window < ToneTables.WINDOWS; window++) {
            if (bank.share[window] >= DOUBT[window] - less
                    && bank.power[window] >= LEAST_LINE_POWER
                    && bank.lowPower[window] < DOUBT_TWIST * bank.highPower[window]
                    && bank.highPower[window] < DOUBT_TWIST * bank.lowPower[window]) {
                return true;
            }
        }
        return false;
    }

    /** A press was told of, by whichever carrier: another one is likely to come. */
    void expect() {
        likely = STEPS_BEHIND_A_PRESS;
    }

    /** Somebody seems to be keying. */
    boolean isLikely() {
        return likely > 0;
    }

    /** What is below that share of a window's energy is no matter to anybody here. */
    float leastShare() {
        return isLikely() ? LEAST_DOUBT - LIKELY_LESS : LEAST_DOUBT;
    }

    /** Takes a step of 2 ms; the key where a press is sure as of now, else {@link #NONE}. */
    int step(ToneBank bank) {
        int heard = heard(bank, likely > STEPS_BEHIND_A_TONE ? SURE_BEHIND_A_PRESS : SURE);
        hears = heard != NONE;
        likely = hears ? Math.max(likely - 1, STEPS_BEHIND_A_TONE) : Math.max(likely - 1, 0);
        if (heard == candidate && heard != NONE) {
            hits = Math.min(hits + 1, STEPS_OF_A_PRESS);
        } else if (heard != NONE) {
            candidate = heard;
            hits = 1;
        } else {
            hits = Math.max(hits - 1, 0);
        }
        misses = heard == pressed ? 0 : misses + 1;
        if (misses >= STEPS_OF_A_PAUSE) {
            pressed = NONE;
        }
        if (heard == NONE || heard == pressed || hits < STEPS_OF_A_PRESS || !bank.onFrequency(WINDOW)) {
            return NONE;
        }
        pressed = heard;
        misses = 0;
        expect();
        return heard;
    }

    /** A key was heard in the last step, whether a press was told of or not. */
    boolean hears() {
        return hears;
    }

    /** The key of the last press that was told of, while it is heard; else {@link #NONE}. */
    int sounding() {
        return hears && misses == 0 ? pressed : NONE;
    }

    /** Samples between the onset of the press just told, about, and now. */
    int age() {
        return (hits + STEPS_BEFORE_FIRST) * ToneTables.HOP;
    }

    private static int heard(ToneBank bank, float leastShare) {
        float low = bank.lowPower[WINDOW];
        float high = bank.highPower[WINDOW];
        boolean sure = bank.share[WINDOW] >= leastShare
                && Math.min(low, high) >= LEAST_TONE_POWER
                && low <= SURE_LOW_OVER_HIGH * high
                && high <= SURE_HIGH_OVER_LOW * low;
        return sure ? KEY[ToneTables.GROUP * bank.row(WINDOW) + bank.column(WINDOW)] : NONE;
    }

    /** Mean square of a sine so loud, of 16-bit samples. */
    static float power(double dbm0) {
        return (float) (DBM0_PEAK * DBM0_PEAK / 2 * ratio(dbm0));
    }

    private static float ratio(double decibel) {
        return (float) Math.pow(10, decibel / 10);
    }
}
