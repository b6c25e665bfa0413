package sotto.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sotto.perf.Desk.Taken;
import sotto.perf.dtmf.Condition;
import sotto.perf.dtmf.Detectors;
import sotto.perf.dtmf.Ear;
import sotto.perf.dtmf.Findings;
import sotto.perf.dtmf.Multimon;
import sotto.perf.dtmf.Script;
import sotto.perf.dtmf.Sinks;
import sotto.perf.dtmf.Speech;
import sotto.perf.dtmf.Streams;
import sotto.perf.dtmf.TapFile;
import sotto.perf.dtmf.TelephoneBand;
import sotto.perf.run.Program;
import sotto.perf.run.Result;
import sotto.perf.run.Samples;
import sotto.proxy.demo.AudioSdp;
import sotto.proxy.demo.G711;

/**
 * Keys pressed through the running program, secure-pay on, in band and as telephone-events: calls over SIP, G.711 of both
 * laws, SRTP at the agent's side, where an echo comes back. What comes out at the agent's leg and in the tap is laid beside
 * what went in, sample by sample.
 */
final class DtmfBench {
    private static final double BAR_DETECTED = 99.5;
    private static final double BAR_DETECTED_BESIDE = 99; // with a dial tone or direct current
    private static final double BAR_OFF_FREQUENCY = 1;
    private static final double BAR_FALSE_AN_HOUR = 0.3;
    private static final double BAR_MUTED = 0.35;
    private static final double BAR_MUTED_NARROW = 0.5; // of a telephone's band
    private static final double BAR_CUT_MS = 250;
    private static final double BAR_DELAY_MS = 40.5; // 40, and what a packet is later than another
    private static final double CALLS_A_SECOND = 20;
    private static final int QUICK_CONDITIONS = 3;
    private static final int QUICK_MUTED = 3; // so little speech may be other than all is
    private static final int WARM_CALLS = 12;
    private static final int LONG_MS = 100;
    private static final int SPEECH_BESIDE_SAMPLES = 18 * Script.RATE; // three numbers
    private static final int UNNEGOTIATED_TYPE = 97;
    private static final Duration TURN = Duration.ofMillis(100);
    private static final Pattern TONES = Pattern.compile("sotto_dtmf_events_total\\{source=\"in-band\",?} ([0-9.E]+)");

    private final boolean quick;
    private final long seed;
    private final Path report;
    private final Findings findings = new Findings();
    private final Sinks sinks = new Sinks();
    private final Result result;

    /** @param report directory of the page */
    DtmfBench(boolean quick, long seed, Path report) {
        this.quick = quick;
        this.seed = seed;
        this.report = report;
        this.result = new Result("dtmf", "Sotto, DTMF: keys while secure-pay is on, seed " + seed);
    }

    Result run() throws IOException, InterruptedException {
        Detectors detectors = Detectors.measure(quick, seed);
        Streams.Measured streams = Streams.measure(quick, seed);
        Path tap = Files.createTempDirectory("sotto-tap");
        try {
            List<DtmfLine> lines = new ArrayList<>();
            try (Load load = new Load();
                    Program program = Program.start(new Program.Settings(load.callerAddress(), load.agentAddress())
                            .onOneCore()
                            .with(Optional.of("tap: {enabled: true, directory: \"" + tap + "\"}")))) {
                load.through(program.sip());
                load.place(60, CALLS_A_SECOND, Duration.ofMillis(300)); // cold calls are no part of a figure
                load.media(true);
                if (!quick) {
                    talk(load, program, lines(WARM_CALLS, seed + WARM_CALLS, true)); // nor is a cold mask
                }
                lines.addAll(lines(quick ? 26 : 60, seed, quick));
                List<Taken> taken = talk(load, program, lines);
                detected(taken);
                delay(lines);
                speech(load, program);
            }
            leaks(lines, tap); // once the program has written all
        } finally {
            Program.delete(tap);
        }
        detectors.report(result);
        streams.report(result);
        findings.write(report, detectors, result.key("seed", seed));
        return result;
    }

    /** Each has all conditions, or some in turn where it has to be short. */
    private List<DtmfLine> lines(int calls, long first, boolean isShort) throws IOException {
        List<Path> files = Speech.files(seed);
        List<DtmfLine> lines = new ArrayList<>();
        for (int call = 0; call < calls; call++) {
            List<Condition> conditions = new ArrayList<>(Condition.ALL);
            conditions.removeIf(condition -> condition.line().isSpeech() && files.isEmpty());
            if (isShort) {
                conditions.removeIf(condition -> condition.tone().longestMs() > LONG_MS);
                Collections.rotate(conditions, call * QUICK_CONDITIONS);
                conditions = new ArrayList<>(conditions.subList(0, QUICK_CONDITIONS));
            }
            Collections.shuffle(conditions, new Random(first + call));
            short[] speech = files.isEmpty() ? new short[0] : Speech.read(files, call, SPEECH_BESIDE_SAMPLES);
            lines.add(line(Script.of(first + call, law(call), conditions, speech), first + call, call));
        }
        return lines;
    }

