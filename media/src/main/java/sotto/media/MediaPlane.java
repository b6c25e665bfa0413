package sotto.media;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import sotto.media.net.PortPair;
import sotto.media.net.PortPool;
import sotto.media.tap.Tap;
import sotto.media.worker.Call;
import sotto.media.worker.Worker;

/** The audio plane: media workers, port pool and tap. Thread-safe. */
public final class MediaPlane implements AutoCloseable {
    private final PortPool ports;
    private final Tap tap;
    private final List<Worker> workers = new ArrayList<>();
    private final AtomicInteger nextWorker = new AtomicInteger();
    private final MediaCounters counters;

    private MediaPlane(MediaSettings settings) {
        ports = new PortPool(settings.bind(), settings.firstPort(), settings.lastPort(), new SecureRandom());
        tap = Tap.start(settings.tapDirectory());
        for (int i = 0; i < settings.workers(); i++) {
            workers.add(new Worker("media-" + i, ports));
        }
        counters = new Totals(workers, ports, tap);
    }

    /** Starts workers and tap. */
    public static MediaPlane start(MediaSettings settings) {
        MediaPlane plane = new MediaPlane(settings);
        plane.workers.forEach(Worker::start);
        return plane;
    }

    /**
     * Opens two legs, a port pair each, bound and silent until {@link CallMedia#connect}.
     *
     * @param callId names the call in tap files
     * @throws NoFreePorts where the pool is used up; nothing is held then
     */
    public CallMedia open(String callId) throws NoFreePorts {
        Optional<PortPair> caller = ports.take();
        Optional<PortPair> agent = caller.isPresent() ? ports.take() : Optional.empty();
        if (caller.isEmpty() || agent.isEmpty()) {
            caller.ifPresent(ports::giveBack);
            throw new NoFreePorts(ports.size(), ports.inUse());
        }
        Worker worker = workers.get(Math.floorMod(nextWorker.getAndIncrement(), workers.size()));
        try {
            Call call = Call.open(callId, worker, caller.get(), agent.get(), tap);
            return new CallMedia(call, caller.get(), agent.get(), tap);
        } catch (RuntimeException e) { // the tap may refuse
            ports.giveBack(caller.get());
            ports.giveBack(agent.get());
            throw e;
        }
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
