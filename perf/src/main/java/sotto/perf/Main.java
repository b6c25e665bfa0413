package sotto.perf;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sotto.perf.run.Result;

/** {@code ./sotto bench NAME}: a table to read, and as the last line one JSON object. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the program, in a process of its own. Exits 1 where a bar is missed.")
public final class Main implements Runnable {
    private static final int BAR_MISSED = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private Main() {}

    /** Runs a bench and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(line().execute(arguments));
    }

    /** The command line; its exit codes: 0 all bars held, 1 one was missed or the bench failed, 2 no such bench. */
    static CommandLine line() {
        return new CommandLine(new Main()).setExecutionExceptionHandler((fault, line, parsed) -> {
            line.getErr().println("bench failed: " + fault);
            return BAR_MISSED;
        });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a bench: sip, relay, dtmf");
    }

    @Command(
            name = "sip",
            mixinStandardHelpOptions = true,
            description = "Set-up time added, calls a second, heap a call.")
    int sip(
            @Option(names = "--quick", description = "in less than 50 s") boolean quick,
            @Option(
                            names = "--soak",
                            description = "instead: does the heap grow over so many calls",
                            paramLabel = "CALLS")
                    @Nullable
                    Integer soak,
            @Option(names = "--concurrent", description = "instead: so many calls at once", paramLabel = "CALLS")
                    @Nullable
                    Integer concurrent)
            throws IOException, InterruptedException {
        if (soak != null) {
            return print(new SipSoak(soak, spec.commandLine().getErr()).run());
        }
        return print(concurrent != null ? new SipConcurrent(concurrent).run() : new SipBench(quick).run());
    }

    @Command(
            name = "relay",
            mixinStandardHelpOptions = true,
            description =
                    "500 G.711 calls with SRTP on one side: loss, CPU, delay; then beside rtpengine where it is installed.")
    int relay(
            @Option(names = "--quick", description = "in less than 50 s") boolean quick,
            @Option(names = "--calls", defaultValue = "500", description = "at the same time; default: 500") int calls,
            @Option(names = "--engine", description = "of the media plane; default: the program's choice")
                    Optional<String> engine,
            @Option(
                            names = "--media",
                            description = "more keys of that section of the configuration, as in \"batch-us: 100\"",
                            paramLabel = "KEYS")
                    Optional<String> media,
            @Option(
                            names = "--report",
                            defaultValue = "${sys:sotto.home:-.}/target/bench",
                            description = "where the page goes; default: target/bench of the program's directory",
                            paramLabel = "DIR")
                    Path report)
            throws IOException, InterruptedException {
        List<String> keys = new ArrayList<>();
        engine.ifPresent(name -> keys.add("engine: " + name));
        media.ifPresent(keys::add);
        Optional<String> more = keys.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", keys));
        return print(new RelayBench(quick, calls, more, report).run());
    }

    @Command(
            name = "dtmf",
            mixinStandardHelpOptions = true,
            description =
                    "Keys pressed while secure-pay is on, in band and as telephone-events: how many are taken, and what comes out.")
    int dtmf(
            @Option(names = "--quick", description = "in less than 50 s") boolean quick,
            @Option(names = "--seed", description = "of all that is random; default: another each time")
                    Optional<Long> seed,
            @Option(
                            names = "--report",
                            defaultValue = "${sys:sotto.home:-.}/target/bench",
                            description = "where the page goes; default: target/bench of the program's directory",
                            paramLabel = "DIR")
                    Path report)
            throws IOException, InterruptedException {
        long chosen = seed.orElseGet(() -> new SecureRandom().nextLong(1_000_000_000));
        return print(new DtmfBench(quick, chosen, report).run());
    }

    private int print(Result result) {
        PrintWriter out = spec.commandLine().getOut();
        result.print(out);
        out.flush();
        return result.barsHeld() ? 0 : BAR_MISSED;
    }
}
