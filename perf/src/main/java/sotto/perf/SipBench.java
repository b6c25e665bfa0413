package sotto.perf;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import sotto.perf.run.Cores;
import sotto.perf.run.Machine;
import sotto.perf.run.Program;
import sotto.perf.run.Result;
import sotto.perf.run.Samples;

/**
 * What the program adds to a call's set-up, how many calls a second it sustains and what a call holds of its heap. Same
 * generator, first to itself, then through the program; the difference is the program's.
 */
final class SipBench {
    private static final double USUAL_CPS = 50;
    private static final double BAR_P99_MS = 10;
    private static final double BUSY_CPS = 250; // half of what it has to sustain
    private static final double BAR_AGAIN_SHARE = 0.001;
    private static final int ROUNDS = 5;
    private static final double ROUND_SECONDS = 5;
    private static final int BAR_HEAP_BYTES = 40_000;
    private static final double SUSTAINED_P99_MS = 200; // below T1, 500 ms: nobody sends anything again
    private static final int[] STEPS = {100, 200, 300, 400, 500, 600, 800, 1000, 1250, 1500, 2000};
    private static final Duration SHORT_CALL = Duration.ofMillis(300);
    private static final Duration TALKING_CALL = Duration.ofSeconds(1);

    private final boolean quick;

    SipBench(boolean quick) {
        this.quick = quick;
    }

    Result run() throws IOException, InterruptedException {
        Result result = new Result("sip", "Sotto, SIP: program and generator on " + Cores.count() + " cores");
        try (Load load = new Load();
                Program program = Program.start(new Program.Settings(load.callerAddress(), load.agentAddress()))) {
            load.place(200, 100, SHORT_CALL); // both warm: class loading and compilation are no part of a figure
            Load.Placed direct = load.place(seconds(3, 10, USUAL_CPS), USUAL_CPS, SHORT_CALL);
            double directP50 = direct.setups().ms(0.5);
            double directP99 = direct.setups().ms(0.99);
            double directBusyP99 = load.place(seconds(1, 10, BUSY_CPS), BUSY_CPS, SHORT_CALL)
                    .setups()
                    .ms(0.99);

            load.through(program.sip());
            load.place(50, 25, SHORT_CALL);
            heap(load, program, result); // first: what is kept of ended calls for a while would blur it
            load.place(
                    quick ? 2400 : 6000,
                    quick ? 300 : 200,
                    SHORT_CALL); // a service is warm; a cold one is slower for minutes
            int cps = sustained(load, SHORT_CALL, quick ? 6 : 60);

            Machine machine = new Machine(program.pid());
            int count = seconds(6, 30, USUAL_CPS);
            double cpuBefore = program.cpuSeconds();
            Load.Placed usual = load.place(count, USUAL_CPS, SHORT_CALL);
            double cpuMsACall = (program.cpuSeconds() - cpuBefore) * 1000 / count;
            double p50 = usual.setups().ms(0.5) - directP50;
            double p99 = usual.setups().ms(0.99) - directP99;

            result.row(
                            "set-up added, p50",
                            Result.ms(p50),
                            count + " calls at 50 a second; direct " + Result.ms(directP50))
                    .row("set-up added, p99", Result.ms(p99), "direct " + Result.ms(directP99))
                    .row("CPU a call", Result.ms(cpuMsACall), "of the program's process")
                    .key("setupP50Ms", p50)
                    .key("setupP99Ms", p99)
                    .key("cpuMsPerCall", cpuMsACall)
                    .key("failed", usual.failed())
                    .bar(usual.failed() == 0, "no call fails at 50 a second; " + usual.failed() + " did")
                    .bar(p99 < BAR_P99_MS, "set-up added, p99, is below 10 ms");

            busy(load, directBusyP99, result);
            beside(load, program, result);
            machine.report(result);
            load.media(true);
            int cpsWithMedia = sustained(load, TALKING_CALL, quick ? 6 : 60);
            result.row("calls a second", Integer.toString(cps), "highest step with p99 below 200 ms and none failed")
                    .row(
                            "the same, talking",
                            Integer.toString(cpsWithMedia),
                            "each for 1 s, 50 packets a second each way")
                    .key("cps", cps)
                    .key("cpsWithMedia", cpsWithMedia);
        }
        return result;
    }

