package sotto.media.dtmf;

import java.util.Arrays;
import sotto.media.codec.G711;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/**
 * The caller's G.711 audio while the mask is on: each packet that arrives is searched for tones and stored, and the
 * oldest that has its look-ahead goes in its place, with a {@link Filling} where a key may be. Belongs to the worker that owns the
 * call.
 *
 * <pre>
 *  arrives    timestamp  goes on
 *  seq 1            160  -        TONE_HELD
 *  seq 2            320  -        TONE_HELD
 *  seq 3            480  seq 3 with timestamp, marker and payload of seq 1
 *  seq 5            800  seq 5 with those of seq 2; seq 4 is missing here as it was before
 *  seq 4            640  -        TONE_HELD: late, it cannot be searched any more
 *  seq 6            960  seq 6 with those of seq 3
 * </pre>
 *
 * <p>So each number that goes on is one that came, at most once and in order, and what was withheld is withheld for good.
 */
final class MaskedAudio {
    /** Who takes the keys that are heard. */
    interface Listener {
        /**
         * Takes a key that was heard in band.
         *
         * @param isNew false where another carrier told of the same press
         */
        void heard(int key, boolean isNew);
    }

    /** A tone may have begun that long before it is doubted: the longest window, and more under noise. */
    private static final int BLANK_BEFORE_SAMPLES = 296; // 37 ms; must not pass look-ahead less a hop

    private static final int BLANK_BEHIND_SAMPLES = 128; // 16 ms
    private static final int LIKELY_BEHIND_SAMPLES = 256; // where somebody seems to be keying
    private static final int EVENT_HANG_OVER_SAMPLES = 480; // 60 ms: reports of an event come every 50 ms at the latest
    private static final int GAP_HANG_OVER_SAMPLES = 240;
    private static final int LATE_TICKS = 8000; // 1 s: further back is a new clock
    private static final int LONGEST_GAP_TICKS = 1600; // 200 ms: a longer gap ends a press
    private static final long ALL = Long.MIN_VALUE / 2; // before anything that is held
    private static final int FADE_SAMPLES = 16; // 2 ms of what passes, before and behind a blank
    private static final int END_SAMPLES = 320; // without a tone, before speech may pass unsearched
    private static final int TICKS_A_MS = 8;
    private static final long NS_A_TICK = 1_000_000 / TICKS_A_MS;

    private final Listener listener;
    private final HoldBack held;
    private final Filler filler = new Filler();
    private final PressPairs pairs = new PressPairs();
    private final LineFilter filter = new LineFilter();
    private final ToneBank bank = new ToneBank();
    private final ToneKeys tones = new ToneKeys();
    private final ToneWatch watch = new ToneWatch();
    private final float[] hop = new float[ToneTables.HOP];
    private int hopSamples;

    private G711 law = G711.MU_LAW;
    private boolean started;
    private int ssrc;
    private int nextTimestamp;
    private long audioNs; // when it was that
    private long position; // samples that arrived
    private long blankUntil; // position
    private long doubts;
    private boolean fadesIn; // once the blank is over
    private long endFrom; // position

    MaskedAudio(Listener listener, HoldBack held) {
        this.listener = listener;
        this.held = held;
    }

    /** From now on this capture is served: what is seen of tones goes there. */
    void serve(MaskTally capture) {
        watch.serve(capture);
    }

    /** Starts afresh; what was held is dropped. */
    void start(G711 newLaw, Filling filling) {
        law = newLaw;
        filler.start(filling, newLaw);
        forget();
    }

    /** Drops and wipes what is held, and all that is known of the stream. */
    void forget() {
        held.clear();
        filler.forget();
        pairs.clear();
        watch.clear();
        forgetTones();
        started = false;
        ssrc = 0;
        nextTimestamp = 0;
        audioNs = 0;
        blankUntil = position;
        fadesIn = false;
    }

    private void forgetTones() {
        filter.clear();
        bank.clear();
        tones.clear();
        Arrays.fill(hop, 0);
        hopSamples = 0;
    }

    /** Takes an audio packet and makes it the one that is due. */
    Verdict process(RtpView packet, long nowNs) {
        int samples = packet.payloadBytes();
        if (samples == 0 || samples > HoldBack.LONGEST_SAMPLES || isLate(packet)) {
            return Verdict.TONE_HELD;
        }
        follow(packet);
        held.store(packet, position);
        held.blank(position, blankUntil, filler);
        nextTimestamp = packet.timestamp();
        audioNs = nowNs;
        for (int i = 0; i < samples; i++) {
            short linear = law.linear(packet.payloadByte(i));
            hop[hopSamples++] = filter.next(linear);
            if (position >= blankUntil) {
                filler.hear(linear);
            }
            position++;
            nextTimestamp++;
            if (hopSamples == ToneTables.HOP) {
                hopSamples = 0;
                search();
            }
        }
        return held.due() ? release(packet) : Verdict.TONE_HELD;
    }

    private Verdict release(RtpView packet) {
        long from = held.oldestFrom();
        if (!held.release(packet)) {
            return Verdict.TONE_HELD;
        }
        watch.goesOn(packet, from, filler);
        return Verdict.NEXT;
    }

