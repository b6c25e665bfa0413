package sotto.perf;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import sotto.perf.relay.Beside;
import sotto.perf.run.Machine;
import sotto.perf.run.Program;
import sotto.perf.run.Result;
import sotto.perf.run.Samples;

/**
 * Audio through the program: G.711 in packets of 20 ms, plain RTP on the trunk's side and SRTP on the agents', calls set
 * up over SIP. The generator opens and checks every SRTP packet, and counts.
 */
final class RelayBench {
    private final boolean quick;
    private final int calls;
    private final Optional<String> media;
    private final Path report;

    /**
     * @param calls of the first part
     * @param media more of the program's configuration of media; empty for its own choice
     * @param report directory of the page about the second part
     */
    RelayBench(boolean quick, int calls, Optional<String> media, Path report) {
        this.quick = quick;
        this.calls = calls;
        this.media = media;
        this.report = report;
    }

    Result run() throws IOException, InterruptedException {
        Result result = new Result(
                "relay",
                "Sotto, relay: " + calls + " calls, G.711, AES_CM_128_HMAC_SHA1_80 on one side; program on one core,"
                        + " generator on the other");
        Duration length = Duration.ofSeconds(quick ? 6 : 40);
        Samples direct = direct();
        double directP50 = direct.ms(0.5);
        double directP99 = direct.ms(0.99);
        try (Load load = new Load();
                Program program = Program.start(new Program.Settings(load.callerAddress(), load.agentAddress())
                        .onOneCore()
                        .with(media))) {
            load.through(program.sip());
            load.place(
                    60,
                    quick ? 40 : 20,
                    Duration.ofMillis(300)); // the first calls of a cold program are no part of a figure
            load.media(true);
            Load.Placed raised = load.raise(calls, quick ? 100 : 50);
            load.talk(Duration.ofSeconds(quick ? 2 : 10)); // warm
            long allocatedBefore =
                    program.workerAllocatedBytes(); // nobody sends while this is asked: before the clock starts
            load.settle();
            Machine machine = new Machine(program.pid());
            double cpuBefore = program.cpuSeconds();
            long fromNs = System.nanoTime();
            load.talk(length);
            double seconds = (System.nanoTime() - fromNs) / 1e9;
            double cpu = (program.cpuSeconds() - cpuBefore) / seconds;
            machine.report(result);
            load.hush();
            long allocated = program.workerAllocatedBytes() - allocatedBefore;
            report(result, load, seconds, cpu, allocated);
            result.row(
                            "delay added, p50",
                            Result.ms(load.agents().delays().ms(0.5) - directP50),
                            "to the SRTP side; direct " + Result.ms(directP50))
                    .row(
                            "delay added, p99",
                            Result.ms(load.agents().delays().ms(0.99) - directP99),
                            "direct " + Result.ms(directP99))
                    .row(
                            "delay added, p99",
                            Result.ms(load.callers().delays().ms(0.99) - directP99),
                            "from the SRTP side")
                    .key("delayP50Ms", load.agents().delays().ms(0.5) - directP50)
                    .key("delayP99Ms", load.agents().delays().ms(0.99) - directP99)
                    .key("calls", raised.answered())
                    .bar(raised.answered() == calls, calls + " calls are up; " + raised.answered() + " were");
            load.endAll();
        }
        Beside beside = new Beside(media, result);
        if (quick) {
            beside.runQuick();
        } else {
            beside.run(report);
        }
        return result;
    }

    private static void report(Result result, Load load, double seconds, double cpu, long allocated) {
        long sent = load.callers().sent() + load.agents().sent();
        long received = load.callers().received() + load.agents().received();
        long refused = load.callers().refused() + load.agents().refused();
        double bytes = (double) allocated / Math.max(1, received);
        result.row("packets sent", Long.toString(sent), String.format("%.0f a second", sent / seconds))
                .row("packets received", Long.toString(received), "each SRTP tag checked")
                .row("lost", Long.toString(sent - received), refused + " of them came but were not right")
                .row("CPU", String.format("%.0f %%", 100 * cpu), "of a core, the program's whole process")
                .row("allocated a packet", String.format("%.1f B", bytes), "by the media worker")
                .row("latest send", Result.ms(load.latestMs()), "how late the generator itself was, at worst")
                .key("sent", sent)
                .key("lost", sent - received)
                .key("cpuShare", cpu)
                .key("bytesPerPacket", bytes)
                .bar(sent == received, "no packet is lost; " + (sent - received) + " were")
                .bar(sent > 0, "packets were sent");
    }

    /** The generator with itself at the same rate: what sockets and generator add. */
    private Samples direct() throws IOException {
        Load load = new Load();
        try (load) {
            load.media(true);
            load.raise(calls, 1000);
            load.talk(Duration.ofMillis(quick ? 500 : 1000));
            load.settle();
            load.talk(Duration.ofSeconds(quick ? 1 : 5));
            load.hush();
            return load.agents().delays();
        }
    }
}
