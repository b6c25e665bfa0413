package sotto.proxy.trunk;

import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import sotto.media.packet.Side;
import sotto.proxy.config.PeerSettings;

/** A trunk or a peer behind it: its settings, and how it does. Thread-safe. */
public final class Peer {
    private final PeerSettings settings;
    private final Side side;
    private final Allowance allowance;
    private final Health health;
    private final AtomicInteger calls = new AtomicInteger();
    private final LongAdder attempts = new LongAdder();
    private final LongAdder failedOver = new LongAdder();
    private final LongAdder overLimit = new LongAdder();
    private volatile Set<InetAddress> addresses = Set.of();

    Peer(PeerSettings settings, Side side) {
        this.settings = settings;
        this.side = side;
        this.allowance = new Allowance(settings.limits().rate());
        this.health = new Health(settings.name(), settings.probing());
    }

    public PeerSettings settings() {
        return settings;
    }

    public String name() {
        return settings.name();
    }

    /** The side of a call that it is on: the trunks' is the one that keys are masked of. */
    public Side side() {
        return side;
    }

    public Health health() {
        return health;
    }

    Set<InetAddress> addresses() {
        return addresses;
    }

    void addresses(Set<InetAddress> resolved) {
        addresses = resolved;
    }

    /**
     * Takes room for one call, from or to it, until {@link #leave}.
     *
     * @param nowNs monotonic clock
     * @return false where it has as many as it may, or they come too fast
     */
    public boolean enter(long nowNs) {
        int most = settings.limits().calls().orElse(Integer.MAX_VALUE);
        int before = calls.getAndUpdate(now -> now < most ? now + 1 : now);
        if (before >= most) {
            overLimit.increment();
            return false;
        }
        if (!allowance.take(nowNs)) {
            calls.decrementAndGet();
            overLimit.increment();
            return false;
        }
        return true;
    }

    /** Gives the room back. */
    public void leave() {
        calls.decrementAndGet();
    }

    /** It was sent an INVITE. */
    public void tried() {
        attempts.increment();
    }

    /** It failed, and the call went to the next one. */
    public void failedOver() {
        failedOver.increment();
    }

    /** How it does now. */
    public PeerView view() {
        return new PeerView(
                name(),
                side,
                settings.host() + ":" + settings.port(),
                settings.transport().name().toLowerCase(java.util.Locale.ROOT),
                health.state(),
                calls.get(),
                attempts.sum(),
                failedOver.sum(),
                overLimit.sum());
    }
}
