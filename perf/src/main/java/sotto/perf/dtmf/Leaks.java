package sotto.perf.dtmf;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * What of the keys came out at one sink. Adds up over calls. One thread.
 *
 * <p>A tone has leaked where one whole millisecond of it came out louder than −60 dBm0, whatever else it may have been. The
 * attack is made twice: on what came out, and on the same with each tone blanked to the sample, which is its oracle.
 */
public final class Leaks {
    private static final int FRAME = Script.RATE / 1000;
    private static final double LEAST_POWER = Level.power(-60);

    private final Map<Condition, Tally> tallies = new LinkedHashMap<>();
    private int rounds;
    private int notBeside;

    /** Of the keys under one condition. */
    private static final class Tally {
        private int presses;
        private int leaked;
        private int recovered;
        private int oracle;
    }

    /**
     * Takes a call: those of its numbers beside which what came out lies from the noise before to the noise behind.
     *
     * @param heard what came out, sample by sample of the script; 0 where nothing did
     */
    public void add(Script script, short[] heard) {
        short[] blanked = heard.clone();
        for (Script.Round round : script.rounds()) {
            for (Press press : round.presses()) {
                Arrays.fill(blanked, press.from(), press.until(), (short) 0);
            }
        }
        Random guesses = new Random(presses());
        boolean before = true; // what lies beside the script is found by its first noise
        for (Script.Round round : script.rounds()) {
            boolean behind = script.isBeside(round, heard);
            rounds++;
            if (before && behind) {
                round.presses().forEach(press -> add(round.condition(), press, heard, blanked, guesses.nextLong()));
            } else {
                notBeside++;
            }
            before = behind;
        }
    }

    private void add(Condition condition, Press press, short[] heard, short[] blanked, long guess) {
        Tally tally = tallies.computeIfAbsent(condition, none -> new Tally());
        tally.presses++;
        tally.leaked += isHeard(heard, press) ? 1 : 0;
        int found = Attack.digit(heard, press, guess);
        boolean perfect = Arrays.equals(heard, press.from(), press.until(), blanked, press.from(), press.until());
        tally.recovered += found == press.digit() ? 1 : 0;
        tally.oracle += (perfect ? found : Attack.digit(blanked, press, guess)) == press.digit() ? 1 : 0;
    }

    private static boolean isHeard(short[] heard, Press press) {
        for (int from = press.from(); from + FRAME <= press.until(); from++) {
            double energy = 0;
            for (int i = from; i < from + FRAME; i++) {
                energy += heard[i] * heard[i];
            }
            if (energy > FRAME * LEAST_POWER) {
                return true;
            }
        }
        return false;
    }

    /** The same of some conditions only; what is added later is not in it. */
    public Leaks under(Predicate<Condition> conditions) {
        Leaks some = new Leaks();
        some.rounds = rounds;
        some.notBeside = notBeside;
        tallies.forEach((condition, tally) -> {
            if (conditions.test(condition)) {
                some.tallies.put(condition, tally);
            }
        });
        return some;
    }

    private int sum(ToIntFunction<Tally> of) {
        return tallies.values().stream().mapToInt(of).sum();
    }

    public int presses() {
        return sum(tally -> tally.presses);
    }

    /** Tones with a millisecond that came out. */
    public int leaked() {
        return sum(tally -> tally.leaked);
    }

    /** The same, of all tones. */
    public double leakedPercent() {
        return 100.0 * leaked() / Math.max(1, presses());
    }

    /** Tones that came out by condition, those that have any. */
    public String leakedBy() {
        return tallies.entrySet().stream()
                .filter(each -> each.getValue().leaked > 0)
                .map(each -> each.getValue().leaked + " under " + each.getKey().name())
                .collect(Collectors.joining(", "));
    }

    /** Numbers beside which nothing lay, so that they are not judged; of all conditions. */
    public int notBeside() {
        return notBeside;
    }

    /** Numbers in all, of all conditions. */
    public int rounds() {
        return rounds;
    }

    /** Digits that the attack got right, of all. */
    public double recoveredShare() {
        return (double) sum(tally -> tally.recovered) / Math.max(1, presses());
    }

    /** Digits that it got right where every tone was blanked to the sample. */
    public double oracleShare() {
        return (double) sum(tally -> tally.oracle) / Math.max(1, presses());
    }

    /** By how many standard deviations the attack was better than its oracle. */
    public double recoveredZ() {
        double chance = Math.max(0.1, oracleShare());
        int better = sum(tally -> tally.recovered - tally.oracle);
        return better / Math.sqrt(Math.max(1, presses()) * chance * (1 - chance));
    }
}