    private void search() {
        bank.hop(hop, tones.leastShare());
        if (tones.doubtful(bank, position < blankUntil)) {
            int behind = tones.isLikely() ? LIKELY_BEHIND_SAMPLES : BLANK_BEHIND_SAMPLES;
            blank(position - BLANK_BEFORE_SAMPLES, position + behind);
        } else if (fadesIn && position >= blankUntil + FADE_SAMPLES) {
            held.fade(blankUntil, FADE_SAMPLES, true, law);
            fadesIn = false;
        }
        int key = tones.step(bank);
        watch.step(tones.hears(), key != ToneKeys.NONE, position);
        if (key != ToneKeys.NONE) {
            int from = nextTimestamp - tones.age();
            listener.heard(key, pairs.isNew(PressPairs.Carrier.TONE, key, from, nextTimestamp));
        } else if (tones.sounding() != ToneKeys.NONE) {
            pairs.goesOn(PressPairs.Carrier.TONE, tones.sounding(), nextTimestamp);
        }
    }

    /** How often so far a key was taken to be possible: another number than before says that one may sound just now. */
    long doubts() {
        return doubts;
    }

    private void blank(long from, long until) {
        doubts++;
        if (blankUntil <= position) {
            filler.begin(
                    position - blankUntil >= HoldBack.MOST_SAMPLES); // else something of the last one is still held
            long fadeFrom = Math.max(from - FADE_SAMPLES, blankUntil);
            held.fade(fadeFrom, (int) Math.max(0, from - fadeFrom), false, law);
        }
        blankUntil = Math.max(blankUntil, until);
        watch.blank(held.blank(from, blankUntil, filler), blankUntil);
        fadesIn = true;
    }

    private boolean isLate(RtpView packet) {
        int gap = packet.timestamp() - nextTimestamp;
        return started && packet.ssrc() == ssrc && gap < 0 && gap > -LATE_TICKS;
    }

    private void follow(RtpView packet) {
        int gap = packet.timestamp() - nextTimestamp;
        if (started && packet.ssrc() != ssrc) { // another clock: what is held has no place on it
            forget();
        } else if (started && (gap < 0 || gap > LONGEST_GAP_TICKS)) {
            forgetTones();
        } else if (started && gap > 0 && blankUntil > position) { // lost within a press: the rest belongs to it
            doubts++;
            blankUntil = Math.max(blankUntil, position + GAP_HANG_OVER_SAMPLES);
            watch.blank(position, blankUntil);
        }
        started = true;
        ssrc = packet.ssrc();
    }

    /**
     * Takes a packet of a telephone-event, or an INFO: the same key may sound in the audio around it, and the two need not
     * have one clock, so what is held and what comes next is silenced.
     */
    void event() {
        tones.expect();
        blank(ALL, position + EVENT_HANG_OVER_SAMPLES);
    }

    /**
     * RTP time of the audio at which a telephone-event began.
     *
     * @param began by its own timestamp, which counts where it is near
     * @param agoTicks else: how long before now
     */
    int eventFrom(int began, int agoTicks, long nowNs) {
        int now = timestamp(nowNs);
        return started && Math.abs(began - now) < 2 * LATE_TICKS ? began : now - agoTicks;
    }

    /** Tells a press that came as telephone-event; false where another carrier told of it before. */
    boolean isNewEvent(PressPairs.Carrier carrier, int key, int from, int durationTicks) {
        return pairs.isNew(carrier, key, from, from + durationTicks);
    }

    /** Tells that the last press of that key by that carrier has lasted so long. */
    void eventGoesOn(PressPairs.Carrier carrier, int key, int until) {
        pairs.goesOn(carrier, key, until);
    }

    /** Fades the edge of a packet at which audio is left out: its end before, its beginning behind. */
    void fade(RtpView packet, boolean in) {
        int samples = packet.payloadBytes();
        int length = Math.min(FADE_SAMPLES, samples);
        for (int i = 0; i < length; i++) {
            int at = in ? i : samples - 1 - i;
            packet.payloadByte(at, law.octet(law.linear(packet.payloadByte(at)) * i / length));
        }
    }

    /** Tells a press that came by INFO, which has no clock: it ended just now; false as for an event. */
    boolean isNewInfo(int key, int durationMs, long nowNs) {
        int until = timestamp(nowNs);
        return pairs.isNew(PressPairs.Carrier.INFO, key, until - durationMs * TICKS_A_MS, until);
    }

    /** RTP time: that of the newest audio, and what went by since, for phones fall silent while they tell of keys. */
    private int timestamp(long nowNs) {
        return nextTimestamp + (int) ((nowNs - audioNs) / NS_A_TICK);
    }

    /** From now on, whether a press is still under way is asked. */
    void end() {
        endFrom = position;
    }

    /** No press has been heard in the audio since the end was asked for, nor at that time. */
    boolean isQuiet() {
        return position - Math.max(endFrom, blankUntil) >= END_SAMPLES;
    }
}
