package sotto.media.worker;

import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sotto.media.dtmf.EchoMask;
import sotto.media.dtmf.KeyRing;
import sotto.media.dtmf.Mask;
import sotto.media.dtmf.MaskSettings;
import sotto.media.ice.IcePlan;
import sotto.media.net.PortPair;
import sotto.media.packet.Side;
import sotto.media.packet.Stage;
import sotto.media.path.ForwardPath;
import sotto.media.path.SettledLeg;
import sotto.media.srtp.SrtpKeys;
import sotto.media.tap.Tap;
import sotto.media.tap.TapStream;

/**
 * Two legs and what passes between them. Its public methods may be called by any thread and hand the work to the worker
 * that owns it; all else is that worker's.
 */
public final class Call {
    private final String id;
    private final Worker worker;
    private Map<Side, Leg> spare = Map.of(); // listens, and is not connected
    private volatile Leg caller;
    private volatile Leg agent;
    private final Mask mask = new Mask();
    private final TapStream callerTap;
    private final TapStream agentTap;
    private final EchoMask echo; // before the agent's tap
    private @Nullable KeyRing keys;
    private boolean fax; // carried, or about to be: the mask is off and stays so
    private boolean ended;
    private long countedEvents;
    private long countedTones;
    private long countedInfoKeys;

    /**
     * Makes a call and hands it to its worker; bound and silent until {@link #connect}.
     *
     * @param callerPorts owned by the call from here on, like {@code agentPorts}
     */
    public static Call open(String id, Worker worker, PortPair callerPorts, PortPair agentPorts, Tap tap) {
        Call call = new Call(id, worker, callerPorts, agentPorts, tap);
        worker.execute(call::listen);
        return call;
    }

    private Call(String id, Worker worker, PortPair callerPorts, PortPair agentPorts, Tap tap) {
        this.id = id;
        this.worker = worker;
        long nowNs = System.nanoTime();
        RandomGenerator random = new SecureRandom();
        caller = new Leg(callerPorts, worker, nowNs, random, this::direct);
        agent = new Leg(agentPorts, worker, nowNs, random, this::direct);
        callerTap = tap.open(id, Side.CALLER);
        agentTap = tap.open(id, Side.AGENT);
        echo = new EchoMask(mask, agentTap);
    }

    private void listen() {
        worker.open(this);
        guard(() -> {
            listen(caller);
            listen(agent);
        });
    }

    private void listen(Leg leg) {
        leg.listen(new Inbox(worker, this, leg, true), new Inbox(worker, this, leg, false));
    }

    /**
     * Other ports for a side, silent until {@link #connect} names them: its next peer is in another network. They take the
     * place of those that were added before and are not in use.
     *
     * @param ports owned by the call from here on
     */
    public void add(Side side, PortPair ports) {
        worker.execute(() -> {
            if (ended) {
                ports.giveBack();
                return;
            }
            guard(() -> {
                Leg leg = new Leg(ports, worker, System.nanoTime(), new SecureRandom(), this::direct);
                spare = spare.isEmpty() ? new EnumMap<>(Side.class) : spare;
                Leg former = spare.put(side, leg);
                if (former != null) {
                    retire(former);
                }
                listen(leg);
            });
        });
    }

    private void retire(Leg leg) {
        worker.retire(leg);
        leg.close();
    }

    /**
     * Settles a leg; the keys of the plan are the leg's from here on. The result completes once packets flow by this
     * plan, exceptionally where it could not be done; the call has ended then.
     *
     * @param ports those that the side has, or that were added for it: then the former ones are closed
     */
    public CompletableFuture<Void> connect(Side side, PortPair ports, LegPlan plan) {
        return command(
                () -> {
                    turn(side, ports);
                    settle(side, plan);
                },
                () -> wipe(plan));
    }

    /** The same, with the ports that the side has. */
    public CompletableFuture<Void> connect(Side side, LegPlan plan) {
        return command(() -> settle(side, plan), () -> wipe(plan));
    }

    private static void wipe(LegPlan plan) {
        plan.receiveKeys().ifPresent(SrtpKeys::close);
        plan.sendKeys().ifPresent(SrtpKeys::close);
        plan.transport().ice().ifPresent(IcePlan::close);
    }

    private void settle(Side side, LegPlan plan) {
        if (plan.udptl() && mask.isOn()) {
            throw new IllegalStateException("a fax that was not reserved, while secure-pay is on"); // fail closed
        }
        Leg leg = leg(side);
        boolean wasFax = leg.isFax();
        leg.settle(plan, System.nanoTime());
        if (wasFax != plan.udptl()) {
            leg.hear(plan.udptl() ? new FaxInbox(worker, this, leg) : new Inbox(worker, this, leg, true));
        }
        if (!plan.udptl()) {
            if (side == Side.CALLER) {
                mask.settle(plan.format(), plan.payloadType(), plan.telephoneEvent(), plan.eventClockHz());
                callerTap.settle(plan.format(), plan.payloadType());
            } else {
                echo.settle(plan.format(), plan.payloadType());
                agentTap.settle(plan.format(), plan.payloadType());
            }
        }
        direct();
        if (wasFax || plan.udptl()) {
            caller.faxTo(agent);
            agent.faxTo(caller);
            fax = caller.isFax() || agent.isFax();
        }
    }

    private void turn(Side side, PortPair ports) {
        Leg next = spare.get(side);
        if (next == null || !next.pair().equals(ports)) {
            return;
        }
        spare.remove(side);
        Leg former = leg(side);
        if (side == Side.CALLER) {
            caller = next;
        } else {
            agent = next;
        }
        retire(former);
    }

