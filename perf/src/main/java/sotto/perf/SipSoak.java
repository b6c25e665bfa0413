package sotto.perf;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import sotto.perf.run.Program;
import sotto.perf.run.Result;

/** Many calls one after the other: whether the program's heap grows by them. */
final class SipSoak {
    private static final int PARTS = 10;
    private static final double CPS = 300;
    private static final double BAR_GROWTH = 0.1;
    private static final Duration SHORT_CALL = Duration.ofMillis(300);
    private static final Duration LINGER = Duration.ofSeconds(35); // 64 T1, and some: transactions are gone then

    private final int calls;
    private final PrintWriter progress;

    /** @param progress told of each part, for it takes half an hour */
    SipSoak(int calls, PrintWriter progress) {
        this.calls = calls;
        this.progress = progress;
    }

    Result run() throws IOException, InterruptedException {
        Result result = new Result("sip", "Sotto, SIP: heap over " + calls + " calls, at 300 a second");
        int failed = 0;
        long first = 0;
        long last = 0;
        try (Load load = new Load();
                Program program = Program.start(new Program.Settings(load.callerAddress(), load.agentAddress()))) {
            load.through(program.sip());
            for (int part = 1; part <= PARTS; part++) {
                failed += load.place(calls / PARTS, CPS, SHORT_CALL).failed();
                load.talk(LINGER);
                last = program.heapBytes();
                first = part == 1 ? last : first;
                progress.println(part * (calls / PARTS) + " calls, " + failed + " failed, heap " + last + " B");
                progress.flush();
                result.row("heap after " + part * (calls / PARTS), last + " B", "calls, after a collection");
            }
        }
        double growth = (double) (last - first) / first;
        return result.row("failed", Integer.toString(failed), "calls")
                .key("failed", failed)
                .key("heapGrowth", growth)
                .bar(failed == 0, "no call fails; " + failed + " did")
                .bar(growth < BAR_GROWTH, "the heap grows by less than a tenth after the first tenth of the calls");
    }
}
