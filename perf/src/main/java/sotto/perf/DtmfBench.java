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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sotto.perf.Desk.Taken;
import sotto.perf.dtmf.Condition;
import sotto.perf.dtmf.Detectors;
import sotto.perf.dtmf.Ear;
import sotto.perf.dtmf.Findings;
import sotto.perf.dtmf.Leaks;
import sotto.perf.dtmf.Multimon;
import sotto.perf.dtmf.Script;
import sotto.perf.dtmf.Speech;
import sotto.perf.dtmf.Streams;
import sotto.perf.dtmf.TapFile;
import sotto.perf.run.Program;
import sotto.perf.run.Result;
import sotto.perf.run.Samples;
import sotto.proxy.demo.G711;

/**
 * Keys pressed in band through the running program, secure-pay on: calls over SIP, G.711 of both laws, SRTP at the agent's
 * side. What comes out at the agent's leg and in the tap is laid beside what went in, sample by sample.
 */
final class DtmfBench {
    private static final double BAR_DETECTED = 99.5;
    private static final double BAR_DETECTED_BESIDE = 99; // with a dial tone or direct current
    private static final double BAR_OFF_FREQUENCY = 1;
    private static final double BAR_Z = 3;
    private static final double BAR_FALSE_AN_HOUR = 0.3;
    private static final double BAR_MUTED = 0.5;
    private static final double BAR_DELAY_MS = 40.5; // 40, and what a packet is later than another
    private static final double CALLS_A_SECOND = 20;
    private static final int UNARMED_PACKETS = 25;
    private static final int QUICK_CONDITIONS = 3;
    private static final int WARM_CALLS = 12;
    private static final int LONG_MS = 100;
    private static final int SPEECH_BESIDE_SAMPLES = 5 * Script.RATE;
    private static final Duration TURN = Duration.ofMillis(100);
    private static final Pattern TONES = Pattern.compile("sotto_dtmf_events_total\\{source=\"in-band\",?} ([0-9.E]+)");

    private final boolean quick;
    private final long seed;
    private final Path report;
    private final Findings findings = new Findings();
    private final Result result;

    /** @param report directory of the page */
    DtmfBench(boolean quick, long seed, Path report) {
        this.quick = quick;
        this.seed = seed;
        this.report = report;
        this.result = new Result("dtmf", "Sotto, DTMF: keys in band while secure-pay is on, seed " + seed);
    }

