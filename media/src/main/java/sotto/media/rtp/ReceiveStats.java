package sotto.media.rtp;

import java.util.concurrent.atomic.AtomicLong;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/**
 * What the sequence numbers and arrival times of one leg's incoming stream tell (RFC 3550 A.1, A.3, A.8). Written by the
 * worker that owns the leg; totals are read by anyone, what RTCP reports is read by the worker only.
 *
 * <pre>
 *  ssrc    seq  answer                 lost
 *     A  65534  NEXT   first              0
 *     A      1  NEXT   65535, 0 missing   2   (A.1: cycles + 1)
 *     A  65535  NEXT   late, but new      1
 *     A  65535  RTP_DUPLICATE             1
 *     A   9000  NEXT   stray or restart?  1   a jump counts for nothing until the next number follows
 *     A   9001  NEXT   restart            1   0 stays lost, counting starts over at 9000
 *     B   7777  NEXT   other source       1
 * </pre>
 *
 * <p>A.1's probation is left out: a packet that comes here passed the latch and, under SRTP, the tag.
 */
public final class ReceiveStats implements Stage {
    private static final int SEQUENCES = 1 << 16;
    private static final int NO_SEQUENCE = -1;
    private static final int MOST_CUMULATIVE = 0x7F_FFFF; // 24 bits, signed (RFC 3550 §6.4.1)
    private static final int LEAST_CUMULATIVE = -0x80_0000;
    private static final long NS_PER_S = 1_000_000_000;
    /** A number that is so far behind the highest, and did not come, is lost to any playout buffer: 320 ms of 20 each. */
    private static final int DECIDED_BEHIND = 16;

    private static final int LONGEST_PACKET_TICKS = 4_800; // 100 ms at 48 kHz
    private static final int USUAL_PACKET_TICKS = 160;

    private final AtomicLong received = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong jitterUs = new AtomicLong();

    private final LossPattern pattern = new LossPattern();
    private final SequenceWindow seen = new SequenceWindow();
    private long discarded; // of the present run
    private int packetTicks = USUAL_PACKET_TICKS;
    private int rateHz = 8000;
    private boolean started;
    private int ssrc;

    private int baseSequence; // of the present run: one source, no restart
    private int highestSequence;
    private int cycles; // wraps, times 2^16
    private int awaitedSequence = NO_SEQUENCE; // would prove a restart: one above the last that jumped
    private long receivedOfRun;
    private long lostOfRunsBefore;

    private long expectedAtReport;
    private long receivedAtReport;

    private boolean hasTransit;
    private int transitTicks;
    private int lastTimestamp;
    private long jitterSixteenths; // A.8: in ticks, times 16

    /**
     * Counts one authentic packet.
     *
     * @return {@link Verdict#NEXT}, or {@link Verdict#RTP_DUPLICATE} for a sequence number that was just seen
     */
    @Override
    public Verdict process(RtpView packet, long nowNs) {
        boolean isNext = started && packet.ssrc() == ssrc && packet.sequence() == ((highestSequence + 1) & 0xFFFF);
        if (!started || packet.ssrc() != ssrc) {
            ssrc = packet.ssrc();
            started = true;
            begin(packet.sequence());
        } else if (!follow(packet.sequence())) {
            return Verdict.RTP_DUPLICATE;
        }
        received.setRelease(received.getPlain() + 1);
        lost.setRelease(lostOfRunsBefore + Math.max(0, expected() - receivedOfRun));
        int ticks = packet.timestamp() - lastTimestamp;
        if (isNext && ticks > 0 && ticks <= LONGEST_PACKET_TICKS) {
            packetTicks = ticks;
        }
        measureJitter(packet.timestamp(), nowNs);
        return Verdict.NEXT;
    }

    private void begin(int sequence) {
        lostOfRunsBefore = lost.getPlain();
        baseSequence = sequence;
        highestSequence = sequence;
        cycles = 0;
        awaitedSequence = NO_SEQUENCE;
        receivedOfRun = 1;
        expectedAtReport = 0;
        receivedAtReport = 0;
        discarded = 0;
        pattern.clear();
        seen.clear();
        seen.mark(0);
        hasTransit = false;
        jitterSixteenths = 0;
    }

    /** RFC 3550 A.1; false for a duplicate. */
    private boolean follow(int sequence) {
        int ahead = (sequence - highestSequence) & 0xFFFF;
        int back = SEQUENCES - ahead;
        if (ahead == 0) {
            return false;
        }
        if (ahead < SequenceWindow.MAX_DROPOUT) {
            decide(ahead);
            cycles += sequence < highestSequence ? SEQUENCES : 0;
            highestSequence = sequence;
            seen.advance(ahead);
            seen.mark(0);
        } else if (back < SequenceWindow.MAX_MISORDER) {
            if (seen.isMarked(back)) {
                return false;
            }
            seen.mark(back);
            discarded += back >= DECIDED_BEHIND ? 1 : 0;
        } else if (sequence == awaitedSequence) { // two in a row: the source started over
            begin((sequence - 1) & 0xFFFF);
            return follow(sequence);
        } else {
            awaitedSequence = (sequence + 1) & 0xFFFF;
            return true; // outside this run's numbers: neither expected nor received in it
        }
        awaitedSequence = NO_SEQUENCE;
        receivedOfRun++;
        return true;
    }

