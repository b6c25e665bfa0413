package sotto.proxy.b2bua;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sotto.media.packet.Side;
import sotto.proxy.trunk.Peer;

/**
 * The legs of one call, and the room that their peers gave for it. Changed on the call's queue; any thread reads.
 *
 * <p>{@code in} is the leg of whoever called, {@code out} that of whoever is called, the one that is tried last; which of
 * them is the trunk's side is another matter ({@link Leg#side}).
 */
final class Legs {
    private final Peer from;
    private final CallTable table;
    private volatile @Nullable Leg in;
    private volatile @Nullable Leg out;
    private volatile Peer calling; // the peer of in, which counts this call
    private Optional<Peer> entered = Optional.empty(); // the called peer, while it counts this call

    Legs(Peer from, CallTable table) {
        this.from = from;
        this.calling = from;
        this.table = table;
    }

    void from(Leg leg) {
        in = leg;
        table.add(leg);
    }

    /** Its peer counts the call now, until {@link #triedInVain} or {@link #leave}. */
    void to(Leg leg) {
        out = leg;
        entered = Optional.of(leg.peer);
        table.add(leg);
    }

    /** The peer that was tried is not the one. */
    void triedInVain() {
        entered.ifPresent(Peer::leave);
        entered = Optional.empty();
        Leg tried = out;
        if (tried != null) {
            tried.audio().close();
            table.forgetId(tried);
        }
    }

    /** Gives back what peers gave room for; once. */
    void leave() {
        calling.leave();
        entered.ifPresent(Peer::leave);
        entered = Optional.empty();
    }

    /** Puts one leg in the place of another of its side; the peer of the new one gave room before. */
    void replace(Leg former, Leg next) {
        if (former == in) {
            in = next;
            calling.leave();
            calling = next.peer;
        } else {
            out = next;
            entered.ifPresent(Peer::leave);
            entered = Optional.of(next.peer);
        }
        table.forgetId(former);
        table.add(next);
    }

    /** True for the leg of whoever called. */
    boolean isCalling(Leg leg) {
        return leg == in;
    }

    /** False for one that was given up for another. */
    boolean has(Leg leg) {
        return leg == in || leg == out;
    }

    /** True while either carries a fax. */
    boolean isFax() {
        return all().stream().anyMatch(leg -> leg.audio().isFax());
    }

    Leg other(Leg leg) {
        Leg first = in;
        Leg second = out;
        if (first == null || second == null) {
            throw new IllegalStateException("a call with one leg");
        }
        return leg == first ? second : first;
    }

    /** The caller's side first, as far as they are there. */
    List<Leg> all() {
        List<Leg> legs = new ArrayList<>();
        for (Leg leg : new @Nullable Leg[] {in, out}) {
            if (leg != null) {
                legs.add(leg.side == Side.CALLER ? 0 : legs.size(), leg);
            }
        }
        return legs;
    }

    /** Name of the trunk; empty while a call to the outside has none yet. */
    String trunk() {
        Leg called = out;
        return from.side() == Side.CALLER ? calling.name() : called == null ? "" : called.peer.name();
    }

    List<CallView.LegView> views() {
        return all().stream().map(Leg::view).toList();
    }
}
