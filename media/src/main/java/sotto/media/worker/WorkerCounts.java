package sotto.media.worker;

import java.util.concurrent.atomic.AtomicLongArray;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;

/**
 * What one worker counted over its life, ended calls included. Written by the worker alone, read by anyone: so a plain
 * read and an ordered write, no locked instruction.
 */
public final class WorkerCounts {
    private static final int VERDICTS = Verdict.values().length;

    private static final int RTCP = VERDICTS;
    private static final int TELEPHONE_EVENTS = VERDICTS + 1;
    private static final int IN_BAND_TONES = VERDICTS + 2;
    private static final int INFO_KEYS = VERDICTS + 3;
    private static final int FAULTS = VERDICTS + 4;

    private final AtomicLongArray counts = new AtomicLongArray(VERDICTS + 5);

    private final QualityCounts caller = new QualityCounts();
    private final QualityCounts agent = new QualityCounts();

    /** How legs of that side sounded. */
    public QualityCounts quality(Side side) {
        return side == Side.CALLER ? caller : agent;
    }

    void packet(Verdict verdict) {
        add(verdict.id(), 1);
    }

    void rtcpPacket() {
        add(RTCP, 1);
    }

    void telephoneEvents(long more) {
        add(TELEPHONE_EVENTS, more);
    }

    void inBandTones(long more) {
        add(IN_BAND_TONES, more);
    }

    void infoKeys(long more) {
        add(INFO_KEYS, more);
    }

    void fault() {
        add(FAULTS, 1);
    }

    /** Packets that ended with this verdict. */
    public long packets(Verdict verdict) {
        return counts.getAcquire(verdict.id());
    }

    /** RTCP packets received, good or not. */
    public long rtcpPackets() {
        return counts.getAcquire(RTCP);
    }

    public long telephoneEvents() {
        return counts.getAcquire(TELEPHONE_EVENTS);
    }

    public long inBandTones() {
        return counts.getAcquire(IN_BAND_TONES);
    }

    public long infoKeys() {
        return counts.getAcquire(INFO_KEYS);
    }

    /** Exceptions of ours on this worker; each ended one call. */
    public long faults() {
        return counts.getAcquire(FAULTS);
    }

    private void add(int slot, long more) {
        counts.setRelease(slot, counts.getPlain(slot) + more);
    }
}