    private static G711 law(int call) {
        return call % 2 == 0 ? G711.PCMU : G711.PCMA;
    }

    private static DtmfLine line(Script script, long seed, int call) {
        return new DtmfLine(script, seed, call / 2 % 2 == 0 ? AudioSdp.TELEPHONE_EVENT : UNNEGOTIATED_TYPE);
    }

    /** Has the lines say all that they have to, and hangs up. */
    private static List<Taken> talk(Load load, Program program, List<DtmfLine> lines)
            throws IOException, InterruptedException {
        try (ExecutorService desks = Executors.newVirtualThreadPerTaskExecutor()) {
            load.lines(new Lines() {
                @Override
                public G711 law(int call) {
                    return lines.get(call).script().law();
                }

                @Override
                public Lines.Mouth mouth(int call, String callId) {
                    lines.get(call).watch(program, callId, desks);
                    return lines.get(call)::speak;
                }

                @Override
                public Lines.Mouth answer(int call) {
                    return nowNs -> lines.get(call).answer();
                }

                @Override
                public Lines.Ear ear(int call) {
                    return lines.get(call).ear()::heard;
                }
            });
            int answered = load.raise(lines.size(), CALLS_A_SECOND).answered();
            if (answered < lines.size()) {
                desks.shutdownNow();
                throw new IOException(answered + " of " + lines.size() + " calls were answered");
            }
            while (!lines.stream().allMatch(DtmfLine::isOver)) {
                load.talk(TURN);
            }
            List<Taken> all = new ArrayList<>();
            for (DtmfLine line : lines) {
                all.addAll(line.end());
            }
            load.endAll();
            return all;
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private void detected(List<Taken> taken) {
        for (Condition condition : Condition.ALL) {
            List<Taken> each = taken.stream()
                    .filter(one -> one.condition().equals(condition))
                    .toList();
            double percent = percent(each);
            long exact = each.stream().filter(Taken::isExact).count();
            result.row(
                    condition.name(),
                    String.format(Locale.ROOT, "%.2f %%", percent),
                    "of " + each.size() * Script.DIGITS + " keys; " + exact + " of " + each.size() + " numbers exact");
            switch (condition.demand()) {
                case TAKEN ->
                    result.bar(percent >= BAR_DETECTED, condition.name() + ": at least 99.5 % of the keys are taken");
                case TAKEN_BESIDE ->
                    result.bar(
                            percent >= BAR_DETECTED_BESIDE, condition.name() + ": at least 99 % of the keys are taken");
                case TAKEN_ONCE ->
                    result.bar(exact == each.size(), condition.name() + ": each key is taken once, all numbers exact");
                case NOT_TAKEN ->
                    result.bar(percent <= BAR_OFF_FREQUENCY, "at most 1 % of what is off frequency is taken for a key");
                case TOLD -> {} // nobody asks for it
            }
        }
        List<Taken> must =
                taken.stream().filter(one -> one.condition().isTaken()).toList();
        List<Taken> none = taken.stream()
                .filter(one -> one.condition().demand() == Condition.Demand.NOT_TAKEN)
                .toList();
        result.row("all that must be", String.format(Locale.ROOT, "%.2f %%", percent(must)), "")
                .key("detectedPercent", percent(must))
                .key("offFrequencyPercent", percent(none))
                .key("presses", (long) taken.size() * Script.DIGITS);
    }

    private static double percent(List<Taken> taken) {
        int keys = taken.stream().mapToInt(Taken::keys).sum();
        return taken.isEmpty() ? 100 : 100.0 * keys / (Script.DIGITS * taken.size());
    }

    private void delay(List<DtmfLine> lines) {
        Samples before = new Samples();
        Samples since = new Samples();
        for (DtmfLine line : lines) {
            line.ear().delaysBefore().addTo(before);
            line.ear().delaysSince().addTo(since);
        }
        findings.delays("before secure-pay", before);
        findings.delays("while it is on", since);
        double added = since.ms(0.5) - before.ms(0.5);
        result.row(
                        "delay added",
                        Result.ms(added),
                        "while secure-pay is on, p50; " + Result.ms(before.ms(0.5)) + " before")
                .key("addedDelayMs", added)
                .bar(added <= BAR_DELAY_MS, "40 ms of delay at most");
    }

    private void leaks(List<DtmfLine> lines, Path tap) throws IOException, InterruptedException {
        int missing = 0;
        int others = 0;
        for (DtmfLine line : lines) {
            findings.said(line.script());
            heard(Sinks.Sink.LEG, line.script(), Optional.of(line.ear().samples()));
            String files = line.callId();
            heard(Sinks.Sink.TAP, line.script(), TapFile.read(tap.resolve(files + "-caller.wav"), line.script()));
            heard(Sinks.Sink.TAP_OF_AGENT, line.echo(), TapFile.read(tap.resolve(files + "-agent.wav"), line.echo()));
            missing += line.spoken() - line.ear().packets() + line.ear().foreign();
            others += line.ear().others();
        }
        sinks.report(result, quick);
        multimon(lines);
        findings.report(result);
        result.row("packets that did not come", Integer.toString(missing), "the last 40 ms of a line stay behind")
                .row("packets but audio", Integer.toString(others), "telephone-events at the agent's leg")
                .bar(others == 0, "no telephone-event comes out; " + others + " did");
    }

    private void heard(Sinks.Sink sink, Script script, Optional<short[]> heard) {
        heard.ifPresent(samples -> findings.heard(sink, script, samples));
        sinks.add(sink, script, heard.orElse(new short[script.samples()]));
    }

    private void multimon(List<DtmfLine> lines) throws IOException, InterruptedException {
        if (!Multimon.isInstalled()) {
            result.row("multimon-ng", "-", "not installed (Debian: multimon-ng)")
                    .absent("multimonKeys");
            return;
        }
        int said = 0;
        int heard = 0;
        for (DtmfLine line : lines) {
            said += Multimon.keys(line.script().decoded());
            heard += Multimon.keys(line.ear().samples());
        }
        result.row(
                        "multimon-ng",
                        Integer.toString(heard),
                        "keys that it hears at the agent's leg; " + said + " in what was said")
                .key("multimonKeys", heard);
    }

    /** Speech without keys: what is taken for one, and what is muted of it. */
    private void speech(Load load, Program program) throws IOException, InterruptedException {
        List<Path> files = Speech.files(seed);
        if (files.isEmpty()) {
            result.row("speech", "-", "no recordings here: Debian has some in asterisk-core-sounds-en-wav and others")
                    .absent("falsePressesPerHour")
                    .absent("speechMutedPercent")
                    .absent("speechMutedNarrowPercent")
                    .absent("longestCutMs");
            return;
        }
        int calls = 40;
        int seconds = quick ? 5 : 150;
        List<DtmfLine> lines = new ArrayList<>();
        for (int call = 0; call < calls; call++) {
            short[] speech = Speech.read(files, call * files.size() / calls, seconds * Script.RATE);
            Script script = Script.of(seed + call, law(call), isNarrow(call) ? TelephoneBand.of(speech) : speech);
            lines.add(line(script, seed + call, call));
        }
        double before = tones(program);
        talk(load, program, lines);
        double presses = tones(program) - before;
        Ear.Changed wide = Ear.Changed.NONE;
        Ear.Changed narrow = Ear.Changed.NONE;
        for (int call = 0; call < calls; call++) {
            Ear.Changed changed = lines.get(call).ear().changed();
            wide = isNarrow(call) ? wide : wide.and(changed);
            narrow = isNarrow(call) ? narrow.and(changed) : narrow;
        }
        double hours = wide.hours() + narrow.hours();
        double longestMs = wide.and(narrow).longestMs();
        muted("speech", wide, BAR_MUTED);
        muted("speech, 300 to 3,400 Hz", narrow, BAR_MUTED_NARROW);
        result.row("false keys", String.format(Locale.ROOT, "%.0f", presses), "in all of it")
                .key("falsePressesPerHour", presses / hours)
                .key("speechMutedPercent", wide.percent())
                .key("speechMutedNarrowPercent", narrow.percent())
                .key("longestCutMs", longestMs)
                .bar(
                        presses <= Math.max(1, BAR_FALSE_AN_HOUR * hours),
                        "0.3 false keys an hour of speech, or one in all")
                .bar(longestMs <= BAR_CUT_MS, "no cut of speech is longer than 250 ms");
    }

    /** Half of those of either law. */
    private static boolean isNarrow(int call) {
        return call / 2 % 2 == 1;
    }

    private void muted(String name, Ear.Changed changed, double mostPercent) {
        result.row(
                        name,
                        String.format(Locale.ROOT, "%.2f %%", changed.percent()),
                        String.format(
                                Locale.ROOT,
                                "of %.2f h of read prompts muted, %.0f ms at once at most",
                                changed.hours(),
                                changed.longestMs()))
                .bar(
                        changed.percent() <= (quick ? QUICK_MUTED : 1) * mostPercent,
                        String.format(Locale.ROOT, "%s: %.2f %% is muted at most", name, mostPercent));
    }

    private static double tones(Program program) throws IOException, InterruptedException {
        Matcher found = TONES.matcher(program.ask("/metrics", Optional.empty()));
        return found.find() ? Double.parseDouble(found.group(1)) : 0;
    }
}
