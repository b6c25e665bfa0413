package sotto.media.rtcp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import sotto.media.rtp.ReceiveStats;
import sotto.media.rtp.Rewrite;

/**
 * RTCP of one leg: reads what its peer reports about our stream, writes our reports about its. Belongs to the worker that
 * owns the leg; what the getters tell may be read anywhere.
 *
 * <p>The worker's loop: where {@link #isDue}, {@link #write} into a buffer, seal it under SRTCP, send it. What arrives
 * goes, once its tag was checked, to {@link #receive}.
 *
 * <p>Interval: 5 s, times a random factor of 0.5 to 1.5, the first half as long (RFC 3550 §6.2, §6.3). Left out, for a
 * session has two members: scaling by members and bandwidth, reconsideration, the BYE back-off.
 *
 * <p>Our reports carry one CNAME, random for each session and without an address in it (RFC 7022 §4.1).
 */
public final class RtcpSession {
    /** Room that {@link #write} needs: SR with one block, SDES with CNAME, XR with VoIP metrics. */
    public static final int MOST_BYTES = 80 + VoipMetrics.BYTES;

    private static final long INTERVAL_NS = 5_000_000_000L;
    private static final double SPANS_PER_MS = 65.536;
    private static final int LONGEST_ROUND_TRIP = 60 << 16; // in 1/65536 s; beyond it, the numbers are made up
    private static final int CNAME_BYTES = 16; // 96 random bits in base64
    private static final int CNAME_ITEM = 1; // §6.5.1
    private static final int DESCRIPTION_BYTES = 28; // header, SSRC, item of 2 + 16, zeros to the next word
    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Rewrite sender;
    private final ReceiveStats receiver;
    private final SplittableRandom intervals;
    private final NtpTime ntp;
    private final byte[] cname = new byte[CNAME_BYTES];
    private final RtcpView view = new RtcpView();

    private long dueNs;
    private long sentAtLastReport;
    private long sentAtReportBefore;
    private boolean peerReported;
    private int peerReportSsrc;
    private int peerNtpMiddle;
    private long peerReportNs;

    private boolean voipMetrics;
    private volatile double roundTripMs = -1;
    private volatile double remoteLossFraction;
    private volatile double remoteJitterMs;
    private volatile double farRoundTripMs = -1;
    private volatile double farMos = -1;
    private volatile boolean peerHears;
    private volatile boolean peerLeft;

    /**
     * @param sender the stream that goes out on this leg
     * @param receiver what comes in on it
     * @param random used here only; a SecureRandom, for the CNAME must not be guessed (RFC 7022 §5)
     * @param nowNs the worker's monotonic clock
     */
    public RtcpSession(Rewrite sender, ReceiveStats receiver, RandomGenerator random, long nowNs) {
        this(sender, receiver, random, nowNs, new NtpTime(Instant.now(), nowNs));
    }

    RtcpSession(Rewrite sender, ReceiveStats receiver, RandomGenerator random, long nowNs, NtpTime ntp) {
        this.sender = sender;
        this.receiver = receiver;
        this.ntp = ntp;
        for (int i = 0; i < CNAME_BYTES; i++) {
            cname[i] = (byte) BASE64.charAt(random.nextInt(BASE64.length()));
        }
        intervals = new SplittableRandom(random.nextLong());
        dueNs = nowNs + randomised(INTERVAL_NS / 2); // §6.2: half as long before the first report
    }

    private long randomised(long intervalNs) {
        return (long) (intervalNs * intervals.nextDouble(0.5, 1.5)); // §6.3.1
    }

