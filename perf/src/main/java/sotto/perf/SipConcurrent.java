package sotto.perf;

import java.io.IOException;
import java.time.Duration;
import sotto.perf.run.Program;
import sotto.perf.run.Result;

/** Many calls at once: whether all are set up, stay up and end, what each holds, and how quick the last ones were. */
final class SipConcurrent {
    private static final double CPS = 200;
    private static final int LAST = 1000;
    private static final int BAR_HEAP_BYTES = 40_000;
    private static final Duration UP = Duration.ofSeconds(35); // 64 T1, and some: transactions are gone then

    private final int calls;

    SipConcurrent(int calls) {
        this.calls = calls;
    }

    Result run() throws IOException, InterruptedException {
        Result result = new Result("sip", "Sotto, SIP: " + calls + " calls at once");
        try (Load load = new Load();
                Program program =
                        Program.start(new Program.Settings(load.callerAddress(), load.agentAddress()).roomFor(calls))) {
            load.through(program.sip());
            load.place(LAST, CPS, Duration.ofMillis(300)); // warm, as a service is that has so many
            long before = program.heapBytes();
            int failed = calls > LAST ? load.raise(calls - LAST, CPS).failed() : 0;
            Load.Placed last = load.raise(Math.min(LAST, calls), CPS);
            failed += last.failed();
            double p99 = last.setups().ms(0.99);
            load.talk(UP);
            int up = load.up();
            long each = (program.heapBytes() - before) / Math.max(1, up);
            load.endAll();
            int stuck = load.up();
            return result.row("up at once", Integer.toString(up), "calls, after " + UP.toSeconds() + " s")
                    .row("failed", Integer.toString(failed), "calls")
                    .row("not ended", Integer.toString(stuck), "calls, by a BYE to each")
                    .row("heap a call", each + " B", "after a collection")
                    .row("set-up, p99", Result.ms(p99), "of the last " + LAST + ", at " + (int) CPS + " a second")
                    .key("concurrent", up)
                    .key("failed", failed)
                    .key("notEnded", stuck)
                    .key("heapBytesPerCall", each)
                    .key("setupP99Ms", p99)
                    .bar(failed == 0 && up == calls, "all calls are set up and stay up")
                    .bar(stuck == 0, "all calls end")
                    .bar(each <= BAR_HEAP_BYTES, "a call takes 40,000 octets of heap at most");
        }
    }
}
