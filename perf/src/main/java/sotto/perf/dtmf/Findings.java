package sotto.perf.dtmf;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import sotto.perf.report.Chart;
import sotto.perf.report.Page;
import sotto.perf.report.Plot;
import sotto.perf.run.Machine;
import sotto.perf.run.Result;
import sotto.perf.run.Samples;

/** What came out of the lines: what libspandsp makes of it, and what is drawn of it. One thread. */
public final class Findings {
    private static final String PAGE = "dtmf.html";
    private static final int MOST_DELAY_MS = 100; // of those drawn
    private static final int MS = 1_000_000; // nanoseconds

    private final Line said = new Line();
    private final Map<Sinks.Sink, Line> sinks = new EnumMap<>(Sinks.Sink.class);
    private final List<Chart.Series> delays = new ArrayList<>();

    private static final class Line {
        private final Edges edges = new Edges();
        private int keys;

        void add(Script script, short[] heard) {
            edges.add(script, heard);
            keys += Spandsp.isInstalled() ? Spandsp.keys(heard) : 0;
        }
    }

    public Findings() {
        for (Sinks.Sink sink : Sinks.Sink.values()) {
            sinks.put(sink, new Line());
        }
    }

    /** Takes what was said. */
    public void said(Script script) {
        said.add(script, script.decoded());
    }

    /** Takes what came out at a sink, sample by sample of a script: the caller's, or that of its echo. */
    public void heard(Sinks.Sink sink, Script script, short[] heard) {
        Objects.requireNonNull(sinks.get(sink)).add(script, heard);
    }

    /** Takes how long packets were under way. */
    public void delays(String name, Samples samples) {
        List<Chart.Point> points = new ArrayList<>();
        for (int ms = 0; ms < MOST_DELAY_MS; ms++) {
            points.add(new Chart.Point(ms + 0.5, 100 * samples.share((long) ms * MS, (ms + 1L) * MS)));
        }
        delays.add(new Chart.Series(name, points));
    }

    /** Adds what libspandsp hears to a result. */
    public void report(Result result) {
        if (!Spandsp.isInstalled()) {
            result.absent("spandspKeys");
            return;
        }
        int keys = sinks.values().stream().mapToInt(line -> line.keys).sum();
        String each = sinks.entrySet().stream()
                .map(sink -> sink.getKey().text() + " " + sink.getValue().keys)
                .collect(Collectors.joining(", "));
        result.row(
                        "spandsp",
                        Integer.toString(keys),
                        "keys that it hears: " + each + "; " + said.keys + " in what was said")
                .key("spandspKeys", (long) keys);
    }

    /** Writes dtmf.html and a picture of each plot. */
    public void write(Path directory, Detectors detectors, Result result) throws IOException {
        Files.createDirectories(directory);
        Page page = new Page("DTMF: what is heard of the keys, and what comes out");
        for (Map.Entry<String, Plot> plot : plots(detectors).entrySet()) {
            page.plot(plot.getValue());
            plot.getValue().png(directory.resolve("dtmf-" + plot.getKey() + ".png"));
        }
        StringWriter table = new StringWriter();
        result.print(new PrintWriter(table, true));
        page.heading("Figures").text(table.toString());
        how(page);
        page.write(directory.resolve(PAGE));
    }

    private Map<String, Plot> plots(Detectors detectors) {
        Map<String, Plot> plots = new LinkedHashMap<>();
        plots.put("detection", detectors.bars());
        plots.put(
                "beginning",
                levels(
                        "Level about the beginning of a tone, secure-pay on",
                        "ms from its beginning",
                        Edges::beginning));
        plots.put("end", levels("Level about the end of a tone, secure-pay on", "ms from its end", Edges::end));
        plots.put("delay", new Chart("Delay, caller to agent", "ms", "% of packets", Double.MAX_VALUE, delays));
        return plots;
    }

    private Chart levels(String title, String across, Function<Edges, List<Chart.Point>> edge) {
        List<Chart.Series> series = new ArrayList<>();
        series.add(new Chart.Series("said", edge.apply(said.edges)));
        sinks.forEach((sink, line) -> series.add(new Chart.Series(sink.text(), edge.apply(line.edges))));
        return new Chart(title, across, "dBm0", Double.MAX_VALUE, series);
    }

    private static void how(Page page) {
        page.heading("How")
                .paragraph(
                        "Calls over SIP through the whole program, G.711 of both laws, SRTP at the agent's side; what comes"
                                + " out at the agent's leg and in the tap is laid beside what went in, sample by sample."
                                + " The agent's end sends an echo of it, 20 dB softer and up to 200 ms later: what the tap has"
                                + " of that is laid beside the echo.")
                .paragraph(
                        "Levels are mean powers of a millisecond over all tones that are 60 ms or more away from others,"
                                + " of all conditions: with a dial tone or noise beside them the line is not silent between tones.")
                .paragraph("The detectors alone, without the program, hear the same packets in turns. libspandsp is"
                        + " Debian's, as it is by default, and tuned: its filter for dial tones on, its limits of twist 9"
                        + " and 5 dB in place of 8 and 4. Keys of a number that are heard in their order count.")
                .paragraph("Machine: " + Machine.description() + ".");
    }
}