    /**
     * Takes one datagram from the peer, authentic and in the clear.
     *
     * @param memory native memory that holds it
     * @param offset its first octet
     * @param lengthBytes octets that arrived, after decryption
     * @return false where it is no RTCP packet (RFC 3550 A.2, RFC 5506): {@link sotto.media.packet.Verdict#RTCP_MALFORMED};
     *     nothing has changed then
     */
    public boolean receive(MemorySegment memory, long offset, int lengthBytes, long nowNs) {
        if (!view.wrap(memory, offset, lengthBytes)) {
            return false;
        }
        while (view.next()) {
            switch (view.type()) {
                case RtcpView.SENDER_REPORT -> {
                    peerReported = true;
                    peerReportSsrc = view.senderSsrc();
                    peerNtpMiddle = view.ntpMiddle();
                    peerReportNs = nowNs;
                    readBlocks(nowNs);
                }
                case RtcpView.RECEIVER_REPORT -> readBlocks(nowNs);
                case RtcpView.BYE -> readBye();
                case RtcpView.EXTENDED_REPORT -> readMetrics(memory);
                default -> {} // SDES, APP, feedback: nothing there for us
            }
        }
        return true;
    }

    private void readBlocks(long nowNs) {
        for (int i = 0; i < view.count(); i++) {
            if (view.blockSsrc(i) == sender.ssrc()) {
                remoteLossFraction = view.fractionLost(i) / 256.0;
                remoteJitterMs = 1000.0 * view.jitterTicks(i) / sender.clockRateHz();
                peerHears = true;
                readRoundTrip(view.lastSenderReport(i), view.delaySinceLastSenderReport(i), nowNs);
            }
        }
    }

    /** §6.4.1: arrival, less when our report left, less how long the peer kept it; all modulo 2^32 of 1/65536 s. */
    private void readRoundTrip(int lastReport, int delay, long nowNs) {
        int trip = NtpTime.middle(ntp.at(nowNs)) - lastReport - delay;
        if (lastReport != 0 && trip >= 0 && trip < LONGEST_ROUND_TRIP) {
            roundTripMs = trip / SPANS_PER_MS;
        }
    }

    /** RFC 3611 §4.7: what the peer makes of our stream. */
    private void readMetrics(MemorySegment memory) {
        long at = view.voipMetrics(sender.ssrc());
        if (at < 0) {
            return;
        }
        farRoundTripMs = memory.get(SHORT, at + 16) & 0xFFFF;
        int talking = memory.get(BYTE, at + 27) & 0xFF;
        int listening = memory.get(BYTE, at + 26) & 0xFF;
        int mos = talking == VoipMetrics.UNAVAILABLE ? listening : talking;
        farMos = mos >= 10 && mos <= 50 ? mos / 10.0 : -1; // §4.7.5: all else says nothing
    }

    private void readBye() {
        for (int i = 0; i < view.count(); i++) {
            if (receiver.isStarted() && view.byeSsrc(i) == receiver.sourceSsrc()) {
                peerLeft = true;
            }
        }
    }

    /** Whether our reports have VoIP metrics, from the next one on (RFC 3611 §4.7). Worker only. */
    public void voipMetrics(boolean on) {
        voipMetrics = on;
    }

    /** True where a report is due: call {@link #write} then. */
    public boolean isDue(long nowNs) {
        return nowNs - dueNs >= 0;
    }

