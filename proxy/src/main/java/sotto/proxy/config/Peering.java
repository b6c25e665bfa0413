package sotto.proxy.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * Everybody that calls are exchanged with, and which call goes where.
 *
 * @param trunks carriers, at least one; callers with card numbers are on this side
 * @param agents PBXs and gateways of the contact centre, at least one
 * @param routes the first that fits a call is its; without one, all peers of the other side in the order of the file
 */
public record Peering(List<PeerSettings> trunks, List<PeerSettings> agents, List<RouteSettings> routes) {
    public Peering {
        trunks = List.copyOf(trunks);
        agents = List.copyOf(agents);
        routes = List.copyOf(routes);
    }

    /** One trunk, one peer behind it, and no routes. */
    public static Peering of(PeerSettings trunk, PeerSettings agents) {
        return new Peering(List.of(trunk), List.of(agents), List.of());
    }

    /** Legs that a call may have in a network: two where both sides have somebody there. */
    int legsIn(String realm) {
        return (int) Stream.of(trunks, agents)
                .filter(side -> side.stream().anyMatch(peer -> peer.realm().equals(realm)))
                .count();
    }

    /** Trunks first. */
    public List<PeerSettings> all() {
        return Stream.concat(trunks.stream(), agents.stream()).toList();
    }
}
