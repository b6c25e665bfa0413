package sotto.perf.dtmf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import sotto.media.packet.RtpView;
import sotto.perf.report.Bars;
import sotto.perf.run.Result;
import sotto.proxy.demo.G711;

/**
 * The program's detector beside libspandsp's, without the program: each hears the same packets, keys under each condition
 * and speech without any. One thread.
 */
public final class Detectors {
    private static final int NUMBERS = 8; // of a script
    private static final int SPEECH_BESIDE_SAMPLES = 6 * NUMBERS * Script.RATE;
    private static final G711[] LAWS = G711.values();

    private final RtpView slot = ArmedMask.slot();
    private final Map<Condition, Tally> tallies = new LinkedHashMap<>();
    private final Tally speech = new Tally();
    private double hours;

    private enum Contender {
        OURS("Sotto"),
        SPANDSP("spandsp"),
        TUNED("spandsp, tuned");

        private final String text;

        Contender(String text) {
            this.text = text;
        }

        Detector detector(G711 law, RtpView slot) {
            return switch (this) {
                case OURS -> new ArmedMask(law, slot);
                case SPANDSP -> new Spandsp(law, false);
                case TUNED -> new Spandsp(law, true);
            };
        }

        static List<Contender> here() {
            return Spandsp.isInstalled() ? List.of(values()) : List.of(OURS);
        }
    }

    /** Keys that each heard, of so many. */
    private static final class Tally {
        private final Map<Contender, Integer> heard = new EnumMap<>(Contender.class);
        private int of;

        void add(Contender contender, int keys) {
            heard.merge(contender, keys, Integer::sum);
        }

        void add(Tally other) {
            other.heard.forEach(this::add);
            of += other.of;
        }

        int heard(Contender contender) {
            return heard.getOrDefault(contender, 0);
        }

        double percent(Contender contender) {
            return 100.0 * heard(contender) / Math.max(1, of);
        }
    }

    private Detectors() {}

    /** Has each hear all; a minute, or some seconds. */
    public static Detectors measure(boolean quick, long seed) throws IOException, InterruptedException {
        Detectors detectors = new Detectors();
        List<Condition> conditions = new ArrayList<>(Condition.ALL);
        List<Path> files = Speech.files(seed);
        conditions.removeIf(condition -> (condition.line().isSpeech() && files.isEmpty())
                || !condition.way().isAudio());
        int scripts = quick ? 1 : 32; // of each condition
        for (int i = 0; i < scripts * conditions.size(); i++) {
            Condition condition = conditions.get(i % conditions.size());
            G711 law = LAWS[(i + i / conditions.size()) % LAWS.length];
            short[] beside = condition.line().isSpeech() ? Speech.read(files, i, SPEECH_BESIDE_SAMPLES) : new short[0];
            detectors.keys(condition, Script.of(seed + i, law, Collections.nCopies(NUMBERS, condition), beside));
        }
        int pieces = files.isEmpty() ? 0 : quick ? 8 : 40;
        int seconds = quick ? 25 : 150; // of each
        for (int i = 0; i < pieces; i++) {
            short[] piece = Speech.read(files, i * files.size() / pieces, seconds * Script.RATE);
            detectors.speech(Script.of(seed + i, LAWS[i % LAWS.length], piece));
        }
        return detectors;
    }

    private void keys(Condition condition, Script script) throws InterruptedException {
        tallies.putIfAbsent(condition, new Tally());
        Tally tally = Objects.requireNonNull(tallies.get(condition));
        tally.of += NUMBERS * Script.DIGITS;
        for (Contender contender : Contender.here()) {
            try (Detector detector = contender.detector(script.law(), slot)) {
                Heard heard = Heard.of(detector, script);
                tally.add(
                        contender,
                        script.rounds().stream().mapToInt(heard::found).sum());
            }
        }
    }

    private void speech(Script script) throws InterruptedException {
        hours += (double) script.packets() * Script.PACKET / Script.RATE / 3600;
        for (Contender contender : Contender.here()) {
            try (Detector detector = contender.detector(script.law(), slot)) {
                speech.add(contender, Heard.of(detector, script).count());
            }
        }
    }

    /** Adds what they heard to a result. */
    public void report(Result result) {
        Tally must = all(Condition::isTaken);
        Tally spoken = all(condition -> condition.line().isSpeech());
        result.key("detectorPercent", must.percent(Contender.OURS));
        if (hours > 0) {
            result.key("detectorFalsePerHour", speech.heard(Contender.OURS) / hours);
        } else {
            result.absent("detectorFalsePerHour").absent("spandspFalsePerHour");
        }
        if (!Spandsp.isInstalled()) {
            result.row("spandsp", "-", "not installed (Debian: libspandsp2)")
                    .absent("spandspPercent")
                    .absent("spandspFalsePerHour");
            return;
        }
        tallies.forEach((condition, tally) ->
                row(result, condition.name(), tally, condition.isTaken() ? "" : "; nobody has to"));
        row(result, "all that must be", must, "");
        Contender better = better(must);
        result.key("spandspPercent", must.percent(better))
                .bar(
                        must.heard(Contender.OURS) >= must.heard(better),
                        "our detector hears at least as many keys as spandsp")
                .bar(
                        spoken.heard(Contender.OURS) >= spoken.heard(better(spoken)),
                        "and where somebody speaks over them");
        if (hours > 0) {
            result.row(
                            "spandsp: speech",
                            Integer.toString(speech.heard(Contender.SPANDSP)),
                            String.format(
                                    Locale.ROOT,
                                    "false keys in %.2f h of read prompts; tuned %d; ours, of the same, %d",
                                    hours,
                                    speech.heard(Contender.TUNED),
                                    speech.heard(Contender.OURS)))
                    .key("spandspFalsePerHour", speech.heard(better) / hours);
        }
    }

    private Tally all(Predicate<Condition> which) {
        Tally all = new Tally();
        tallies.forEach((condition, tally) -> {
            if (which.test(condition)) {
                all.add(tally);
            }
        });
        return all;
    }

    private static Contender better(Tally tally) {
        return tally.heard(Contender.TUNED) > tally.heard(Contender.SPANDSP) ? Contender.TUNED : Contender.SPANDSP;
    }

    private static void row(Result result, String name, Tally tally, String note) {
        result.row(
                "spandsp: " + name,
                String.format(Locale.ROOT, "%.2f %%", tally.percent(Contender.SPANDSP)),
                String.format(
                        Locale.ROOT,
                        "of %d keys; tuned %.2f %%; ours, of the same, %.2f %%%s",
                        tally.of,
                        tally.percent(Contender.TUNED),
                        tally.percent(Contender.OURS),
                        note));
    }

    /** Keys heard under each condition. */
    Bars bars() {
        List<Bars.Series> series = new ArrayList<>();
        for (Contender contender : Contender.here()) {
            series.add(new Bars.Series(
                    contender.text,
                    tallies.values().stream()
                            .map(tally -> tally.percent(contender))
                            .toList()));
        }
        return new Bars(
                "Keys heard, without the program, % by condition",
                tallies.keySet().stream().map(Condition::name).toList(), series);
    }
}
