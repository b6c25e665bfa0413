package sotto.proxy.app;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sotto.proxy.evidence.ChainCheck;
import sotto.proxy.evidence.VerifyingKey;

/** What is done with records of evidence outside of the program that wrote them. */
@Command(name = "evidence", description = "Records of captures, for the assessor.", mixinStandardHelpOptions = true)
final class EvidenceCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Checks signatures and chain of a file of records; exits 1 where a line is wrong.")
    int verify(
            @Parameters(paramLabel = "FILE", description = "such as evidence/records.jws of the state directory")
                    Path file,
            @Option(
                            names = "--key",
                            paramLabel = "PUBLIC.pem",
                            description = "again for each further one; default: public.pem beside FILE")
                    @org.jspecify.annotations.Nullable
                    List<Path> keys) {
        try {
            List<VerifyingKey> with = new ArrayList<>();
            for (Path key : keys == null ? List.of(file.resolveSibling("public.pem")) : keys) {
                with.add(VerifyingKey.read(key));
            }
            return say(file, with, ChainCheck.of(file, with));
        } catch (NoSuchFileException e) { // its message is no more than a name
            Console.complain("sotto: there is no file " + e.getMessage());
            return 1;
        } catch (IOException e) {
            Console.complain("sotto: " + e.getMessage());
            return 1;
        }
    }

    private static int say(Path file, List<VerifyingKey> keys, ChainCheck.Result result) {
        String records = result.records() == 1 ? "1 record" : result.records() + " records";
        if (!result.problems().isEmpty()) {
            result.problems().forEach(problem -> Console.complain(file + ": " + problem));
            Console.complain(file + ": " + records + ", " + result.problems().size() + " wrong");
            return 1;
        }
        Console.say(file + ": " + records + ", all as they were signed and none missing between them; key "
                + keys.stream().map(VerifyingKey::id).collect(Collectors.joining(" "))
                + (result.last().isEmpty() ? "" : "; SHA-256 of the last " + result.last()));
        return 0;
    }
}
