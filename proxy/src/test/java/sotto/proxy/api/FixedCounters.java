package sotto.proxy.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import sotto.media.MediaCounters;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.worker.QualityCounts;

/** Totals that can be told apart on the page. */
final class FixedCounters implements MediaCounters {
    @Override
    public long packets(Verdict verdict) {
        return 1000L + verdict.id();
    }

    @Override
    public QualityCounts.Spread quality(Side side, QualityCounts.Measure measure) {
        List<Long> counts = new ArrayList<>(Collections.nCopies(measure.limits().size() + 1, 0L));
        counts.set(side == Side.CALLER ? 0 : 1, 19L);
        return new QualityCounts.Spread(counts, 0.5);
    }

    @Override
    public long rtcpPackets() {
        return 11;
    }

    @Override
    public long telephoneEvents() {
        return 12;
    }

    @Override
    public long inBandTones() {
        return 13;
    }

    @Override
    public long tapDropped() {
        return 14;
    }

    @Override
    public long tapFailedFiles() {
        return 17;
    }

    @Override
    public long tapUnwritten() {
        return 18;
    }

    @Override
    public int portPairsInUse() {
        return 15;
    }

    @Override
    public int portPairs() {
        return 16;
    }

    @Override
    public int portPairsInUse(int range) {
        return 15 + range;
    }

    @Override
    public int portPairs(int range) {
        return 16 + range;
    }

    @Override
    public long faults() {
        return 19;
    }

    @Override
    public int workers() {
        return 2;
    }

    @Override
    public int workersUp() {
        return 1;
    }
}
