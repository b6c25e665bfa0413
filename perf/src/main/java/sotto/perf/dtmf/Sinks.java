package sotto.perf.dtmf;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import sotto.perf.run.Result;

/** The ways out by which a key could leave the program, each judged, and the bars set to them. One thread. */
public final class Sinks {
    private static final double BAR_Z = 3;

    private final Map<Sink, Leaks> leaks = new EnumMap<>(Sink.class);

    /** One of them. */
    public enum Sink {
        LEG("agent's leg"),
        TAP("tap"),
        /** Of what the agent's end sends: the keys come back there as an echo. */
        TAP_OF_AGENT("tap, agent's side");

        private final String text;

        Sink(String text) {
            this.text = text;
        }

        /** For people. */
        String text() {
            return text;
        }
    }

    public Sinks() {
        for (Sink sink : Sink.values()) {
            leaks.put(sink, new Leaks());
        }
    }

    /** Takes what came out at one, sample by sample of a script: the caller's, or that of its echo. */
    public void add(Sink sink, Script script, short[] heard) {
        Objects.requireNonNull(leaks.get(sink)).add(script, heard);
    }

    /**
     * Adds what they came to to a result.
     *
     * @param isShort too few keys for shares of a percent: those are told, and no bar
     */
    public void report(Result result, boolean isShort) {
        int leaked = 0;
        double z = 0;
        for (Map.Entry<Sink, Leaks> each : leaks.entrySet()) {
            Leaks all = each.getValue();
            Leaks standard = all.under(condition -> !condition.line().isSpeech());
            String name = each.getKey().text();
            row(result, name, all);
            leaked += standard.leaked();
            z = Math.max(z, standard.recoveredZ());
            result.bar(
                            standard.leaked() == 0,
                            name + ": no tone has a millisecond that comes out; " + standard.leaked() + " had")
                    .bar(standard.recoveredZ() <= BAR_Z, name + ": the attack is as bad as on perfect blanks")
                    .bar(
                            all.notBeside() <= (each.getKey() == Sink.LEG ? 0 : all.rounds() / 2),
                            name + ": numbers are found there; " + all.notBeside() + " of " + all.rounds()
                                    + " were not");
        }
        result.key("leakedTones", leaked).key("recoveredZ", z);
        Condition.ALL.stream()
                .filter(condition -> condition.line().isSpeech())
                .forEach(condition -> speech(result, condition, isShort));
        underSpeech(result, "leakedUnderSpeechPercent", Condition.UNDER_SPEECH);
        underSpeech(result, "leakedUnderEqualSpeechPercent", Condition.UNDER_EQUAL_SPEECH);
    }

    private static void row(Result result, String name, Leaks leaks) {
        result.row(
                name,
                Integer.toString(leaks.leaked()),
                String.format(
                        Locale.ROOT,
                        "of %d tones came out for 1 ms or more%s; least squares finds %.1f %% of the digits, %.1f %% where all"
                                + " is blanked",
                        leaks.presses(),
                        leaks.leaked() == 0 ? "" : " (" + leaks.leakedBy() + ")",
                        100 * leaks.recoveredShare(),
                        100 * leaks.oracleShare()));
    }

    private void speech(Result result, Condition condition, boolean isShort) {
        OptionalDouble worst = worstPercent(condition);
        if (worst.isEmpty()) {
            return;
        }
        String what = "leaked: " + condition.name();
        result.row(
                what,
                String.format(Locale.ROOT, "%.2f %%", worst.getAsDouble()),
                String.format(
                        Locale.ROOT, "of the tones, at the worst sink; %.0f %% may", condition.mostLeakedPercent()));
        if (!isShort) {
            result.bar(
                    worst.getAsDouble() <= condition.mostLeakedPercent(),
                    String.format(
                            Locale.ROOT, "%s: %.0f %% at each sink at most", what, condition.mostLeakedPercent()));
        }
    }

    private void underSpeech(Result result, String key, Condition condition) {
        worstPercent(condition).ifPresentOrElse(worst -> result.key(key, worst), () -> result.absent(key));
    }

    /** Empty where no number was pressed under it: nothing here speaks. */
    private OptionalDouble worstPercent(Condition condition) {
        return leaks.values().stream()
                .map(all -> all.under(condition::equals))
                .filter(some -> some.presses() > 0)
                .mapToDouble(Leaks::leakedPercent)
                .max();
    }
}
