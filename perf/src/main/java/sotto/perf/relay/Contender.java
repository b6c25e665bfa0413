package sotto.perf.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import sotto.perf.relay.Traffic.TrafficCall;
import sotto.perf.run.Spread;

/** A relay with its calls, and what its rounds came to. One thread. */
final class Contender implements AutoCloseable {
    private static final int MOST_REPEATS = 2;

    private final Relay relay;
    private final Traffic traffic;
    private final List<TrafficCall> calls = new ArrayList<>();
    private final List<Measured> rounds = new ArrayList<>();

    Contender(Relay relay, Traffic traffic) {
        this.relay = relay;
        this.traffic = traffic;
    }

    /**
     * A round with what it cost.
     *
     * @param cpuShare of a core, all threads of the process, user and system
     * @param repeats rounds before it that the generator spoiled
     */
    record Measured(Round round, double cpuShare, int repeats) {
        /** Of a packet that was relayed. */
        double cpuMicros() {
            return round.received() == 0 ? Double.NaN : 1e6 * cpuShare * round.seconds() / round.received();
        }
    }

    Relay relay() {
        return relay;
    }

    String name() {
        return relay.name();
    }

    /** Calls that are up. */
    int up() {
        return calls.size();
    }

    /** Sets calls up until there are so many. */
    void raiseTo(int count) throws IOException, InterruptedException {
        int first = calls.size();
        if (count > first) {
            calls.addAll(traffic.through(first, relay.raise(first, count - first)));
        }
    }

    /** Has so many of them talk; a round that the generator spoiled is done again, twice at most. */
    Measured talk(int count, Duration length) throws IOException {
        Measured measured = once(count, length, 0);
        while (!measured.round().isSound() && measured.repeats() < MOST_REPEATS) {
            measured = once(count, length, measured.repeats() + 1);
        }
        return measured;
    }

    private Measured once(int count, Duration length, int repeats) throws IOException {
        double before = relay.cpuSeconds();
        Round round = traffic.run(calls.subList(0, count), length);
        return new Measured(round, (relay.cpuSeconds() - before) / round.seconds(), repeats);
    }

    /** Adds a round to those that count. */
    Measured round(int count, Duration length) throws IOException {
        Measured measured = talk(count, length);
        rounds.add(measured);
        return measured;
    }

    List<Measured> rounds() {
        return List.copyOf(rounds);
    }

    Spread cpuMicros() {
        return Spread.of(rounds.stream().mapToDouble(Measured::cpuMicros).toArray());
    }

    Spread p99Ms() {
        return Spread.of(
                rounds.stream().mapToDouble(each -> each.round().p99Ms()).toArray());
    }

    long lost() {
        return rounds.stream().mapToLong(each -> each.round().lost()).sum();
    }

    long refused() {
        return rounds.stream().mapToLong(each -> each.round().refused()).sum();
    }

    int repeats() {
        return rounds.stream().mapToInt(Measured::repeats).sum();
    }

    long unsound() {
        return rounds.stream().filter(each -> !each.round().isSound()).count();
    }

    /** CPU that it takes while nobody talks, of a core. */
    double idleShare(Duration length) throws IOException {
        double before = relay.cpuSeconds();
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < length.toNanos()) {
            LockSupport.parkNanos(length.toNanos()); // may end early
        }
        return (relay.cpuSeconds() - before) / ((System.nanoTime() - startNs) / 1e9);
    }

    @Override
    public void close() throws IOException {
        calls.forEach(TrafficCall::close);
        relay.close();
    }
}
