package sotto.perf.relay;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sotto.perf.relay.Traffic.TrafficCall;
import sotto.perf.run.Machine;
import sotto.perf.run.Result;
import sotto.perf.run.Spread;

/**
 * The program and rtpengine with the same packets in turns: one is loaded while the other, with as many calls up,
 * stands still (SIGSTOP). Both have the first core, the generator has the second. One thread.
 */
public final class Beside {
    private static final List<String> PEER_KEYS =
            List.of("cpuRatio60k", "maxLosslessRatio", "p99Ratio", "srtpCpuRatio", "srtpTransformRatio");
    private static final int CALLS_60K = 600; // 100 packets a second each, both directions
    private static final int SRTP_CALLS = 400; // neither is near its end there
    private static final int ROUNDS = 5;
    private static final int MOST_CALLS = 2300; // the generator has no more than 240,000 packets a second in it
    private static final double BAR_CPU = 0.67;
    private static final double BAR_LOAD = 1.3;
    private static final double BAR_P99 = 0.2;
    private static final double BAR_SRTP_CPU = 0.8;
    private static final double BAR_PAUSE_MS = 1;
    private static final Duration WARM = Duration.ofSeconds(30); // its compilers took a fifth of it after 20
    private static final Duration ROUND = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofSeconds(2);

    private final Optional<String> keys;
    private final Result result;
    private final Findings findings = new Findings();

    /**
     * @param keys more of the program's configuration of media; empty for its own choice
     * @param result what is found is added to it
     */
    public Beside(Optional<String> keys, Result result) {
        this.keys = keys;
        this.result = result;
    }

    /** All of it, with bars; some minutes. */
    public void run(Path report) throws IOException, InterruptedException {
        Optional<Path> peer = Rtpengine.installed();
        if (peer.isEmpty()) {
            absent();
        } else {
            try (Traffic traffic = new Traffic()) {
                capacity(traffic);
                plain(traffic, peer.get());
                srtp(traffic, peer.get());
            }
        }
        new TransformBench(ROUNDS, 5000)
                .run(result)
                .ifPresentOrElse(
                        ratio -> result.key("srtpTransformRatio", ratio), () -> result.absent("srtpTransformRatio"));
        result.row("plots", "", report.resolve(Findings.PAGE).toString());
        findings.write(report, result);
    }

    /** One round each of plain RTP at 60,000 packets a second; no bars, for one round is no proof. */
    public void runQuick() throws IOException, InterruptedException {
        absent();
        Optional<Path> peer = Rtpengine.installed();
        if (peer.isEmpty()) {
            return;
        }
        try (Traffic traffic = new Traffic();
                Pair pair = Pair.start(peer.get(), Media.RTP, traffic, new Pair.Size(CALLS_60K, keys))) {
            pair.raiseTo(CALLS_60K);
            pair.ours().talk(CALLS_60K, SHORT);
            pair.theirs().talk(CALLS_60K, Duration.ofMillis(500));
            pair.each(each -> each.round(CALLS_60K, SHORT));
            Round direct = traffic.run(traffic.direct(CALLS_60K), Duration.ofSeconds(1));
            at60k(pair, List.of(direct));
        }
    }

    private void absent() {
        PEER_KEYS.forEach(result::absent);
    }

    private void capacity(Traffic traffic) throws IOException {
        List<TrafficCall> calls = traffic.direct(MOST_CALLS);
        traffic.run(calls, SHORT); // compiled
        Round round = traffic.run(calls, SHORT);
        result.row(
                "generator to itself",
                String.format(Locale.ROOT, "%.0f", round.packetsASecond()),
                String.format(
                        Locale.ROOT,
                        "packets a second, sent and looked at; %d lost, %.1f %% late, p99 %.2f ms",
                        round.lost(),
                        100 * round.overdue(),
                        round.p99Ms()));
    }

