package sotto.perf.dtmf;

import java.util.Arrays;
import java.util.Random;

/**
 * What of the keys came out at one sink. Adds up over calls. One thread.
 *
 * <p>A tone has leaked where one whole millisecond of it came out louder than −60 dBm0, whatever else it may have been. The
 * attack is made twice: on what came out, and on the same with each tone blanked to the sample, which is its oracle.
 */
public final class Leaks {
    private static final int FRAME = Script.RATE / 1000;
    private static final double LEAST_POWER = Level.power(-60);

    private int presses;
    private int leaked;
    private int recovered;
    private int oracle;

    /**
     * Takes a call.
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
        Random guesses = new Random(presses);
        for (Script.Round round : script.rounds()) {
            for (Press press : round.presses()) {
                long guess = guesses.nextLong();
                presses++;
                leaked += isHeard(heard, press) ? 1 : 0;
                int found = Attack.digit(heard, press, guess);
                boolean perfect =
                        Arrays.equals(heard, press.from(), press.until(), blanked, press.from(), press.until());
                recovered += found == press.digit() ? 1 : 0;
                oracle += (perfect ? found : Attack.digit(blanked, press, guess)) == press.digit() ? 1 : 0;
            }
        }
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

    public int presses() {
        return presses;
    }

    /** Tones with a millisecond that came out. */
    public int leaked() {
        return leaked;
    }

    /** Digits that the attack got right, of all. */
    public double recoveredShare() {
        return (double) recovered / Math.max(1, presses);
    }

    /** Digits that it got right where every tone was blanked to the sample. */
    public double oracleShare() {
        return (double) oracle / Math.max(1, presses);
    }

    /** By how many standard deviations the attack was better than its oracle. */
    public double recoveredZ() {
        double chance = Math.max(0.1, oracleShare());
        return (recovered - oracle) / Math.sqrt(Math.max(1, presses) * chance * (1 - chance));
    }
}
