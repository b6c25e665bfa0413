package sotto.proxy.sipp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import sotto.proxy.e2e.Scenario;

/**
 * One scenario of the table: who takes part, what each says and must hear, and the rule that it shows. Immutable.
 *
 * @param rules such as {@code 3261 §9}: number and section of an RFC, as docs/rfc.md has them
 * @param shows what a reader learns when it is green
 * @param routes its routing rules, in the form of the configuration; empty for from one side to all of the other
 * @param calls how many each SIPp makes or takes
 * @param atMostS longest time it may take; a long one waits for timers, and begins first
 * @param comesTo what {@code GET /v1/peers} must say at the end
 * @param packets of audio that the call detail record must have of each direction of the first trunk's leg; 0 for no matter
 */
public record Row(
        String name,
        List<String> rules,
        String shows,
        Site.Kind site,
        List<Part> parts,
        String routes,
        int calls,
        int atMostS,
        List<Part.Wish> comesTo,
        int packets) {
    private static final int USUAL_S = 30;

    /**
     * Begins a row.
     *
     * @param rules with commas between
     */
    static Row of(String name, String rules, String shows) {
        return new Row(
                name, List.of(rules.split(", ")), shows, Site.Kind.USUAL, List.of(), "", 1, USUAL_S, List.of(), 0);
    }

    /** A trunk. */
    Row trunk(Scenario scenario, String... keys) {
        return part("trunk", Optional.of(scenario), keys);
    }

    /** A peer behind. */
    Row agent(Scenario scenario, String... keys) {
        return part("agent", Optional.of(scenario), keys);
    }

    /** A peer behind that is in the configuration, and not there. */
    Row absentAgent(String... keys) {
        return part("agent", Optional.empty(), keys);
    }

    /** Somebody whom the configuration does not know. */
    Row stranger(Scenario scenario) {
        return with(new Part("stranger", Optional.of(scenario), List.of(), List.of(), Optional.empty()));
    }

    private Row part(String kind, Optional<Scenario> scenario, String... keys) {
        long before = parts.stream().filter(p -> p.name().startsWith(kind)).count();
        return with(new Part(kind + (before + 1), scenario, List.of(keys), List.of(), Optional.empty()));
    }

    private Row with(Part part) {
        List<Part> all = new ArrayList<>(parts);
        all.add(part);
        return with(all);
    }

    private Row with(List<Part> all) {
        return new Row(name, rules, shows, site, List.copyOf(all), routes, calls, atMostS, comesTo, packets);
    }

    private Row last(UnaryOperator<Part> change) {
        List<Part> all = new ArrayList<>(parts);
        all.add(change.apply(all.removeLast()));
        return with(all);
    }

    /** The last part's transport. */
    Row overTcp() {
        return last(part -> part.key("transport: tcp").and("-t", "t1"));
    }

    /** The same with TLS; of a row on {@link Site.Kind#TLS}. */
    Row overTls() {
        return last(part -> part.key("transport: tls").and("-t", "t1"));
    }

    /** More for the last part's SIPp. */
    Row arguments(String... more) {
        return last(part -> part.and(more));
    }

    /** The number that the last part calls, instead of 100. */
    Row calls(String number) {
        return arguments("-s", number);
    }

    /** The last part begins once a peer is so. */
    Row once(String peer, String member, String value) {
        return last(part -> part.after(new Part.Wish(peer, member, value)));
    }

    Row on(Site.Kind kind) {
        return new Row(name, rules, shows, kind, parts, routes, calls, atMostS, comesTo, packets);
    }

    /** Routing rules, each a name and keys; {trunk1} and {agent1} stand for the peers of the row. */
    Row routes(String yaml) {
        return new Row(name, rules, shows, site, parts, yaml, calls, atMostS, comesTo, packets);
    }

    Row calls(int count) {
        return new Row(name, rules, shows, site, parts, routes, count, atMostS, comesTo, packets);
    }

    Row atMost(int seconds) {
        return new Row(name, rules, shows, site, parts, routes, calls, seconds, comesTo, packets);
    }

    /** What a peer's member in {@code GET /v1/peers} must come to. */
    Row then(String peer, String member, int count) {
        return then(peer, member, Integer.toString(count));
    }

    /** The same for what is no number. */
    Row then(String peer, String member, String value) {
        List<Part.Wish> all = new ArrayList<>(comesTo);
        all.add(new Part.Wish(peer, member, value));
        return new Row(name, rules, shows, site, parts, routes, calls, atMostS, List.copyOf(all), packets);
    }

    /** So many packets of audio at least came from the first trunk, and went there. */
    Row hears(int least) {
        return new Row(name, rules, shows, site, parts, routes, calls, atMostS, comesTo, least);
    }

    boolean isLong() {
        return atMostS > USUAL_S;
    }
}