    private void plain(Traffic traffic, Path peer) throws IOException, InterruptedException {
        try (Pair pair = Pair.start(peer, Media.RTP, traffic, new Pair.Size(MOST_CALLS, keys))) {
            Machine machine =
                    new Machine(pair.ours().relay().pid(), pair.theirs().relay().pid());
            Memory memory = Memory.before(pair);
            pair.raiseTo(CALLS_60K);
            memory.report(pair, result);
            warm(pair, CALLS_60K);
            List<TrafficCall> direct = traffic.direct(CALLS_60K);
            List<Round> alone = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                pair.each(each -> findings.round(each.name(), each.round(CALLS_60K, ROUND)));
                alone.add(traffic.run(direct, SHORT));
            }
            idle(pair);
            at60k(pair, alone);
            bars60k();
            new Steps(pair, MOST_CALLS).climb(findings, result);
            result.bar(
                    ratio("maxLosslessRatio") >= BAR_LOAD,
                    bar("highest load without loss is 1.3 times rtpengine's", "maxLosslessRatio"));
            pauses(pair);
            others(machine, Media.RTP);
        }
    }

    private void pauses(Pair pair) throws IOException {
        double ms = Memory.program(pair).longestPauseMs();
        result.row(
                        "longest GC pause",
                        String.format(Locale.ROOT, "%.3f ms", ms),
                        "of the program, up to " + 2 * pair.ours().up() + " legs")
                .key("gcPauseMs", ms)
                .bar(ms <= BAR_PAUSE_MS, "no pause of the collector is longer than 1 ms");
    }

    private static void warm(Pair pair, int calls) throws IOException {
        pair.ours().talk(calls, WARM);
        pair.theirs().talk(calls, SHORT); // learns its peers
    }

    private void others(Machine machine, Media media) throws IOException {
        double share = machine.othersShare();
        result.row(
                        "other work",
                        String.format(Locale.ROOT, "%.0f %%", 100 * share),
                        "of a core, meanwhile: " + media.title())
                .key("othersCpuShare" + (media == Media.RTP ? "Beside" : media.key()), share);
    }

    private void idle(Pair pair) throws IOException {
        for (Contender each : List.of(pair.ours(), pair.theirs())) {
            double share = each.idleShare(ROUND);
            result.row(
                    each.name() + ", idle",
                    String.format(Locale.ROOT, "%.1f %%", 100 * share),
                    "of a core with " + CALLS_60K + " calls up that are silent"
                            + ", which stands still while the other has its turn");
        }
    }

    private void at60k(Pair pair, List<Round> alone) {
        Spread ours = pair.ours().cpuMicros();
        Spread theirs = pair.theirs().cpuMicros();
        double cpu = ours.median() / theirs.median();
        double direct =
                Spread.of(alone.stream().mapToDouble(Round::p99Ms).toArray()).median();
        Spread ourP99 = pair.ours().p99Ms();
        Spread theirP99 = pair.theirs().p99Ms();
        double added = Math.max(0, ourP99.median() - direct);
        double theirAdded = theirP99.median() - direct;
        result.row(
                        "60,000 a second, CPU",
                        String.format(Locale.ROOT, "%.2f x", cpu),
                        "Sotto " + ours.text("%.2f") + " us a packet; rtpengine " + theirs.text("%.2f")
                                + "; median and range of "
                                + pair.ours().rounds().size() + " in turns")
                .row(
                        "60,000 a second, p99",
                        theirAdded > 0 ? String.format(Locale.ROOT, "%.2f x", added / theirAdded) : "-",
                        "Sotto " + ourP99.text("%.2f") + " ms; rtpengine " + theirP99.text("%.2f") + "; direct "
                                + Result.ms(direct) + ", taken off both")
                .row("lost", pair.ours().lost() + " : " + pair.theirs().lost(), "packets of these rounds")
                .row(
                        "rounds done again",
                        pair.ours().repeats() + " : " + pair.theirs().repeats(),
                        "the generator was late; " + pair.unsound() + " of those that count still have it")
                .key("cpuRatio60k", cpu)
                .key("cpuMicros60k", ours.median())
                .key("rtpengineCpuMicros60k", theirs.median())
                .key("p99AddedMs60k", added)
                .key("rtpengineP99AddedMs60k", theirAdded);
        if (theirAdded > 0) {
            result.key("p99Ratio", added / theirAdded);
        } else {
            result.absent("p99Ratio");
        }
    }

    private void bars60k() {
        result.bar(
                        ratio("cpuRatio60k") <= BAR_CPU,
                        bar("CPU a packet at 60,000 a second is 0.67 of rtpengine's at most", "cpuRatio60k"))
                .bar(
                        ratio("p99Ratio") <= BAR_P99,
                        bar("p99 of the delay added at 60,000 a second is 0.2 of rtpengine's at most", "p99Ratio"));
    }

    private double ratio(String key) {
        return result.json().path(key).asDouble(Double.NaN);
    }

    private String bar(String bar, String key) {
        return String.format(Locale.ROOT, "%s; it was %.2f", bar, ratio(key));
    }

    private void srtp(Traffic traffic, Path peer) throws IOException, InterruptedException {
        double worst = 0;
        for (Media media : new Media[] {Media.AES_CM, Media.AES_GCM}) {
            try (Pair pair = Pair.start(peer, media, traffic, new Pair.Size(SRTP_CALLS, keys))) {
                Machine machine = new Machine(
                        pair.ours().relay().pid(), pair.theirs().relay().pid());
                pair.raiseTo(SRTP_CALLS);
                warm(pair, SRTP_CALLS);
                for (int round = 0; round < ROUNDS; round++) {
                    pair.each(each -> each.round(SRTP_CALLS, ROUND));
                }
                worst = Math.max(worst, srtp(pair, media));
                others(machine, media);
            }
        }
        result.key("srtpCpuRatio", worst);
    }

    private double srtp(Pair pair, Media media) {
        Spread ours = pair.ours().cpuMicros();
        Spread theirs = pair.theirs().cpuMicros();
        double ratio = ours.median() / theirs.median();
        result.row(
                        media.title() + ", CPU",
                        String.format(Locale.ROOT, "%.2f x", ratio),
                        "Sotto " + ours.text("%.2f") + " us a packet; rtpengine " + theirs.text("%.2f")
                                + "; 40,000 a second, each tag checked")
                .row(
                        media.title() + ", lost",
                        pair.ours().lost() + " : " + pair.theirs().lost(),
                        "packets; done again " + pair.ours().repeats() + " : "
                                + pair.theirs().repeats() + "; not right "
                                + pair.ours().refused() + " : "
                                + pair.theirs().refused())
                .key("srtpCpuRatio" + media.key(), ratio)
                .key("cpuMicros" + media.key(), ours.median())
                .key("rtpengineCpuMicros" + media.key(), theirs.median())
                .bar(
                        ratio <= BAR_SRTP_CPU,
                        bar(
                                "CPU a packet, " + media.title() + ", is 0.8 of rtpengine's at most",
                                "srtpCpuRatio" + media.key()));
        return ratio;
    }
}
