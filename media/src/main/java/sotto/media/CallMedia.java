package sotto.media;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import sotto.media.dtmf.MaskSettings;
import sotto.media.net.PortPair;
import sotto.media.net.PortPool;
import sotto.media.packet.Side;
import sotto.media.tap.Tap;
import sotto.media.worker.Call;
import sotto.media.worker.CallEnded;
import sotto.media.worker.LegPlan;
import sotto.media.worker.LegReport;

/** The media of one call: two legs and what passes between them. Thread-safe; work is done on the worker that owns it. */
public final class CallMedia implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CallMedia.class.getName());
    private static final long CONNECT_WITHIN_MS = 1_000;

    private final Call call;
    private final List<PortPool> ranges;
    private final Ports callerPorts;
    private final Ports agentPorts;
    private final Tap tap;
    private final AtomicReference<@Nullable ArmedMask> masking = new AtomicReference<>();
    private volatile boolean closed;

    /** Where one side listens: what is connected, and what stands by for a peer in another range. Under its own lock. */
    private static final class Ports {
        private PortPair now;
        private @Nullable PortPair next;

        Ports(PortPair first) {
            now = first;
        }
    }

    CallMedia(Call call, List<PortPool> ranges, PortPair caller, PortPair agent, Tap tap) {
        this.call = call;
        this.ranges = ranges;
        this.callerPorts = new Ports(caller);
        this.agentPorts = new Ports(agent);
        this.tap = tap;
    }

    private Ports ports(Side side) {
        return side == Side.CALLER ? callerPorts : agentPorts;
    }

    /** Local RTP port of a leg, even; its RTCP port is the next. */
    public int port(Side side) {
        return now(side).port();
    }

    private PortPair now(Side side) {
        Ports ports = ports(side);
        synchronized (ports) {
            return ports.now;
        }
    }

    /**
     * The same for a peer in that range. Where the leg has its ports in another one, two of this one stand by until they
     * are connected, or others stand by in their place.
     *
     * @param range its place in {@link MediaSettings#ranges}
     * @throws NoFreePorts where the range is used up
     */
    public int port(Side side, int range) throws NoFreePorts {
        PortPool pool = ranges.get(range);
        Ports ports = ports(side);
        synchronized (ports) {
            if (ports.now.pool() == pool) {
                return ports.now.port();
            }
            PortPair standing = ports.next;
            if (standing != null && standing.pool() == pool) {
                return standing.port();
            }
            PortPair taken = pool.take().orElseThrow(() -> new NoFreePorts(pool.size(), pool.inUse()));
            ports.next = taken;
            call.add(side, taken);
            return taken.port();
        }
    }

    private PortPair turned(Side side, PortPool pool) {
        Ports ports = ports(side);
        synchronized (ports) {
            PortPair standing = ports.next;
            if (standing != null && standing.pool() == pool) {
                ports.now = standing;
                ports.next = null;
            }
            if (ports.now.pool() != pool) {
                throw new IllegalStateException("the " + side + " leg has no port in the range of its peer");
            }
            return ports.now;
        }
    }

    /** Settles a leg with the ports that it has, see {@link #connect(Side, int, LegPlan)}. */
    public void connect(Side side, LegPlan plan) {
        connect(side, now(side), plan);
    }

    /**
     * Settles a leg, at the first answer and at each re-INVITE. Packets flow once both legs are settled. Where keys and
     * peer are unchanged, rollover counters and latch stay as they are.
     *
     * <p>Returns when the worker has done it, so that an answer sent after that meets a leg that listens; waits 1 s at
     * most. Does nothing, but close the keys, where the call has ended.
     *
     * @param range of the ports that the peer was told, see {@link #port(Side, int)}
     * @throws IllegalArgumentException where an address is a name that nobody resolved
     * @throws IllegalStateException where the leg could not be set up; the call's media has ended
     */
    public void connect(Side side, int range, LegPlan plan) {
        connect(side, turned(side, ranges.get(range)), plan);
    }

    private void connect(Side side, PortPair ports, LegPlan plan) {
        if (plan.remote().isUnresolved() || plan.remoteRtcp().isUnresolved()) {
            throw new IllegalArgumentException("the " + side + " leg's peer is a host name, not an address");
        }
        try {
            call.connect(side, ports, plan).get(CONNECT_WITHIN_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof CallEnded)) {
                throw new IllegalStateException("cannot set up the media of the " + side + " leg", e.getCause());
            }
        } catch (TimeoutException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "media worker is busy: a leg is not settled after {0} ms, its first packets may be lost",
                    CONNECT_WITHIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the worker settles the leg all the same
        }
    }

    /**
     * Turns secure-pay on: from the return of this call on, no digit of the caller reaches the agent's leg or the tap.
     * Returns when every sink has acknowledged.
     *
     * @throws MaskRefused where it is on already, a sink did not acknowledge in time, the call carries a fax or is about
     *     to, or it ended
     */
    public Masking mask() throws MaskRefused {
        return mask(MaskSettings.DEFAULT);
    }

    /** The same, with what stands where a key was. */
    public Masking mask(MaskSettings settings) throws MaskRefused {
        ArmedMask next = new ArmedMask(call, masking);
        if (closed) {
            throw new MaskRefused("the call has ended");
        }
        if (!masking.compareAndSet(null, next)) {
            throw new MaskRefused("secure-pay is on already for this call");
        }
        boolean on = false;
        try {
            next.arm(tap, settings);
            on = true;
            return next;
        } finally {
            if (!on) {
                next.close();
            }
        }
    }

    /**
     * True from {@link #mask} until the caller's audio really passes again. That is later than the close of its Masking:
     * a key that sounds at that moment is kept from the agent until it ends, however long it is held. See {@link
     * sotto.media.dtmf.Mask#disarm}.
     */
    public boolean masked() {
        return masking.get() != null || call.isMasked();
    }

    /**
     * Takes a key press of the caller's that came by signalling (SIP INFO). It is told once, whatever else tells of it, and
     * only while secure-pay is on and keys are wanted; else it is dropped. Returns at once.
     *
     * @param key 0 to 9, 10 for star, 11 for hash, 12 to 15 for A to D (RFC 4733 §3.2)
     * @param durationMs how long it was pressed
     */
    public void press(int key, int durationMs) {
        call.press(key, durationMs);
    }

    /**
     * Keeps secure-pay off for a fax that is about to be agreed on: nothing in it can be masked. Ends with {@link
     * #releaseFax}, or when both legs have audio again. Waits for the worker, 1 s at most.
     *
     * @return false where secure-pay is on or about to be, or the call ended: there must be no fax then
     */
    public boolean reserveFax() {
        try {
            call.reserveFax().get(CONNECT_WITHIN_MS, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) { // Excluded, CallEnded
            return false;
        } catch (TimeoutException e) {
            call.releaseFax();
            return false;
        } catch (InterruptedException e) {
            call.releaseFax();
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** There will be no fax after all. Does nothing where the legs carry one. */
    public void releaseFax() {
        call.releaseFax();
    }

    /** Time since the last packet that either leg took; since the start where none came. */
    public Duration silence() {
        return Duration.ofNanos(Math.max(0, System.nanoTime() - call.heardNs()));
    }

    /** What was seen on a leg up to now; empty before it is connected. */
    public Optional<LegReport> report(Side side) {
        return call.report(side);
    }

    /** Frees ports, wipes keys and held audio, ends the tap files. A Masking still open gets end of keys. Idempotent. */
    @Override
    public void close() {
        closed = true;
        call.close();
    }
}
