package sotto.media;

import java.util.List;
import java.util.function.ToLongFunction;
import sotto.media.net.PortPool;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.tap.Tap;
import sotto.media.worker.QualityCounts;
import sotto.media.worker.Worker;
import sotto.media.worker.WorkerCounts;

/** Sums what the workers count. Thread-safe; each worker writes its own counts. */
record Totals(List<Worker> all, List<PortPool> ports, Tap tap) implements MediaCounters {
    @Override
    public long packets(Verdict verdict) {
        return sum(counts -> counts.packets(verdict));
    }

    @Override
    public QualityCounts.Spread quality(Side side, QualityCounts.Measure measure) {
        return all.stream()
                .map(worker -> worker.counts().quality(side).spread(measure))
                .reduce(QualityCounts.Spread::plus)
                .orElseThrow(); // there is one worker at least
    }

    @Override
    public long rtcpPackets() {
        return sum(WorkerCounts::rtcpPackets);
    }

    @Override
    public long telephoneEvents() {
        return sum(WorkerCounts::telephoneEvents);
    }

    @Override
    public long inBandTones() {
        return sum(WorkerCounts::inBandTones);
    }

    @Override
    public long infoKeys() {
        return sum(WorkerCounts::infoKeys);
    }

    @Override
    public long tapDropped() {
        return tap.dropped();
    }

    @Override
    public long tapFailedFiles() {
        return tap.failedFiles();
    }

    @Override
    public long tapUnwritten() {
        return tap.unwritten();
    }

    @Override
    public int portPairsInUse() {
        return ports.stream().mapToInt(PortPool::inUse).sum();
    }

    @Override
    public int portPairs() {
        return ports.stream().mapToInt(PortPool::size).sum();
    }

    @Override
    public int portPairsInUse(int range) {
        return ports.get(range).inUse();
    }

    @Override
    public int portPairs(int range) {
        return ports.get(range).size();
    }

    @Override
    public long faults() {
        return sum(WorkerCounts::faults);
    }

    @Override
    public int workers() {
        return all.size();
    }

    @Override
    public int workersUp() {
        return (int) all.stream().filter(Worker::isHealthy).count();
    }

    private long sum(ToLongFunction<WorkerCounts> what) {
        long sum = 0;
        for (Worker worker : all) {
            sum += what.applyAsLong(worker.counts());
        }
        return sum;
    }
}
