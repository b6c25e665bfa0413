package sotto.media.rtp;

import java.util.concurrent.atomic.AtomicLong;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/**
 * Makes one stream of our own of what one leg sends: own SSRC, sequence numbers that run on over packets withheld on
 * purpose and over a change of the source's SSRC, gaps of real loss kept, and the other leg's payload types. Belongs to
 * the worker that owns the call; {@link #sent} and {@link #sentBytes} may be read anywhere.
 *
 * <pre>
 *  ssrc  seq       out
 *     A   10       100   first
 *     A   11       101
 *     A   13       103   12 may be late: its place stays free
 *     A   12       102   late, takes its place
 *     A   14  withheld   no place
 *     A   15       104
 *     A   18  withheld   no place; 16 and 17 keep theirs, 105 and 106
 *     A   19       107
 *     A   17       106   late, from before the closed gap
 *     A   14        -    withheld is for good: RTP_DUPLICATE, its place was given away
 *     A   21       109
 *     A   20  withheld   too late to close: 108 stays empty, nothing moves
 *     A   22       110
 *     B  900       111   other source: runs on, marker set, timestamp by arrival
 *     B  899       112   from before what B began with: 110 was sent, so it runs on
 *     A   23       113   the source before, again: runs on
 *     A 9000       114   restart (RFC 3550 A.1): runs on
 * </pre>
 *
 * <p>So a number is never sent twice: it is the place of a number of the same run, or one above all sent before.
 */
public final class Rewrite implements Stage {
    private static final int SEQUENCES = 1 << 16;
    private static final int PAYLOAD_TYPES = 128;
    private static final int LARGEST_SHIFT_S = 2;

    private final int ssrc;
    private final byte[] payloadTypes = new byte[PAYLOAD_TYPES];
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong sentBytes = new AtomicLong();

    private final SequenceWindow used = new SequenceWindow();
    private final SequenceWindow withheld = new SequenceWindow();
    private boolean started;
    private int sourceSsrc;
    private int highestIn; // newest number of the source, sent or withheld
    private int highestOut; // its place; where it is withheld, the place below it
    private int reach; // numbers behind highestIn that belong to the same run, as far as the window goes

    private int clockRateHz = 8_000; // of G.711
    private int timestampOffset;
    private boolean anchored; // false until the first packet of a source gave timestampOffset
    private boolean runBegins; // the next packet out is the first of a run
    private int lastTimestamp;
    private long lastSentNs;

    /**
     * @param ssrc ours on the outgoing leg
     * @param firstSequence random (RFC 3550 §5.1); below 2^15 where the leg is SRTP (RFC 3711 §3.3.1)
     */
    public Rewrite(int ssrc, int firstSequence) {
        this.ssrc = ssrc;
        this.highestOut = (firstSequence - 1) & 0xFFFF;
        for (int type = 0; type < PAYLOAD_TYPES; type++) {
            payloadTypes[type] = (byte) type;
        }
    }

    /** RTP clock of what is sent; takes effect on the next packet. */
    public void clockRateHz(int rateHz) {
        clockRateHz = rateHz;
    }

    /** The same. Worker only. */
    public int clockRateHz() {
        return clockRateHz;
    }

    /** A span of time in units of the RTP clock. Worker only. */
    public int ticks(long spanNs) {
        return (int) (spanNs / 1_000 * clockRateHz / 1_000_000);
    }

    /** Translates payload type {@code from} to {@code to}; types not named pass as they are. */
    public void map(int from, int to) {
        if ((from | to) < 0 || (from | to) >= PAYLOAD_TYPES) {
            throw new IllegalArgumentException("payload type " + from + " to " + to + "; both are 0 to 127");
        }
        payloadTypes[from] = (byte) to;
    }

