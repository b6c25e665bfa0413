package sotto.media;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import sotto.media.dtls.DtlsIdentities;
import sotto.media.dtls.DtlsIdentity;
import sotto.media.net.PortPair;
import sotto.media.net.PortPool;
import sotto.media.tap.Tap;
import sotto.media.worker.Call;
import sotto.media.worker.PacketEngine;
import sotto.media.worker.Worker;

/** The audio plane: media workers, port pools and tap. Thread-safe. */
public final class MediaPlane implements AutoCloseable {
    private final List<PortPool> ranges;
    private final int mostPairs; // for want of descriptors
    private final Tap tap;
    private final List<Worker> workers = new ArrayList<>();
    private final AtomicInteger nextWorker = new AtomicInteger();
    private final MediaCounters counters;
    private final DtlsIdentities identities = new DtlsIdentities(InstantSource.system(), new SecureRandom());

    private MediaPlane(MediaSettings settings) {
        ranges = settings.ranges().stream()
                .map(range -> new PortPool(
                        range.bind(), range.firstPort(), range.lastPort(), settings.dscp(), new SecureRandom()))
                .toList();
        // first: nothing is open yet where it refuses
        PacketEngine engine = PacketEngine.choose(settings.engine(), settings.calls());
        mostPairs = engine.mostPairs(settings.workers());
        tap = Tap.start(settings.tapDirectory());
        for (int i = 0; i < settings.workers(); i++) {
            workers.add(new Worker("media-" + i, engine));
        }
        counters = new Totals(workers, ranges, tap);
    }

    /**
     * Starts workers and tap.
     *
     * @throws java.io.UncheckedIOException where the tap's directory or the packet engine cannot be had
     */
    public static MediaPlane start(MediaSettings settings) {
        MediaPlane plane = new MediaPlane(settings);
        plane.workers.forEach(Worker::start);
        return plane;
    }

    /**
     * Opens two legs in the first range, see {@link #open(String, int, int)}.
     *
     * @throws NoFreePorts where it is used up; nothing is held then
     */
    public CallMedia open(String callId) throws NoFreePorts {
        return open(callId, 0, 0);
    }

    /**
     * Opens two legs, a port pair each, bound and silent until {@link CallMedia#connect}.
     *
     * @param callId names the call in tap files
     * @param callerRange place of the caller's range in {@link MediaSettings#ranges}; likewise {@code agentRange}
     * @throws NoFreePorts where a range is used up, or the process's descriptors; nothing is held then
     */
    public CallMedia open(String callId, int callerRange, int agentRange) throws NoFreePorts {
        PortPool callerPool = ranges.get(callerRange);
        PortPool agentPool = ranges.get(agentRange);
        int inUse = ranges.stream().mapToInt(PortPool::inUse).sum();
        if (inUse + 2 > mostPairs) {
            throw new NoFreePorts(mostPairs, inUse);
        }
        Optional<PortPair> caller = callerPool.take();
        Optional<PortPair> agent = caller.isPresent() ? agentPool.take() : Optional.empty();
        if (caller.isEmpty() || agent.isEmpty()) {
            caller.ifPresent(PortPair::giveBack);
            PortPool empty = caller.isEmpty() ? callerPool : agentPool;
            throw new NoFreePorts(empty.size(), empty.inUse());
        }
        Worker worker = workers.get(Math.floorMod(nextWorker.getAndIncrement(), workers.size()));
        try {
            Call call = Call.open(callId, worker, caller.get(), agent.get(), tap);
            return new CallMedia(call, ranges, caller.get(), agent.get(), tap);
        } catch (RuntimeException e) { // the tap may refuse
            caller.get().giveBack();
            agent.get().giveBack();
            throw e;
        }
    }

    /**
     * Our certificate for a call that starts now: its fingerprint goes into the SDP and itself into the leg's {@link
     * sotto.media.dtls.DtlsPlan}. Another one from day to day; a call keeps the one that it began with.
     */
    public DtlsIdentity dtlsIdentity() {
        return identities.current();
    }

    /** Totals over all legs, ended ones included; read by the metrics page. */
    public MediaCounters counters() {
        return counters;
    }

    /** False for good once a worker died: its calls are silent, and new ones may be. Read by the health page. */
    public boolean healthy() {
        return workers.stream().allMatch(Worker::isHealthy);
    }

    /** Faults of ours that ended a call's audio; should stay 0. */
    public long faults() {
        return workers.stream().mapToLong(w -> w.counts().faults()).sum();
    }

    /** Ends all legs, flushes tap files and stops the workers. */
    @Override
    public void close() {
        workers.forEach(Worker::close);
        tap.close();
    }
}
