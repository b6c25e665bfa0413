package sotto.proxy.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import sotto.proxy.config.PeerSettings;

/**
 * The places of one peer, and in which order they are tried (RFC 2782). Thread-safe.
 *
 * <pre>
 *  state of a place   goes
 *  not down           by rank; within a rank by lot, heavier more often, weight 0 hardly ever
 *  down               the same way, behind all that are not
 * </pre>
 */
final class Servers {
    private final PeerSettings peer;
    private volatile List<Server> all;

    Servers(PeerSettings peer) {
        this.peer = peer;
        this.all = peer.lookup() == PeerSettings.Lookup.ADDRESS ? List.of(Server.written(peer)) : List.of();
    }

    List<Server> all() {
        return all;
    }

    /** What name servers tell now; one that was known before keeps its health. */
    void found(List<Locator.Place> places) {
        List<Server> known = all;
        all = places.stream().distinct().map(place -> server(known, place)).toList();
    }

    private Server server(List<Server> known, Locator.Place place) {
        return known.stream()
                .filter(server -> server.isAt(place))
                .findFirst()
                .map(server -> server.moved(place))
                .orElseGet(() -> Server.found(peer, place));
    }

    List<Server> order(RandomGenerator lot) {
        TreeMap<Integer, List<Server>> byRank = new TreeMap<>();
        for (Server server : all) {
            int rank = server.place().map(Locator.Place::rank).orElse(0);
            byRank.computeIfAbsent(rank, r -> new ArrayList<>()).add(server);
        }
        List<Server> order = new ArrayList<>();
        byRank.values().forEach(equals -> order.addAll(Lot.order(equals, Servers::share, lot)));
        return Lot.last(order, server -> !server.health().isWorthTrying());
    }

    /** Of weight 0 is one part in a hundred of weight 1: RFC 2782 wants a very small chance, not none. */
    private static int share(Server server) {
        return 100 * server.place().map(Locator.Place::weight).orElse(0) + 1;
    }

    Health.State state() {
        List<Server> now = all;
        if (now.isEmpty()) {
            return Health.State.DOWN; // nowhere to go
        }
        return now.stream()
                .map(server -> server.health().state())
                .filter(state -> state != Health.State.DOWN)
                .findFirst()
                .orElse(Health.State.DOWN);
    }
}
