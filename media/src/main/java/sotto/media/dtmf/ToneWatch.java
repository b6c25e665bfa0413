package sotto.media.dtmf;

import java.util.Arrays;
import sotto.media.packet.RtpView;

/**
 * Sees what the mask does about tones, for the evidence: when each blank began and ended beside its tone, and whether a
 * packet went on with a part of a tone in it. Changes nothing. Belongs to the worker that owns the call.
 *
 * <pre>
 *  line          ------------TTTTTTTTTTTTTTTTTT-------------
 *  heard                        ^first 20 ms window  ^last
 *  span                      [------------------------]       from the start of the first to the end of the last
 *  replaced      ------.............................................----
 *                      [lead]                          [trail]
 * </pre>
 *
 * <p>So a span begins at the onset or up to 3 ms before it, and ends up to 3 ms after the tone: lead and trail are no less
 * than what is told. A packet that went on is looked at octet by octet, as it is when it leaves, and kept in mind as one bit a
 * sample: a tone of which the detector is sure only later is held against it too. Which key sounded is not known here.
 */
final class ToneWatch {
    private static final int WINDOW_SAMPLES = 160; // the one that a key is sure in: 20 ms
    private static final int PAUSE_SAMPLES = 288; // longer than that is another press, as ToneKeys has it
    private static final int SPANS = 4;
    private static final int PACKETS = 32;
    private static final int WORDS = 8; // of 64 samples: a packet has 480 at most

    private MaskTally tally = new MaskTally();
    private final long[] spanFrom = new long[SPANS]; // position, as all below
    private final long[] spanUntil = new long[SPANS];
    private int span; // the last one
    private boolean sounding; // the last span may still grow
    private boolean started;
    private long streamFrom;
    private long heardFrom;
    private long heardUntil = Long.MIN_VALUE / 2;

    private boolean blank;
    private boolean toneInBlank;
    private long blankFrom;
    private long blankUntil;

    private final long[] packetFrom = new long[PACKETS];
    private final int[] packetSamples = new int[PACKETS];
    private final long[] passed = new long[PACKETS * WORDS]; // a bit for each sample that was not replaced
    private final boolean[] counted = new boolean[PACKETS];
    private int nextPacket;

    /** From now on this capture is served. */
    void serve(MaskTally capture) {
        tally = capture;
    }

    /** Samples are replaced from {@code from} on, as far as they are held still, up to but without {@code until}. */
    void blank(long from, long until) {
        if (blank && from <= blankUntil) {
            blankFrom = Math.min(blankFrom, from);
            blankUntil = Math.max(blankUntil, until);
        } else {
            endBlank(from);
            blank = true;
            blankFrom = from;
            blankUntil = until;
        }
    }

    /**
     * Takes what the detector said of the last 2 ms.
     *
     * @param heard whether a key was heard
     * @param told whether a press was told of
     * @param position of the sample that comes next
     */
    void step(boolean heard, boolean told, long position) {
        if (!started) {
            started = true;
            streamFrom = position - ToneTables.HOP;
        }
        if (heard) {
            if (position - heardUntil > PAUSE_SAMPLES) {
                heardFrom =
                        Math.max(position - WINDOW_SAMPLES, streamFrom); // may have sounded before secure-pay was on
                sounding = false;
            }
            heardUntil = position;
        }
        if (told && !sounding) {
            begin(position);
        } else if (heard && sounding) {
            long known = spanUntil[span];
            spanUntil[span] = position;
            judgeAll(known, position);
        }
        if (position >= blankUntil) {
            endBlank(position);
        }
    }

    private void begin(long position) {
        sounding = true;
        span = (span + 1) % SPANS;
        spanFrom[span] = heardFrom;
        spanUntil[span] = position;
        toneInBlank = blank;
        tally.lead(heardFrom - (blank ? blankFrom : position));
        judgeAll(heardFrom, position);
    }

    private void endBlank(long position) {
        if (blank && toneInBlank && position >= blankUntil) {
            tally.trail(blankUntil - spanUntil[span]);
        }
        blank = false;
        toneInBlank = false;
    }

    /**
     * Takes a packet as it goes on.
     *
     * @param from position of its first sample
     * @param filler what samples are replaced with
     */
    void goesOn(RtpView packet, long from, Filler filler) {
        int at = nextPacket;
        nextPacket = (nextPacket + 1) % PACKETS;
        packetFrom[at] = from;
        packetSamples[at] = packet.payloadBytes();
        counted[at] = false;
        Arrays.fill(passed, at * WORDS, (at + 1) * WORDS, 0);
        for (int i = 0; i < packetSamples[at]; i++) {
            if ((byte) packet.payloadByte(i) != filler.octet(from + i)) {
                passed[at * WORDS + i / Long.SIZE] |= 1L << i;
            }
        }
        for (int i = 0; i < SPANS; i++) {
            judge(at, spanFrom[i], spanUntil[i]);
        }
    }

    private void judgeAll(long from, long until) {
        for (int at = 0; at < PACKETS; at++) {
            judge(at, from, until);
        }
    }

    private void judge(int at, long from, long until) {
        long first = Math.max(from - packetFrom[at], 0);
        long behind = Math.min(until - packetFrom[at], packetSamples[at]);
        for (long i = first; i < behind && !counted[at]; i++) {
            if ((passed[at * WORDS + (int) (i / Long.SIZE)] & (1L << i)) != 0) {
                counted[at] = true;
                tally.forwarded();
            }
        }
    }

    /** Forgets the stream; the capture is the same. */
    void clear() {
        blank = false;
        toneInBlank = false;
        sounding = false;
        started = false;
        heardUntil = Long.MIN_VALUE / 2;
        Arrays.fill(spanFrom, 0);
        Arrays.fill(spanUntil, 0);
        Arrays.fill(packetFrom, 0);
        Arrays.fill(packetSamples, 0);
        Arrays.fill(passed, 0);
        Arrays.fill(counted, false);
        nextPacket = 0;
        span = 0;
    }
}
