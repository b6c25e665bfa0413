package sotto.media.dtmf;

import sotto.media.codec.G711;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/**
 * The caller's G.711 audio while the mask is on: each packet that arrives is stored, and the oldest that has its
 * look-ahead goes in its place, with silence where a telephone-event was. Belongs to the worker that owns the
 * call.
 *
 * <pre>
 *  arrives    timestamp  goes on
 *  seq 1            160  -        TONE_HELD
 *  seq 2            320  -        TONE_HELD
 *  seq 3            480  seq 3 with timestamp, marker and payload of seq 1
 *  seq 5            800  seq 5 with those of seq 2; seq 4 is lost here as it was before
 *  seq 4            640  -        TONE_HELD: late: its turn is over
 *  seq 6            960  seq 6 with those of seq 3
 * </pre>
 *
 * <p>So each number that goes on is one that came, at most once and in order, and what was withheld is withheld for good.
 */
final class MaskedAudio {
    private static final int LATE_TICKS = 8000; // 1 s: further back is a new clock
    private static final int LONGEST_GAP_TICKS = 1600; // 200 ms: a longer gap ends a press
    private static final int EVENT_HANG_OVER_SAMPLES = 480; // 60 ms: reports of an event come every 50 ms at the latest
    private static final int GAP_HANG_OVER_SAMPLES = 240;

    private final HoldBack held = new HoldBack();
    private final PressPairs pairs = new PressPairs();

    private G711 law = G711.MU_LAW;
    private boolean started;
    private int ssrc;
    private int nextTimestamp;
    private long position; // samples that arrived
    private long blankUntil; // position

    /** Starts afresh; what was held is dropped. */
    void start(G711 newLaw) {
        law = newLaw;
        forget();
    }

    /** Drops and wipes what is held, and all that is known of the stream. */
    void forget() {
        held.clear();
        pairs.clear();
        started = false;
        blankUntil = position;
    }

    /** Takes an audio packet and makes it the one that is due. */
    Verdict process(RtpView packet) {
        int samples = packet.payloadBytes();
        if (samples == 0 || samples > HoldBack.LONGEST_SAMPLES || isLate(packet)) {
            return Verdict.TONE_HELD;
        }
        follow(packet);
        held.store(packet, position);
        position += samples;
        nextTimestamp = packet.timestamp() + samples;
        held.silence(position - samples, blankUntil, law.silence());
        return held.due() && held.release(packet) ? Verdict.NEXT : Verdict.TONE_HELD;
    }

    private boolean isLate(RtpView packet) {
        int gap = packet.timestamp() - nextTimestamp;
        return started && packet.ssrc() == ssrc && gap < 0 && gap > -LATE_TICKS;
    }

    private void follow(RtpView packet) {
        int gap = packet.timestamp() - nextTimestamp;
        if (started && packet.ssrc() != ssrc) { // another clock: what is held has no place on it
            forget();
        } else if (started && gap != 0 && blankUntil > position && gap > 0 && gap <= LONGEST_GAP_TICKS) {
            blankUntil = Math.max(blankUntil, position + GAP_HANG_OVER_SAMPLES); // lost within a press: part of it
        }
        started = true;
        ssrc = packet.ssrc();
    }

    /**
     * Takes a packet of a telephone-event: the same key may sound in the audio around it, and the two need not have one
     * clock, so what is held and what comes next is silenced.
     */
    void event() {
        blankUntil = Math.max(blankUntil, position + EVENT_HANG_OVER_SAMPLES);
        held.silence(position - HoldBack.LOOK_AHEAD_SAMPLES * 4L, position, law.silence());
    }

    /** Tells a press that came as telephone-event; false where its tone was heard before. */
    boolean isNewEvent(int key, RtpView packet) {
        int from = started && Math.abs(packet.timestamp() - nextTimestamp) < 2 * LATE_TICKS
                ? packet.timestamp()
                : nextTimestamp; // a clock of its own: take it as of now
        return pairs.isNew(PressPairs.Carrier.EVENT, key, from, from + (packet.payloadInt(0) & 0xFFFF));
    }

    /** Silence still reaches into audio to come. */
    boolean blanking() {
        return blankUntil > position;
    }
}