    private void busy(Load load, double directP99, Result result) throws IOException {
        Load.Placed busy = load.place(seconds(3, 20, BUSY_CPS), BUSY_CPS, SHORT_CALL);
        double p99 = busy.setups().ms(0.99) - directP99;
        result.row("set-up added, p99", Result.ms(p99), "at 250 a second; direct " + Result.ms(directP99))
                .row("came again", String.format(Locale.ROOT, "%.2f %%", 100 * busy.againShare()), "of SIP messages")
                .key("busySetupP99Ms", p99)
                .key("retransmissionShare", busy.againShare())
                .bar(busy.failed() == 0, "no call fails at 250 a second; " + busy.failed() + " did")
                .bar(busy.againShare() < BAR_AGAIN_SHARE, "less than 0.1 % of messages are retransmissions");
    }

    /** The same load on both in turns, so that what the machine does meanwhile is the same for both. */
    private void beside(Load load, Program program, Result result) throws IOException {
        try (Kamailio peer = quick ? null : Kamailio.start(load.agentAddress()).orElse(null)) {
            if (peer == null) {
                result.absent("kamailioSetupP99Ms")
                        .absent("kamailioCpuMsPerCall")
                        .absent("kamailioCps");
                return;
            }
            Side ours = new Side(load, program.sip(), program::cpuSeconds);
            Side theirs = new Side(load, peer.sip(), peer::cpuSeconds);
            for (int round = 0; round < ROUNDS; round++) {
                ours.round();
                theirs.round();
            }
            int cps = sustained(load, SHORT_CALL, 60);
            load.through(program.sip());
            result.row(
                            "beside Kamailio",
                            Result.ms(ours.p99()),
                            "set-up p99 at 250 a second, " + ROUNDS + " rounds in turns")
                    .row("Kamailio", Result.ms(theirs.p99()), "the same; a proxy, without media or a second dialog")
                    .row(
                            "Kamailio, CPU a call",
                            Result.ms(theirs.cpuMs()),
                            "ours at that load " + Result.ms(ours.cpuMs()))
                    .row("Kamailio, a second", Integer.toString(cps), "calls, as below")
                    .key("kamailioSetupP99Ms", theirs.p99())
                    .key("kamailioCpuMsPerCall", theirs.cpuMs())
                    .key("kamailioCps", cps);
        }
    }

    /** Process time used so far. */
    private interface Cpu {
        double seconds() throws IOException;
    }

    /** One of two that get the same calls in turns. */
    private static final class Side {
        private final Load load;
        private final InetSocketAddress sip;
        private final Cpu cpu;
        private final Samples p99 = new Samples();
        private final Samples cpuACall = new Samples();

        Side(Load load, InetSocketAddress sip, Cpu cpu) {
            this.load = load;
            this.sip = sip;
            this.cpu = cpu;
        }

        void round() throws IOException {
            load.through(sip);
            double before = cpu.seconds();
            int count = (int) (ROUND_SECONDS * BUSY_CPS);
            Load.Placed placed = load.place(count, BUSY_CPS, SHORT_CALL);
            cpuACall.add((long) ((cpu.seconds() - before) * 1e9 / count));
            p99.add((long) (placed.setups().ms(0.99) * 1e6));
        }

        double p99() {
            return p99.ms(0.5);
        }

        double cpuMs() {
            return cpuACall.ms(0.5);
        }
    }

    private void heap(Load load, Program program, Result result) throws IOException, InterruptedException {
        int count = quick ? 200 : 1000;
        long before = program.heapBytes();
        Load.Placed raised = load.raise(count, 100);
        long each = (program.heapBytes() - before) / Math.max(1, raised.answered());
        load.endAll();
        result.row("heap a call", each + " B", raised.answered() + " calls up at once, after a collection")
                .key("heapBytesPerCall", each)
                .bar(each <= BAR_HEAP_BYTES, "a call takes 40,000 octets of heap at most");
    }

    /** Rises step by step until a step misses; no step begins after so many seconds. */
    private int sustained(Load load, Duration hold, int mostSeconds) throws IOException {
        long startNs = System.nanoTime();
        int reached = 0;
        for (int step : STEPS) {
            if ((System.nanoTime() - startNs) / 1e9 > mostSeconds) {
                return reached;
            }
            Load.Placed placed = load.place(seconds(1.5, 6, step), step, hold);
            if (placed.failed() > 0 || placed.setups().ms(0.99) > SUSTAINED_P99_MS) {
                return reached;
            }
            reached = step;
        }
        return reached;
    }

    private int seconds(double ifQuick, double thorough, double perSecond) {
        return (int) ((quick ? ifQuick : thorough) * perSecond);
    }
}
