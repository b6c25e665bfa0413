package sotto.media.dtmf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import sotto.media.codec.G711;
import sotto.media.packet.RtpView;

/**
 * Audio packets that wait until the audio behind them is known too. A ring of slots in native memory, wiped as they are
 * left. Belongs to the worker that owns the call.
 *
 * <p>Positions count the samples that arrived, so a loss takes no room; one sample is one octet (G.711).
 */
class HoldBack {
    /** What must have arrived behind a packet before it may go: 40 ms, see docs/adr/0005. */
    static final int LOOK_AHEAD_SAMPLES = 320;
    /** Longest payload that is held: 60 ms. */
    static final int LONGEST_SAMPLES = 480;
    /** What is held at most while a packet is searched, with that look-ahead. */
    static final int MOST_SAMPLES = LOOK_AHEAD_SAMPLES + LONGEST_SAMPLES;

    private static final int SLOTS = 32;

    private final int lookAhead; // samples
    private final MemorySegment memory = Arena.ofAuto().allocate((long) SLOTS * LONGEST_SAMPLES);
    private final long[] position = new long[SLOTS];
    private final int[] samples = new int[SLOTS];
    private final int[] timestamp = new int[SLOTS];
    private final boolean[] marker = new boolean[SLOTS];
    private int oldest;
    private int count;
    private int heldSamples;

    HoldBack() {
        this(LOOK_AHEAD_SAMPLES);
    }

    /** @param lookAhead samples that must have arrived behind a packet before it may go */
    HoldBack(int lookAhead) {
        this.lookAhead = lookAhead;
    }

    /**
     * Copies a packet's payload; the oldest makes room where all slots are taken.
     *
     * @param at position of its first sample, not before the end of the last one
     */
    void store(RtpView packet, long at) {
        if (count == SLOTS) {
            dropOldest();
        }
        int slot = (oldest + count) % SLOTS;
        samples[slot] = packet.payloadBytes();
        position[slot] = at;
        timestamp[slot] = packet.timestamp();
        marker[slot] = packet.marker();
        MemorySegment.copy(packet.memory(), packet.payloadOffset(), memory, offset(slot), samples[slot]);
        heldSamples += samples[slot];
        count++;
    }

    /** Position of the first sample of the oldest packet; there must be one. */
    long oldestFrom() {
        return position[oldest];
    }

    /** The oldest packet has its look-ahead. */
    boolean due() {
        return count > 0 && heldSamples - samples[oldest] >= lookAhead;
    }

    /**
     * Puts the oldest packet in the place of one that arrived: its timestamp, marker and payload behind a header of 12
     * octets. Sequence, SSRC and payload type stay those of the one that arrived.
     *
     * @return false where the place is too short, the oldest is dropped then; or where nothing is held
     */
    boolean release(RtpView place) {
        if (count == 0) {
            return false;
        }
        int lengthBytes = RtpView.FIXED_HEADER_BYTES + samples[oldest];
        boolean fits = place.offset() + lengthBytes + RtpView.TAIL_ROOM_BYTES
                <= place.memory().byteSize();
        if (fits) {
            place.memory().set(ValueLayout.JAVA_BYTE, place.offset(), (byte) 0x80); // version 2; no P, X, CC
            place.wrap(place.offset(), lengthBytes);
            place.marker(marker[oldest]);
            place.timestamp(timestamp[oldest]);
            MemorySegment.copy(memory, offset(oldest), place.memory(), place.payloadOffset(), samples[oldest]);
        }
        dropOldest();
        return fits;
    }

    /**
     * Replaces the held samples from {@code from} on, up to but without {@code until}.
     *
     * @return position of the first that was replaced; {@code until} where none was
     */
    long blank(long from, long until, Filler filler) {
        long replacedFrom = until;
        for (int i = 0; i < count; i++) {
            int slot = (oldest + i) % SLOTS;
            long first = Math.max(from, position[slot]);
            long behind = Math.min(until, position[slot] + samples[slot]);
            for (long at = first; at < behind; at++) {
                memory.set(ValueLayout.JAVA_BYTE, offset(slot) + at - position[slot], filler.octet(at));
            }
            if (first < behind) {
                replacedFrom = Math.min(replacedFrom, first);
            }
        }
        return replacedFrom;
    }

    /** Replaces the held samples before {@code until} by silence. */
    void silence(long until, G711 law) {
        for (int i = 0; i < count; i++) {
            int slot = (oldest + i) % SLOTS;
            int length = Math.clamp(until - position[slot], 0, samples[slot]);
            fill(offset(slot), length, law.silence());
        }
    }

    /**
     * Fades held samples, so that an edge is no click.
     *
     * @param from position of the edge's first sample
     * @param in from nothing to as it was; else the other way round
     */
    void fade(long from, int length, boolean in, G711 law) {
        for (int i = 0; i < count; i++) {
            int slot = (oldest + i) % SLOTS;
            long first = Math.max(from, position[slot]);
            long behind = Math.min(from + length, position[slot] + samples[slot]);
            for (long at = first; at < behind; at++) {
                long place = offset(slot) + at - position[slot];
                int step = (int) (in ? at - from : from + length - 1 - at);
                int linear = law.linear(memory.get(ValueLayout.JAVA_BYTE, place));
                memory.set(ValueLayout.JAVA_BYTE, place, law.octet(linear * step / length));
            }
        }
    }

    /** Drops and wipes all. */
    void clear() {
        memory.fill((byte) 0);
        Arrays.fill(position, 0);
        Arrays.fill(samples, 0);
        Arrays.fill(timestamp, 0);
        Arrays.fill(marker, false);
        oldest = 0;
        count = 0;
        heldSamples = 0;
    }

    private void dropOldest() {
        wipe(oldest);
        heldSamples -= samples[oldest];
        oldest = (oldest + 1) % SLOTS;
        count--;
    }

    private void wipe(int slot) {
        fill(offset(slot), samples[slot], (byte) 0);
    }

    private void fill(long at, long octets, byte value) {
        long eight = (value & 0xFFL) * 0x0101_0101_0101_0101L;
        long i = at;
        for (; i + Long.BYTES <= at + octets; i += Long.BYTES) { // a slice to fill would be an object a packet
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, i, eight);
        }
        for (; i < at + octets; i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, value);
        }
    }

    private static long offset(int slot) {
        return (long) slot * LONGEST_SAMPLES;
    }
}