    /**
     * Tells that a packet was withheld for good: its sequence number is no loss. Not for one that is only held back and
     * comes later under its own number.
     */
    public void withheld(RtpView packet) {
        if (isHighest(packet) || place(packet) > 0) {
            return; // its place is taken, or its gap has been sent past
        }
        withheld.mark(0);
        highestOut = (highestOut - 1) & 0xFFFF;
    }

    @Override
    public Verdict process(RtpView packet, long nowNs) {
        if (isHighest(packet)) {
            return Verdict.RTP_DUPLICATE;
        }
        int back = place(packet);
        if (used.isMarked(back) || withheld.isMarked(back)) {
            return Verdict.RTP_DUPLICATE;
        }
        used.mark(back);
        packet.ssrc(ssrc);
        packet.sequence(highestOut - back + withheld.countNewerThan(back));
        packet.payloadType(payloadTypes[packet.payloadType()]);
        moveTimestamp(packet, nowNs, back == 0);
        sent.setRelease(sent.getPlain() + 1);
        sentBytes.setRelease(sentBytes.getPlain() + packet.payloadBytes());
        return Verdict.NEXT;
    }

    private boolean isHighest(RtpView packet) {
        return started && packet.ssrc() == sourceSsrc && packet.sequence() == highestIn;
    }

    /** Finds a packet's place among the source's numbers: how far behind the newest, which it may now be itself. */
    private int place(RtpView packet) {
        int ahead = (packet.sequence() - highestIn) & 0xFFFF;
        int back = SEQUENCES - ahead;
        boolean sameSource = started && packet.ssrc() == sourceSsrc;
        if (sameSource && back < SequenceWindow.MAX_MISORDER && back <= reach) {
            return back;
        }
        if (sameSource && ahead < SequenceWindow.MAX_DROPOUT) {
            used.advance(ahead);
            withheld.advance(ahead);
            reach = Math.min(SequenceWindow.MAX_MISORDER, reach + ahead);
            highestOut = (highestOut + ahead) & 0xFFFF;
        } else {
            used.clear();
            withheld.clear();
            reach = 0;
            highestOut = (highestOut + 1) & 0xFFFF;
            runBegins = true;
            anchored &= sameSource;
        }
        started = true;
        sourceSsrc = packet.ssrc();
        highestIn = packet.sequence();
        return 0;
    }

    /**
     * Keeps the distance of a source's timestamps. Where a run begins, the timeline goes on by the time that passed: always
     * for another source, and for a restarted one where its timestamps leapt too.
     */
    private void moveTimestamp(RtpView packet, long nowNs, boolean newest) {
        if (runBegins && sent.getPlain() > 0) {
            int due = lastTimestamp + Math.max(1, ticks(nowNs - lastSentNs));
            int shift = packet.timestamp() + timestampOffset - due;
            if (!anchored || Math.abs((long) shift) > (long) LARGEST_SHIFT_S * clockRateHz) {
                timestampOffset = due - packet.timestamp();
            }
            packet.marker(true); // RFC 3551 §4.1: what went before does not go on here
        }
        runBegins = false;
        anchored = true;
        int timestamp = packet.timestamp() + timestampOffset;
        packet.timestamp(timestamp);
        if (newest
                && (timestamp != lastTimestamp
                        || sent.getPlain() == 0)) { // packets of an event share its first instant
            lastTimestamp = timestamp;
            lastSentNs = nowNs;
        }
    }

    public int ssrc() {
        return ssrc;
    }

    /** Packets that went out. */
    public long sent() {
        return sent.getAcquire();
    }

    /** Payload octets that went out, for sender reports. */
    public long sentBytes() {
        return sentBytes.getAcquire();
    }

    /** Newest timestamp that went out, for sender reports; meaningless before the first packet. Worker only. */
    public int lastTimestamp() {
        return lastTimestamp;
    }

    /** When {@link #lastTimestamp} first went out; meaningless before the first packet. Worker only. */
    public long lastSentNs() {
        return lastSentNs;
    }
}
