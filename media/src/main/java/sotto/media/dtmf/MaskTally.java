package sotto.media.dtmf;

import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What one capture's mask saw and did, as counts and extremes: nothing in it tells of a single press. Written by the worker
 * that owns the call; read by anyone, at any time.
 */
public final class MaskTally {
    /** How a capture came to its end. */
    public enum End {
        /** It has not: the caller is masked. */
        NONE,
        /** The caller's audio passes again. */
        SPEECH,
        /** The next capture began before it did. */
        NEXT_CAPTURE,
        /** The call was over first. */
        CALL_OVER
    }

    private static final int EVENTS = 0;
    private static final int TONES = 1;
    private static final int TAKEN = 2;
    private static final int FORWARDED = 3;
    private static final int LEAD = 4;
    private static final int TRAIL = 5;
    private static final int SPEECH_NS = 6;
    private static final int INFOS = 7;
    private static final int FIELDS = 8;
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final AtomicLongArray fields = new AtomicLongArray(FIELDS);
    private volatile End end = End.NONE;

    MaskTally() {
        fields.setPlain(LEAD, UNKNOWN);
        fields.setPlain(TRAIL, UNKNOWN);
    }

    void event() {
        count(EVENTS);
    }

    void tone() {
        count(TONES);
    }

    void info() {
        count(INFOS);
    }

    void take() {
        count(TAKEN);
    }

    void forwarded() {
        count(FORWARDED);
    }

    void lead(long samples) {
        least(LEAD, samples);
    }

    void trail(long samples) {
        least(TRAIL, samples);
    }

    /** The first end is the end. */
    void end(End how, long nowNs) {
        if (end == End.NONE) {
            fields.setPlain(SPEECH_NS, nowNs);
            end = how;
        }
    }

    private void count(int field) {
        fields.setRelease(field, fields.getPlain(field) + 1); // one writer
    }

    private void least(int field, long samples) {
        fields.setRelease(field, Math.min(fields.getPlain(field), samples));
    }

    /** Presses seen as telephone-event. */
    public long telephoneEvents() {
        return fields.getAcquire(EVENTS);
    }

    /** Presses heard in band. */
    public long inBandTones() {
        return fields.getAcquire(TONES);
    }

    /** Presses told of by SIP INFO. */
    public long infoKeys() {
        return fields.getAcquire(INFOS);
    }

    /** Presses given to the reader, each once whichever carriers told of it. */
    public long taken() {
        return fields.getAcquire(TAKEN);
    }

    /** Packets that went on with a sample of a tone in them that was not replaced. */
    public long packetsForwarded() {
        return fields.getAcquire(FORWARDED);
    }

    /**
     * Samples from the first that was replaced to the onset of a tone, the least over all tones: below 0 where a tone began
     * before its blank. Empty where no tone was heard.
     */
    public OptionalInt leastLeadSamples() {
        return samples(LEAD);
    }

    /** Samples from the end of a tone to the last that was replaced, the least over all tones that ended while masked. */
    public OptionalInt leastTrailSamples() {
        return samples(TRAIL);
    }

    private OptionalInt samples(int field) {
        long samples = fields.getAcquire(field);
        return samples == UNKNOWN ? OptionalInt.empty() : OptionalInt.of(Math.toIntExact(samples));
    }

    public End end() {
        return end;
    }

    /** When the caller's audio passed again, as {@link System#nanoTime}; empty before that, and for any other end. */
    public OptionalLong speechNs() {
        return end == End.SPEECH ? OptionalLong.of(fields.getAcquire(SPEECH_NS)) : OptionalLong.empty();
    }
}
