package sotto.proxy.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sotto.proxy.config.ConfigReader;
import sotto.proxy.config.SottoConfig;
import sotto.proxy.demo.Demo;
import sotto.proxy.sandbox.SandboxGateway;

/** The program's command line. */
@Command(
        name = "sotto",
        description = "A SIP/RTP media proxy with secure card capture.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = EvidenceCommand.class,
        footer = {
            "",
            "Of the launcher ./sotto:",
            "  bench NAME [--quick]  measures: relay, sip; exits 1 where a bar is missed",
            "  jdk                   prints the home of the JDK that is used"
        })
public final class Main implements Runnable {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int LAST_PORT = 65_535;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private Main() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] arguments) {
        LogSetup.bridge();
        System.exit(new CommandLine(new Main())
                .setExecutionExceptionHandler((fault, line, parsed) -> {
                    LoggerFactory.getLogger(Main.class)
                            .error("{} failed by a fault of ours", line.getCommandName(), fault);
                    return FAILED;
                })
                .execute(arguments));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description = "The service. SIGTERM drains; a second one ends at once.")
    int service(
            @Option(names = "--config", paramLabel = "FILE", description = "default: conf/sotto.yaml beside ./sotto")
                    @org.jspecify.annotations.Nullable
                    Path config)
            throws InterruptedException {
        Termination termination = Termination.listen();
        Path file = config != null ? config : Path.of(System.getProperty("sotto.home", ""), "conf", "sotto.yaml");
        ConfigReader.Reading reading;
        try {
            reading = ConfigReader.inspect(file);
        } catch (IOException e) {
            return cannotRead(file, e);
        }
        if (reading.config().isEmpty()) {
            problems(file, reading);
            return FAILED;
        }
        Logger log = LoggerFactory.getLogger(Main.class);
        log.atInfo().addKeyValue("config", file.toAbsolutePath()).log("configuration read");
        reading.warnings().forEach(log::warn);
        return serve(reading.config().get(), termination);
    }

    private static int serve(SottoConfig config, Termination termination) throws InterruptedException {
        try (Sotto sotto = Sotto.start(config)) {
            sotto.takeBootstrapToken().ifPresent(token -> Console.say("bootstrap token: " + token));
            termination.await();
            return OK;
        } catch (FileSystemException e) { // its message is no more than a name
            Console.complain("sotto: " + e + "; correct the owner and mode of that file, or name another");
            return FAILED;
        } catch (IOException e) {
            Console.complain("sotto: " + e.getMessage());
            return FAILED;
        }
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Lists every problem of a configuration; exits 1 where there is one.")
    int check(@Parameters(paramLabel = "FILE") Path file) {
        ConfigReader.Reading reading;
        try {
            reading = ConfigReader.inspect(file);
        } catch (IOException e) {
            return cannotRead(file, e);
        }
        if (reading.config().isEmpty()) {
            problems(file, reading);
            return FAILED;
        }
        reading.warnings().forEach(warning -> Console.say("warning: " + warning));
        Console.say(file + ": fine" + (reading.warnings().isEmpty() ? "" : ", but see the warnings"));
        return OK;
    }

    private static int cannotRead(Path file, IOException e) {
        String reason = e instanceof NoSuchFileException ? "there is no such file" : e.toString();
        Console.complain("sotto: cannot read " + file.toAbsolutePath() + ": " + reason
                + "; conf/sotto.yaml is one to start from");
        return FAILED;
    }

    private static void problems(Path file, ConfigReader.Reading reading) {
        int count = reading.problems().size();
        Console.complain("sotto: " + file + " has " + count + (count == 1 ? " problem:" : " problems:"));
        reading.problems().forEach(problem -> Console.complain("  " + problem));
    }

    @Command(
            name = "demo",
            mixinStandardHelpOptions = true,
            description = "A real call, a real payment and a search for digits, on this machine; under 30 s.")
    int demo() {
        return Demo.run(System.out, config -> new DemoProgram(Sotto.start(config)));
    }

    @Command(
            name = "sandbox-gateway",
            mixinStandardHelpOptions = true,
            description = "A payment gateway to try things with, on this machine: real HTTP, no money.")
    int sandboxGateway(@Option(names = "--port", defaultValue = "8090", description = "default: 8090") int port)
            throws InterruptedException {
        if (port < 0 || port > LAST_PORT) {
            throw new ParameterException(
                    spec.commandLine(), "--port=" + port + " is not in 0..65535; 0 takes a free one");
        }
        Termination termination = Termination.listen();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (SandboxGateway gateway = SandboxGateway.start(address)) {
            Console.say("sandbox gateway: http://127.0.0.1:" + gateway.port() + "/ lists its cards; post to /pay");
            termination.await();
            return OK;
        } catch (IOException e) {
            Console.complain("sotto: " + e.getMessage() + "; choose another with --port");
            return FAILED;
        }
    }
}
