package sotto.media.tap;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.EventPoller.PollState;
import com.lmax.disruptor.RingBuffer;
import java.lang.System.Logger;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The tap's one thread: takes packets off the ring and writes files. While the ring is empty it parks for {@link
 * #PARK_NS}, so that a worker that publishes a packet neither signals nor locks. Orders, as to open, end or acknowledge,
 * come by a queue beside the ring and are done once everything published before them is written.
 */
final class TapReader implements Runnable {
    private static final Logger LOG = System.getLogger(TapReader.class.getName());
    private static final long PARK_NS = 5_000_000; // a ring of 8,192 holds 160 ms of 1,000 legs
    private static final long FLUSH_NS = 1_000_000_000;

    private final RingBuffer<TapRecord> ring;
    private final EventPoller<TapRecord> poller;
    private final Queue<Order> orders = new ConcurrentLinkedQueue<>();
    private final Set<RecordedCall> calls = new LinkedHashSet<>();
    private final Thread thread;
    private boolean running = true; // reader's own

    /** Something to do behind all that the ring held when it was given. */
    private record Order(long behind, Runnable work) {}

    TapReader(RingBuffer<TapRecord> ring) {
        this.ring = ring;
        poller = ring.newPoller();
        ring.addGatingSequences(poller.getSequence());
        thread = Thread.ofPlatform().daemon().name("sotto-tap").unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** From any thread. */
    void order(Runnable work) {
        orders.add(new Order(ring.getCursor(), work));
        LockSupport.unpark(thread);
    }

    /** The last order: ends all files and the thread. */
    void stop() throws InterruptedException {
        order(() -> running = false);
        thread.join();
    }

    void add(RecordedCall call, CallFile file) {
        calls.add(call);
        call.add(file);
    }

    void end(RecordedCall call) {
        if (calls.remove(call)) {
            call.end();
        }
    }

    @Override
    public void run() {
        long nextFlushNs = System.nanoTime() + FLUSH_NS;
        while (running) {
            PollState state = poll();
            boolean ordered = followOrders();
            if (System.nanoTime() - nextFlushNs >= 0) {
                calls.forEach(RecordedCall::flush);
                nextFlushNs = System.nanoTime() + FLUSH_NS;
            }
            if (state != PollState.PROCESSING && !ordered) {
                LockSupport.parkNanos(this, PARK_NS);
            }
        }
        long now = System.nanoTime();
        for (RecordedCall call : calls) {
            call.sideEnds(now);
            call.end();
        }
        calls.clear();
    }

    private PollState poll() {
        try {
            return poller.poll((packet, sequence, endOfBatch) -> {
                packet.write();
                return true;
            });
        } catch (Exception e) { // a defect of ours: this packet is lost to the recording, the thread goes on
            LOG.log(Logger.Level.ERROR, "tap lost a packet of a recording; calls go on; report this", e);
            return PollState.PROCESSING;
        }
    }

    /** True where there was something to do. */
    private boolean followOrders() {
        boolean any = false;
        for (Order order = orders.peek(); order != null && isDone(order); order = orders.peek()) {
            orders.remove();
            any = true;
            try {
                order.work().run();
            } catch (RuntimeException e) {
                LOG.log(Logger.Level.ERROR, "tap could not follow an order; calls go on; report this", e);
            }
        }
        return any;
    }

    private boolean isDone(Order order) {
        return poller.getSequence().get() >= order.behind();
    }
}
