package sotto.proxy.trunk;

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sotto.proxy.config.RouteSettings;
import sotto.proxy.config.RouteSettings.Target;

/**
 * Tells which peers a call may go to, best first. Thread-safe.
 *
 * <pre>
 *  routes                                  answer
 *  none that leads to the other side       all its peers, in the order of the file
 *  the first that fits from, prefix, time  its steps in order; within a step by lot, heavier more often
 *  none fits                               nobody: 404
 *  a peer that is down                     behind all that are not: still better than nobody
 * </pre>
 */
public final class Router {
    private final Peers peers;
    private final List<RouteSettings> routes;
    private final Map<String, Peer> byName;

    public Router(Peers peers, List<RouteSettings> routes) {
        this.peers = peers;
        this.routes = List.copyOf(routes);
        this.byName = peers.all().stream().collect(Collectors.toUnmodifiableMap(Peer::name, Function.identity()));
    }

    /**
     * The way of one call.
     *
     * @param route name of the rule; empty where there is none for this direction
     * @param to peers in the order in which they are to be tried; nobody where no rule fits
     */
    public record Way(Optional<String> route, List<Peer> to) {}

    /**
     * Finds the way of one call.
     *
     * @param from who calls
     * @param number user part of the address that is called
     * @param lot throws it for weights
     */
    public Way way(Peer from, String number, ZonedDateTime now, RandomGenerator lot) {
        boolean ruled = false;
        for (RouteSettings route : routes) {
            if (!leadsAway(route, from)) {
                continue;
            }
            ruled = true;
            if (fits(route, from, number, now)) {
                return new Way(Optional.of(route.name()), healthyFirst(order(route, lot)));
            }
        }
        return new Way(
                Optional.empty(),
                ruled ? List.of() : healthyFirst(peers.of(from.side().other())));
    }

    private boolean leadsAway(RouteSettings route, Peer from) {
        @Nullable Peer first = byName.get(route.to().getFirst().getFirst().peer());
        return first != null && first.side() != from.side();
    }

    private static boolean fits(RouteSettings route, Peer from, String number, ZonedDateTime now) {
        return (route.from().isEmpty() || route.from().contains(from.name()))
                && (route.prefixes().isEmpty() || route.prefixes().stream().anyMatch(number::startsWith))
                && (route.times().isEmpty() || route.times().get().holds(now));
    }

    private List<Peer> order(RouteSettings route, RandomGenerator lot) {
        List<Peer> order = new ArrayList<>();
        for (List<Target> step : route.to()) {
            for (Target drawn : Lot.order(step, Target::weight, lot)) {
                order.add(Objects.requireNonNull(byName.get(drawn.peer()), drawn.peer()));
            }
        }
        return order;
    }

    private static List<Peer> healthyFirst(List<Peer> order) {
        return Lot.last(order, peer -> !peer.isWorthTrying());
    }
}
