package sotto.media.worker;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import sotto.media.dtls.DtlsHandshakes;
import sotto.media.net.PortPair;
import sotto.media.packet.RtpView;

/**
 * One media thread: hands packets to the paths of its calls, runs commands, sends reports. Other threads reach it through
 * {@link #execute} alone.
 *
 * <p>A fault of ours ends the call that it happened in, is counted, and is logged once for each cause. It never ends the
 * worker; should the worker end all the same, {@link #isHealthy} says so for good.
 */
public final class Worker implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Worker.class.getName());
    private static final long TICK_NS = 100_000_000L;
    private static final int MOST_HANDSHAKES = 128; // at once; each takes some milliseconds of a core
    private static final long TICK_MS = TICK_NS / 1_000_000;

    private final Thread thread;
    private final PacketIo io;
    private final RtpView view;
    private final WorkerCounts counts = new WorkerCounts();
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<PortPair> closed = new ArrayList<>();
    private final Set<String> causesLogged = new HashSet<>();
    private final DtlsHandshakes handshakes = new DtlsHandshakes(MOST_HANDSHAKES);
    private long nextTickNs;
    private volatile boolean stopping;
    private volatile boolean ended;
    private volatile boolean failed;

    public Worker(String name, PacketEngine engine) {
        io = engine.open();
        view = new RtpView(io.memory());
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Runs a command on the worker's thread, soon; at once and on the caller's where the worker has ended. */
    public void execute(Runnable command) {
        commands.add(command);
        if (ended) {
            runCommands();
        } else {
            io.wakeup();
        }
    }

    /** False from the moment on when the worker died of a fault; its calls are silent then. */
    public boolean isHealthy() {
        return !failed;
    }

    public WorkerCounts counts() {
        return counts;
    }

    /** Ends all its calls and waits for the thread. */
    @Override
    public void close() {
        stopping = true;
        io.wakeup();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!stopping) {
                io.poll(TICK_MS);
                freePorts(); // closed before this poll, so their sockets are gone by now
                runCommands();
                tick(System.nanoTime());
            }
        } catch (Throwable e) {
            failed = true;
            LOG.log(Level.ERROR, "media worker died; its " + calls.size() + " calls have no audio; restart", e);
        } finally {
            end();
        }
    }

    /** Each step is tried, whatever became of the one before: keys are wiped and ports come back in any case. */
    private void end() {
        runCommands();
        for (Call call : List.copyOf(calls)) {
            attempt("end the media of call " + call.id(), () -> close(call));
        }
        attempt("close its sockets", io::close);
        attempt("free its ports", this::freePorts);
        ended = true;
        runCommands();
    }

    private void attempt(String what, Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            failed = true;
            LOG.log(Level.ERROR, "media worker could not " + what, e);
        }
    }

    private void runCommands() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            try {
                command.run();
            } catch (Throwable e) {
                logOnce("media command failed", e);
                counts.fault();
            }
        }
    }

    private void tick(long nowNs) {
        if (nowNs - nextTickNs < 0) {
            return;
        }
        nextTickNs = nowNs + TICK_NS;
        for (int i = calls.size() - 1; i >= 0; i--) { // backwards: a faulty call takes itself out
            Call call = calls.get(i);
            try {
                call.tick(nowNs);
            } catch (Throwable e) {
                fault(call, e);
            }
        }
    }

    private void freePorts() {
        if (closed.isEmpty()) {
            return;
        }
        closed.forEach(PortPair::free);
        closed.clear();
    }

    void open(Call call) {
        calls.add(call);
    }

    void close(Call call) {
        if (calls.remove(call)) {
            closed.addAll(call.ports());
            call.end();
            io.wakeup(); // the ports wait for the next poll
        }
    }

    /** Frees the ports of a leg, which is closed, of a call that goes on. */
    void retire(Leg leg) {
        closed.add(leg.pair());
        io.wakeup();
    }

    /** A fault of ours in one call: that call ends, the others do not notice. */
    void fault(Call call, Throwable cause) {
        counts.fault();
        logOnce("fault in the media of call " + call.id() + ", its audio ends", cause);
        close(call);
    }

    private void logOnce(String what, Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        String at = cause.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
        if (causesLogged.add(at)) {
            LOG.log(Level.ERROR, what + "; logged once for this cause, see the count of media faults", cause);
        }
    }

    PacketIo io() {
        return io;
    }

    DtlsHandshakes handshakes() {
        return handshakes;
    }

    RtpView view() {
        return view;
    }
}
