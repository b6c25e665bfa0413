package sotto.perf.relay;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import sotto.perf.relay.Contender.Measured;
import sotto.perf.report.Chart;
import sotto.perf.report.Page;
import sotto.perf.run.Machine;
import sotto.perf.run.Result;

/** What is drawn in the end. One thread. */
final class Findings {
    static final String PAGE = "relay.html";

    private static final double MOST_DELAY_MS = 200; // beyond it, a relay is at its end

    private final Map<String, List<Measured>> rounds = new LinkedHashMap<>();
    private final Map<String, List<Measured>> steps = new LinkedHashMap<>();

    void round(String relay, Measured measured) {
        rounds.computeIfAbsent(relay, name -> new ArrayList<>()).add(measured);
    }

    void step(String relay, Measured measured) {
        steps.computeIfAbsent(relay, name -> new ArrayList<>()).add(measured);
    }

    /** Writes relay.html and a picture of each chart, and adds the steps to the result's object. */
    void write(Path directory, Result result) throws IOException {
        ArrayNode scaling = result.json().putArray("scaling");
        steps.forEach((relay, each) -> each.forEach(step -> scaling.addObject()
                .put("relay", relay)
                .put("calls", step.round().calls())
                .put("packetsPerSecond", Math.round(step.round().packetsASecond()))
                .put("cpuShare", Math.round(step.cpuShare() * 1000) / 1000.0)
                .put("p99Ms", Math.round(step.round().p99Ms() * 1000) / 1000.0)
                .put("lost", step.round().lost())));
        Files.createDirectories(directory);
        Page page = new Page("Relay: Sotto beside rtpengine");
        for (Map.Entry<String, Chart> chart : charts().entrySet()) {
            page.plot(chart.getValue());
            chart.getValue().png(directory.resolve("relay-" + chart.getKey() + ".png"));
        }
        StringWriter table = new StringWriter();
        result.print(new PrintWriter(table, true));
        page.heading("Figures").text(table.toString());
        how(page);
        page.write(directory.resolve(PAGE));
    }

    private Map<String, Chart> charts() {
        Map<String, Chart> charts = new LinkedHashMap<>();
        if (!steps.isEmpty()) {
            charts.put(
                    "cpu",
                    new Chart(
                            "CPU of the relay's process, plain RTP",
                            "calls, 100 packets a second through each",
                            "% of a core",
                            100,
                            series(steps, each -> each.round().calls(), each -> 100 * each.cpuShare())));
            charts.put(
                    "delay",
                    new Chart(
                            "p99 of the delay, generator and sockets included",
                            "calls, 100 packets a second through each",
                            "ms",
                            MOST_DELAY_MS,
                            series(steps, each -> each.round().calls(), each -> each.round()
                                    .p99Ms())));
        }
        if (!rounds.isEmpty()) {
            charts.put(
                    "rounds",
                    new Chart(
                            "CPU a packet at 60,000 a second, round by round",
                            "round",
                            "us",
                            Double.MAX_VALUE,
                            series(rounds, each -> 0, Measured::cpuMicros)));
        }
        return charts;
    }

    private static List<Chart.Series> series(
            Map<String, List<Measured>> of, ToDoubleFunction<Measured> x, ToDoubleFunction<Measured> y) {
        List<Chart.Series> all = new ArrayList<>();
        of.forEach((relay, each) -> {
            List<Chart.Point> points = new ArrayList<>();
            for (Measured measured : each) {
                double across = x.applyAsDouble(measured);
                points.add(new Chart.Point(across == 0 ? points.size() + 1 : across, y.applyAsDouble(measured)));
            }
            all.add(new Chart.Series(relay, points));
        });
        return all;
    }

    private static void how(Page page) {
        page.heading("How")
                .paragraph("Both relays are up at the same time on the first core, the generator has the second; one is"
                        + " loaded while the other stands still. Each call is 20 ms G.711 both ways, 100 packets a"
                        + " second through the relay. Each leg has an address of its own in 127.0.0.0/8, so a relay sees as"
                        + " many peers as there are legs; behind them is one socket a side, which sends and takes many"
                        + " packets by one system call. Every packet that comes back is looked at, and every SRTP tag is"
                        + " checked. RTCP that a relay makes is taken; none is sent.")
                .paragraph("CPU is the process's user and system time over the packets relayed. A round in which the"
                        + " generator sent more than 1 % of its packets over 5 ms late, or lost some itself, is done"
                        + " again, twice at most. Delay is from the generator's send to its receive.")
                .paragraph("rtpengine: " + String.join(" ", Rtpengine.options(0)) + ", all else as it is by default.")
                .paragraph("Sotto: the whole program with one media worker, calls set up over SIP.")
                .paragraph("Machine: " + Machine.description() + ".");
    }
}