    /** Tells the pattern of those numbers whose fate is known once the highest is {@code ahead} further. */
    private void decide(int ahead) {
        int oldest = (int) Math.min(DECIDED_BEHIND, expected()) - 1;
        for (int back = oldest; back >= Math.max(0, DECIDED_BEHIND - ahead); back--) {
            if (seen.isMarked(back)) {
                pattern.received();
            } else {
                pattern.lost(1);
            }
        }
        if (ahead > DECIDED_BEHIND) {
            pattern.lost(ahead - DECIDED_BEHIND);
        }
    }

    /** RFC 3550 A.8. Packets of one timestamp, as of a telephone-event, were not sampled when they were sent. */
    private void measureJitter(int timestamp, long nowNs) {
        if (hasTransit && timestamp == lastTimestamp) {
            return;
        }
        long second = Math.floorDiv(nowNs, NS_PER_S);
        int arrivalTicks = (int) (second * rateHz + Math.floorMod(nowNs, NS_PER_S) * rateHz / NS_PER_S);
        int transit = arrivalTicks - timestamp;
        if (hasTransit) {
            jitterSixteenths += Math.abs((long) (transit - transitTicks)) - ((jitterSixteenths + 8) >> 4);
        }
        hasTransit = true;
        transitTicks = transit;
        lastTimestamp = timestamp;
        jitterUs.setRelease(jitterSixteenths * 1_000_000 / (16L * rateHz));
    }

    /** RTP clock of the payload; 8,000 for G.711. Takes effect on the next packet. */
    public void clockRateHz(int rateHz) {
        if (rateHz <= 0) {
            throw new IllegalArgumentException("clock rate of " + rateHz + " Hz");
        }
        if (rateHz != this.rateHz) {
            this.rateHz = rateHz;
            hasTransit = false;
            jitterSixteenths = 0;
        }
    }

    /** Packets that were no duplicates, over all SSRCs. */
    public long received() {
        return received.getAcquire();
    }

    /** Packets that the sequence numbers miss, over all SSRCs; not below 0. */
    public long lost() {
        return lost.getAcquire();
    }

    /** Interarrival jitter, milliseconds. */
    public double jitterMs() {
        return jitterUs.getAcquire() / 1000.0;
    }

    /** Quality so far, 1.0 to 4.5, as far as it can be told without RTCP ({@link Mos}); 1.0 where nothing came. */
    public double mos() {
        long came = received();
        if (came == 0) {
            return 1;
        }
        long missing = lost();
        return Mos.ofRating(Mos.rating(100.0 * missing / (missing + came), 1, Mos.delayMs(-1, jitterMs())));
    }

    /** How the losses of the present source lie, up to 16 packets behind the newest. Worker only. */
    public LossPattern pattern() {
        return pattern;
    }

    /** Share of the present source's packets that did not come at all, in 1/256, 0 to 255 (RFC 3611 §4.7.1). Worker only. */
    public int lossRate() {
        return share(expected() - receivedOfRun);
    }

    /** The same of those that came too late for any playout buffer. Worker only. */
    public int discardRate() {
        return share(discarded);
    }

    private int share(long packets) {
        return Math.clamp(packets * 256 / Math.max(1, expected()), 0, 255);
    }

    /** What one packet holds, milliseconds, as the last ones did. Worker only. */
    public double packetMs() {
        return packetTicks * 1000.0 / rateHz;
    }

    /** True once a packet came, so that there is something to report (RFC 3550 §6.4). Worker only. */
    public boolean isStarted() {
        return started;
    }

    /** SSRC of the source heard last. Worker only. */
    public int sourceSsrc() {
        return ssrc;
    }

    /** Highest sequence number with its count of wraps above it, modulo 2^32 (RFC 3550 §6.4.1). Worker only. */
    public int extendedHighest() {
        return cycles + highestSequence;
    }

    /** Jitter as a report block has it, in ticks (RFC 3550 A.8). Worker only. */
    public int jitterTicks() {
        return (int) Math.min(0xFFFF_FFFFL, jitterSixteenths >> 4);
    }

    /** Packets of the present source lost, as a report block has them: signed, 24 bits (RFC 3550 A.3). Worker only. */
    public int cumulativeLost() {
        return Math.clamp(expected() - receivedOfRun, LEAST_CUMULATIVE, MOST_CUMULATIVE);
    }

    /** Share lost since this was asked last, in 1/256, 0 to 255 (RFC 3550 A.3); starts a new interval. Worker only. */
    public int takeFractionLost() {
        long expectedNow = expected();
        long expectedOfInterval = expectedNow - expectedAtReport;
        long lostOfInterval = expectedOfInterval - (receivedOfRun - receivedAtReport);
        expectedAtReport = expectedNow;
        receivedAtReport = receivedOfRun;
        if (expectedOfInterval <= 0 || lostOfInterval <= 0) {
            return 0;
        }
        return (int) Math.min(255, lostOfInterval * 256 / expectedOfInterval);
    }

    private long expected() {
        return Integer.toUnsignedLong(cycles) + highestSequence - baseSequence + 1;
    }
}
