package sotto.proxy.sipp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sotto.proxy.e2e.Scenario;

/**
 * One side of a row: a peer of the configuration, a SIPp, or both. Immutable.
 *
 * @param name trunk1, trunk2, agent1 … within its row, or stranger, which is no peer
 * @param scenario what its SIPp does; empty for a peer where nobody listens
 * @param keys lines of its section, beside its address
 * @param arguments of SIPp, more than addresses
 * @param waitsFor what {@code GET /v1/peers} must say before it starts
 */
public record Part(
        String name, Optional<Scenario> scenario, List<String> keys, List<String> arguments, Optional<Wish> waitsFor) {

    /** A member of a peer in {@code GET /v1/peers}, and its value. */
    public record Wish(String peer, String member, String value) {}

    Part and(String... more) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        return new Part(name, scenario, keys, all, waitsFor);
    }

    Part key(String line) {
        List<String> all = new ArrayList<>(keys);
        all.add(line);
        return new Part(name, scenario, all, arguments, waitsFor);
    }

    Part after(Wish wish) {
        return new Part(name, scenario, keys, arguments, Optional.of(wish));
    }

    boolean isTrunk() {
        return name.startsWith("trunk");
    }

    boolean isPeer() {
        return isTrunk() || name.startsWith("agent");
    }

    /** True for a SIPp that waits for requests. */
    boolean isCalled() {
        return scenario.filter(Scenario::isCalled).isPresent();
    }

    boolean isTls() {
        return keys.contains("transport: tls");
    }

    /** True where its SIPp speaks TCP. */
    boolean isTcp() {
        return isTls() || keys.contains("transport: tcp");
    }

    /** Last octet of its address: 1 to 100 trunks, 101 to 200 the peers behind them, 201 a stranger. */
    int host() {
        if (!isPeer()) {
            return 201;
        }
        int number = Integer.parseInt(name.substring("trunk".length()));
        return isTrunk() ? number : 100 + number;
    }
}
