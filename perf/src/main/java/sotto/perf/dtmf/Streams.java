package sotto.perf.dtmf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sotto.media.packet.RtpView;
import sotto.perf.run.Result;
import sotto.perf.run.Spread;
import sotto.proxy.demo.G711;

/**
 * How many lines a core searches for keys as they are spoken: many, each with a state of its own, a packet of 20 ms of each in
 * turn. Half of them is speech, where there is any here, a quarter is card numbers, the rest noise. Our mask decodes, holds
 * back and blanks too; libspandsp gets the same samples, decoded before. One thread.
 */
public final class Streams {
    private static final double BAR = 2000;
    private static final int PACKETS = 100; // of each line, over and over
    private static final int WARM_UP = 2; // rounds
    private static final double PACKET_SECONDS = (double) Script.PACKET / Script.RATE;

    private final int lines;
    private final int turns;
    private final byte[] octets;
    private final MemorySegment decoded;

    /** What it came to, by contender. */
    public record Measured(Spread ours, Optional<Spread> spandsp, int lines, int rounds) {
        /** Adds it to a result. */
        public void report(Result result) {
            result.row(
                            "lines a core",
                            ours.text("%.0f"),
                            String.format(
                                    Locale.ROOT,
                                    "masks that keep up with their callers, of %d lines in turn, %d rounds; spandsp, which only"
                                            + " detects, %s",
                                    lines,
                                    rounds,
                                    spandsp.map(spread -> spread.text("%.0f")).orElse("is not installed")))
                    .key("streamsPerCore", ours.median())
                    .bar(ours.median() >= BAR, "2,000 masks keep up on one core");
            if (spandsp.isPresent()) {
                result.key("spandspStreamsPerCore", spandsp.get().median());
            } else {
                result.absent("spandspStreamsPerCore");
            }
        }
    }

    private Streams(int lines, int turns) {
        this.lines = lines;
        this.turns = turns;
        this.octets = new byte[lines * PACKETS * Script.PACKET];
        this.decoded = Arena.ofAuto().allocate(ValueLayout.JAVA_SHORT, octets.length);
    }

    /** Takes both in turns; half a minute, or a second. */
    public static Measured measure(boolean quick, long seed) throws IOException {
        int rounds = quick ? 3 : 5;
        Streams streams = new Streams(quick ? 100 : 500, quick ? 1 : 4);
        List<Path> files = Speech.files(seed);
        for (int line = 0; line < streams.lines; line++) {
            streams.fill(line, seed, files);
        }
        return streams.measure(rounds);
    }

    private void fill(int line, long seed, List<Path> files) throws IOException {
        Script script;
        int from;
        if (line % 2 == 0 && !files.isEmpty()) {
            short[] speech = Speech.read(files, line * files.size() / lines, PACKETS * Script.PACKET);
            script = Script.of(seed + line, law(line), speech);
            from = script.marks();
        } else {
            script = Script.of(seed + line, law(line), Condition.ALL.subList(0, 1));
            from = line % 4 == 1 ? script.marks() : 0; // keys, or the noise before them
        }
        for (int packet = 0; packet < PACKETS; packet++) {
            byte[] payload = script.packet(from + packet);
            System.arraycopy(payload, 0, octets, at(line, packet), Script.PACKET);
            for (int i = 0; i < Script.PACKET; i++) {
                decoded.setAtIndex(
                        ValueLayout.JAVA_SHORT, at(line, packet) + i, law(line).decode(payload[i]));
            }
        }
    }

    private static G711 law(int line) {
        return line / 4 % 2 == 0 ? G711.PCMU : G711.PCMA;
    }

    private static int at(int line, int packet) {
        return (line * PACKETS + packet) * Script.PACKET;
    }

    private Measured measure(int rounds) {
        RtpView slot = ArmedMask.slot();
        ArmedMask[] masks = new ArmedMask[lines];
        Spandsp[] receivers = new Spandsp[Spandsp.isInstalled() ? lines : 0];
        for (int line = 0; line < lines; line++) {
            masks[line] = new ArmedMask(law(line), slot);
            if (receivers.length > 0) {
                receivers[line] = new Spandsp(law(line), false);
            }
        }
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        for (int round = -WARM_UP; round < rounds; round++) {
            double own = ours(masks);
            double other = theirs(receivers);
            if (round >= 0) {
                ours[round] = own;
                theirs[round] = other;
            }
        }
        for (ArmedMask mask : masks) {
            mask.close();
        }
        for (Spandsp receiver : receivers) {
            receiver.close();
        }
        return new Measured(
                Spread.of(ours),
                receivers.length > 0 ? Optional.of(Spread.of(theirs)) : Optional.empty(),
                lines,
                rounds);
    }

    private double ours(ArmedMask[] masks) {
        long startNs = cpuNs();
        for (int turn = 0; turn < turns; turn++) {
            for (int packet = 0; packet < PACKETS; packet++) {
                for (int line = 0; line < masks.length; line++) {
                    masks[line].hear(octets, at(line, packet));
                }
            }
        }
        return lines(cpuNs() - startNs);
    }

    private double theirs(Spandsp[] receivers) {
        long startNs = cpuNs();
        for (int turn = 0; turn < turns; turn++) {
            for (int packet = 0; packet < PACKETS; packet++) {
                for (int line = 0; line < receivers.length; line++) {
                    receivers[line].hear(decoded, (long) at(line, packet) * Short.BYTES);
                }
            }
        }
        return lines(cpuNs() - startNs);
    }

    private double lines(long cpuNs) {
        return (double) lines * turns * PACKETS * PACKET_SECONDS / (cpuNs / 1e9);
    }

    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