    Result run() throws IOException, InterruptedException {
        Detectors detectors = Detectors.measure(quick, seed);
        Streams.Measured streams = Streams.measure(quick, seed);
        Path tap = Files.createTempDirectory("sotto-tap");
        try {
            List<Line> lines = new ArrayList<>();
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

    /** One call: what it says, who hears it, and who looks after it. */
    private static final class Line implements Lines.Mouth {
        private final Script script;
        private final Ear ear;
        private final AtomicInteger packets = new AtomicInteger();
        private Optional<Desk> desk = Optional.empty();
        private Optional<Future<List<Taken>>> taken = Optional.empty();

        Line(Script script) {
            this.script = script;
            this.ear = new Ear(script);
        }

        @Override
        public Optional<byte[]> next(long nowNs) {
            int packet = packets.getAndIncrement();
            ear.spoken(packet, nowNs);
            return script.isLost(packet) ? Optional.empty() : Optional.of(script.packet(packet));
        }

        private List<Taken> watch(Desk at) throws IOException, InterruptedException {
            int armed = at.arm(UNARMED_PACKETS);
            if (armed >= script.marks()) {
                throw new IOException("secure-pay came on " + (armed - script.marks()) + " packets late");
            }
            ear.armed(armed + 1);
            return at.follow(script);
        }

        private boolean isOver() {
            return packets.get() >= script.packets() + UNARMED_PACKETS
                    && taken.map(Future::isDone).orElse(false);
        }
    }

    /** Each has all conditions, or some in turn where it has to be short. */
    private List<Line> lines(int calls, long first, boolean isShort) throws IOException {
        List<Path> files = Speech.files(seed);
        List<Line> lines = new ArrayList<>();
        for (int call = 0; call < calls; call++) {
            List<Condition> conditions = new ArrayList<>(Condition.ALL);
            conditions.removeIf(condition -> condition.line().isSpeech() && files.isEmpty());
            if (isShort) {
                conditions.removeIf(condition -> condition.tone().onMs() > LONG_MS);
                Collections.rotate(conditions, call * QUICK_CONDITIONS);
                conditions = new ArrayList<>(conditions.subList(0, QUICK_CONDITIONS));
            }
            Collections.shuffle(conditions, new Random(first + call));
            short[] speech = files.isEmpty() ? new short[0] : Speech.read(files, call, SPEECH_BESIDE_SAMPLES);
            lines.add(new Line(Script.of(first + call, call % 2 == 0 ? G711.PCMU : G711.PCMA, conditions, speech)));
        }
        return lines;
    }

    /** Has the lines say all that they have to, and hangs up. */
    private static List<Taken> talk(Load load, Program program, List<Line> lines)
            throws IOException, InterruptedException {
        try (ExecutorService desks = Executors.newVirtualThreadPerTaskExecutor()) {
            load.lines(new Lines() {
                @Override
                public G711 law(int call) {
                    return lines.get(call).script.law();
                }

                @Override
                public Lines.Mouth mouth(int call, String callId) {
                    Line line = lines.get(call);
                    Desk desk = new Desk(program, callId, line.packets::get);
                    line.desk = Optional.of(desk);
                    line.taken = Optional.of(desks.submit((Callable<List<Taken>>) () -> line.watch(desk)));
                    return line;
                }

                @Override
                public Lines.Ear ear(int call) {
                    return lines.get(call).ear::heard;
                }
            });
            int answered = load.raise(lines.size(), CALLS_A_SECOND).answered();
            if (answered < lines.size()) {
                desks.shutdownNow();
                throw new IOException(answered + " of " + lines.size() + " calls were answered");
            }
            while (!lines.stream().allMatch(Line::isOver)) {
                load.talk(TURN);
            }
            List<Taken> all = new ArrayList<>();
            for (Line line : lines) {
                all.addAll(line.taken.orElseThrow().get());
                line.desk.orElseThrow().cancel();
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

    private void delay(List<Line> lines) {
        Samples before = new Samples();
        Samples since = new Samples();
        for (Line line : lines) {
            line.ear.delaysBefore().addTo(before);
            line.ear.delaysSince().addTo(since);
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

    private void leaks(List<Line> lines, Path tap) throws IOException, InterruptedException {
        Leaks leg = new Leaks();
        Leaks recorded = new Leaks();
        int missing = 0;
        for (Line line : lines) {
            leg.add(line.script, line.ear.samples());
            findings.leg(line.script, line.ear.samples());
            missing += line.script.sent() - line.ear.packets() + line.ear.foreign();
            Path file = tap.resolve(line.desk.orElseThrow().callId() + "-caller.wav");
            Optional<short[]> tapped = TapFile.read(file, line.script);
            tapped.ifPresent(samples -> findings.tap(line.script, samples));
            recorded.add(line.script, tapped.orElse(new short[line.script.samples()]));
        }
        sink("agent's leg", leg);
        sink("tap", recorded);
        multimon(lines);
        findings.report(result);
        double z = Math.max(leg.recoveredZ(), recorded.recoveredZ());
        int leaked = leg.leaked() + recorded.leaked();
        result.row("packets that did not come", Integer.toString(missing), "the last 40 ms of a line stay behind")
                .key("leakedTones", leaked)
                .key("recoveredZ", z)
                .bar(leg.notBeside() == 0, "each number is found at the agent's leg; " + leg.notBeside() + " were not")
                .bar(
                        recorded.notBeside() <= recorded.rounds() / 2,
                        "half of the numbers are found in the tap; " + recorded.notBeside() + " of " + recorded.rounds()
                                + " were not")
                .bar(leaked == 0, "no tone has a millisecond that comes out; " + leaked + " had")
                .bar(z <= BAR_Z, "the attack is as bad as on perfect blanks");
    }

    private void multimon(List<Line> lines) throws IOException, InterruptedException {
        if (!Multimon.isInstalled()) {
            result.row("multimon-ng", "-", "not installed (Debian: multimon-ng)")
                    .absent("multimonKeys");
            return;
        }
        int said = 0;
        int heard = 0;
        for (Line line : lines) {
            said += Multimon.keys(line.script.decoded());
            heard += Multimon.keys(line.ear.samples());
        }
        result.row(
                        "multimon-ng",
                        Integer.toString(heard),
                        "keys that it hears at the agent's leg; " + said + " in what was said")
                .key("multimonKeys", heard);
    }

    private void sink(String name, Leaks leaks) {
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

    /** Speech without keys: what is taken for one, and what is muted of it. */
    private void speech(Load load, Program program) throws IOException, InterruptedException {
        List<Path> files = Speech.files(seed);
        if (files.isEmpty()) {
            result.row("speech", "-", "no recordings here: Debian has some in asterisk-core-sounds-en-wav and others")
                    .absent("falsePressesPerHour")
                    .absent("speechMutedPercent");
            return;
        }
        int calls = 40;
        int seconds = quick ? 5 : 150;
        List<Line> lines = new ArrayList<>();
        for (int call = 0; call < calls; call++) {
            short[] speech = Speech.read(files, call * files.size() / calls, seconds * Script.RATE);
            lines.add(new Line(Script.of(seed + call, call % 2 == 0 ? G711.PCMU : G711.PCMA, speech)));
        }
        double before = tones(program);
        talk(load, program, lines);
        double presses = tones(program) - before;
        double hours = 0;
        long changed = 0;
        long of = 0;
        int longest = 0;
        for (Line line : lines) {
            Ear.Changed each = line.ear.changed();
            changed += each.samples();
            of += each.of();
            longest = Math.max(longest, each.longest());
            hours += (double) each.of() / Script.RATE / 3600;
        }
        double muted = 100.0 * changed / of;
        result.row(
                        "speech",
                        String.format(Locale.ROOT, "%.2f %%", muted),
                        String.format(
                                Locale.ROOT,
                                "of %.2f h of read prompts muted, %d ms at once at most; %.0f false keys",
                                hours,
                                1000 * longest / Script.RATE,
                                presses))
                .key("falsePressesPerHour", presses / hours)
                .key("speechMutedPercent", muted)
                .bar(
                        presses <= Math.max(1, BAR_FALSE_AN_HOUR * hours),
                        "0.3 false keys an hour of speech, or one in all")
                .bar(muted <= BAR_MUTED, "half a percent of speech is muted at most");
    }

    private static double tones(Program program) throws IOException, InterruptedException {
        Matcher found = TONES.matcher(program.ask("/metrics", Optional.empty()));
        return found.find() ? Double.parseDouble(found.group(1)) : 0;
    }
}