    private void direct() {
        direct(caller, agent, mask, callerTap);
        direct(agent, caller, null, echo);
    }

    private static void direct(Leg from, Leg to, @Nullable Mask mask, Stage tap) {
        SettledLeg settled = from.settled();
        if (settled != null) {
            from.path(ForwardPath.between(settled, to.settled(), mask, tap));
            to.translate(settled);
        }
    }

    /**
     * Keeps the mask off for a fax, from now on until {@link #releaseFax}, or until both legs that carried one have audio
     * again. The result completes with {@link Excluded} where the mask is on.
     */
    public CompletableFuture<Void> reserveFax() {
        return command(
                () -> {
                    if (mask.isOn()) {
                        throw new Excluded();
                    }
                    fax = true;
                },
                () -> {});
    }

    /** There will be no fax; nothing changes where one is carried. */
    public void releaseFax() {
        worker.execute(() -> fax = caller.isFax() || agent.isFax());
    }

    /**
     * Turns the mask on; the result completes once no unmasked packet can follow, exceptionally where the call ended, and
     * with {@link Excluded} where it carries a fax.
     *
     * @param ring takes the presses; ended and wiped with the call
     */
    public CompletableFuture<Void> arm(KeyRing ring, MaskSettings settings) {
        return command(
                () -> {
                    if (fax) {
                        throw new Excluded();
                    }
                    mask.fillWith(settings.filling());
                    mask.arm(ring);
                    if (agentTap.isOn()) {
                        echo.arm(settings);
                    }
                    keys = ring;
                },
                ring::close);
    }

    /** Turns the mask off, where this ring is the one in use, and wipes the ring. */
    public void disarm(KeyRing ring) {
        worker.execute(() -> {
            if (keys == ring) {
                keys = null;
                guard(mask::disarm);
            }
            ring.close();
        });
    }

    /** A key of the caller's that came by signalling, see {@link Mask#press}. */
    public void press(int key, int durationMs) {
        worker.execute(new Press(key, durationMs));
    }

    /** Forgets its key as it is done: it may lie in memory for long. */
    private final class Press implements Runnable {
        private int key;
        private final int durationMs;

        Press(int key, int durationMs) {
            this.key = key;
            this.durationMs = durationMs;
        }

        @Override
        public void run() {
            guard(this::tell);
            key = 0;
        }

        private void tell() {
            mask.press(key, durationMs, System.nanoTime());
        }
    }

    /** Ends the call, and tells peers with DTLS so. Idempotent. */
    public void close() {
        caller.transport().sayGoodbye();
        agent.transport().sayGoodbye();
        worker.execute(() -> worker.close(this));
    }

    /** True while anything of the caller is kept from the agent; any thread. */
    public boolean isMasked() {
        return mask.isOn();
    }

    /** What was seen on a leg; any thread. */
    public Optional<LegReport> report(Side side) {
        return leg(side).report(side == Side.CALLER ? mask.presses() : 0);
    }

    /** When either leg was last heard, as {@link System#nanoTime}; any thread. */
    public long heardNs() {
        long callerNs = caller.heardNs();
        long agentNs = agent.heardNs();
        return callerNs - agentNs > 0 ? callerNs : agentNs;
    }

    String id() {
        return id;
    }

    List<PortPair> ports() {
        return Stream.concat(Stream.of(caller, agent), spare.values().stream())
                .map(Leg::pair)
                .toList();
    }

    void tick(long nowNs) {
        countKeyPresses();
        mask.tick(nowNs);
        caller.tick(nowNs, worker.counts().quality(Side.CALLER));
        agent.tick(nowNs, worker.counts().quality(Side.AGENT));
    }

    private void countKeyPresses() {
        long events = mask.telephoneEvents();
        worker.counts().telephoneEvents(events - countedEvents);
        countedEvents = events;
        long tones = mask.inBandTones();
        worker.counts().inBandTones(tones - countedTones);
        countedTones = tones;
        long infoKeys = mask.infoKeys();
        worker.counts().infoKeys(infoKeys - countedInfoKeys);
        countedInfoKeys = infoKeys;
    }

    /** Ends both legs and wipes; the rest is tried even where a part fails, so that no key and no port is kept. */
    void end() {
        ended = true;
        countKeyPresses();
        Leg first = caller;
        Leg second = agent;
        try (first;
                second;
                callerTap;
                agentTap;
                echo;
                mask) {
            spare.values().forEach(Leg::close);
            keys = null; // the mask wipes the ring: a reader gets the end of keys
            worker.io().wipe(); // the last packet in there may be this call's
        }
    }

    /** Has the worker do {@code work}, or {@code tooLate} where the call has ended or work is {@link Excluded}. */
    private CompletableFuture<Void> command(Runnable work, Runnable tooLate) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        worker.execute(() -> {
            if (ended) {
                tooLate.run();
                done.completeExceptionally(new CallEnded());
                return;
            }
            try {
                work.run();
                done.complete(null);
            } catch (Excluded e) {
                tooLate.run();
                done.completeExceptionally(e);
            } catch (Throwable e) {
                done.completeExceptionally(e);
                worker.fault(this, e);
            }
        });
        return done;
    }

    private Leg leg(Side side) {
        return side == Side.CALLER ? caller : agent;
    }

    private void guard(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            worker.fault(this, e);
        }
    }
}