    /**
     * Writes our report, SR or RR with SDES, and XR where that is on, and sets when the next is due.
     *
     * @param memory native memory with {@link #MOST_BYTES} free from {@code offset}, and tail room where it is sealed
     * @return its length in octets, a multiple of 4
     */
    public int write(MemorySegment memory, long offset, long nowNs) {
        boolean sends = sender.sent() > sentAtReportBefore; // §6.4: in this interval or the one before
        int blocks = receiver.isStarted() ? 1 : 0;
        int reportBytes =
                RtcpView.HEADER_BYTES + 4 + (sends ? RtcpView.SENDER_INFO_BYTES : 0) + RtcpView.BLOCK_BYTES * blocks;
        int type = sends ? RtcpView.SENDER_REPORT : RtcpView.RECEIVER_REPORT;
        writeHeader(memory, offset, blocks, type, reportBytes);
        long at = offset + RtcpView.HEADER_BYTES + 4;
        if (sends) {
            memory.set(LONG, at, ntp.at(nowNs));
            memory.set(INT, at + 8, sender.lastTimestamp() + sender.ticks(nowNs - sender.lastSentNs()));
            memory.set(INT, at + 12, (int) sender.sent());
            memory.set(INT, at + 16, (int) sender.sentBytes());
            at += RtcpView.SENDER_INFO_BYTES;
        }
        if (blocks == 1) {
            writeBlock(memory, at, nowNs);
        }
        writeDescription(memory, offset + reportBytes);
        sentAtReportBefore = sentAtLastReport;
        sentAtLastReport = sender.sent();
        dueNs = nowNs + randomised(INTERVAL_NS);
        int lengthBytes = reportBytes + DESCRIPTION_BYTES;
        if (voipMetrics && receiver.isStarted()) {
            VoipMetrics.write(memory, offset + lengthBytes, sender.ssrc(), receiver, roundTripMs);
            lengthBytes += VoipMetrics.BYTES;
        }
        return lengthBytes;
    }

    /** Header and our SSRC. */
    private void writeHeader(MemorySegment memory, long at, int count, int type, int lengthBytes) {
        memory.set(BYTE, at, (byte) (0x80 | count));
        memory.set(BYTE, at + 1, (byte) type);
        memory.set(SHORT, at + 2, (short) (lengthBytes / 4 - 1)); // §6.4.1: in words, less one
        memory.set(INT, at + 4, sender.ssrc());
    }

    private void writeBlock(MemorySegment memory, long at, long nowNs) {
        boolean heard = peerReported && peerReportSsrc == receiver.sourceSsrc();
        memory.set(INT, at, receiver.sourceSsrc());
        memory.set(INT, at + 4, (receiver.takeFractionLost() << 24) | (receiver.cumulativeLost() & 0xFF_FFFF));
        memory.set(INT, at + 8, receiver.extendedHighest());
        memory.set(INT, at + 12, receiver.jitterTicks());
        memory.set(INT, at + 16, heard ? peerNtpMiddle : 0);
        memory.set(INT, at + 20, heard ? NtpTime.span(nowNs - peerReportNs) : 0);
    }

    private void writeDescription(MemorySegment memory, long at) {
        writeHeader(memory, at, 1, RtcpView.SOURCE_DESCRIPTION, DESCRIPTION_BYTES);
        memory.set(BYTE, at + 8, (byte) CNAME_ITEM);
        memory.set(BYTE, at + 9, (byte) CNAME_BYTES);
        for (int i = 0; i < CNAME_BYTES; i++) {
            memory.set(BYTE, at + 10 + i, cname[i]);
        }
        memory.set(SHORT, at + 10 + CNAME_BYTES, (short) 0); // ends the items, fills the word
    }

    /** Round trip to the peer, milliseconds; -1 until a report of the peer answered one of ours. */
    public double roundTripMs() {
        return roundTripMs;
    }

    /** True once the peer reported on what it gets from us. */
    public boolean hasPeerReported() {
        return peerHears;
    }

    /** Share of our stream that the peer missed in its last interval, 0 to 1; 0 until it reports. */
    public double remoteLossFraction() {
        return remoteLossFraction;
    }

    /** Jitter of our stream where the peer receives it, milliseconds; 0 until it reports. */
    public double remoteJitterMs() {
        return remoteJitterMs;
    }

    /** Round trip as the peer measured it, milliseconds; -1 until it sends VoIP metrics (RFC 3611 §4.7.3). */
    public double farRoundTripMs() {
        return farRoundTripMs;
    }

    /** MOS that the peer gives our stream; -1 until it sends one in VoIP metrics (RFC 3611 §4.7.5). */
    public double farMos() {
        return farMos;
    }

    /** True once the peer said BYE for the source heard last. */
    public boolean hasPeerLeft() {
        return peerLeft;
    }
}
