package sotto.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.evidence.Evidence;
import sotto.proxy.evidence.EvidenceSettings;

/** The program as a process: its output, its exit codes, its signals, and whom it speaks to. */
final class MainTest {
    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
    private static final Pattern
            LOCAL = // address in hexadecimal, by words of this machine: any, 127/8, ::1, ::ffff:127/8
            Pattern.compile("0+|[0-9A-F]{6}7F|0{24}01000000|0{16}F{4}0{4}[0-9A-F]{6}7F");

    @TempDir
    Path directory;

    @Test
    void runsAndDrainsAndSpeaksToNobodyOutside() throws Exception {
        int ports = Program.freePorts();
        Path config =
                Files.writeString(directory.resolve("sotto.yaml"), Program.yaml(ports, directory.resolve("state")));
        try (Program program = Program.start(directory, "first", "run", "--config", config.toString())) {
            Set<String> outside = new HashSet<>();
            program.await("ready", () -> {
                outside.addAll(outside(program.pid()));
                return Program.status(ports, "/ready", "") == 200;
            });
            program.await("journal open", () -> {
                outside.addAll(outside(program.pid()));
                return Files.exists(directory.resolve("state/journal/records/metadata.cq4t"));
            });
            assertThat(sockets(program.pid())).as("sockets are seen at all").isNotEmpty();
            assertThat(outside).isEmpty();

            Matcher token = Pattern.compile("(?m)^bootstrap token: (\\S+)$").matcher(program.out());
            assertThat(token.find()).isTrue();
            assertThat(Program.status(ports, "/v1/calls", token.group(1))).isEqualTo(200);
            assertThat(program.err())
                    .contains("message=\"started; takes calls\"")
                    .doesNotContain(token.group(1));

            program.terminate();
            assertThat(program.exitCode()).isZero();
            assertThat(program.err()).contains("draining", "message=ended");
        }
        try (Program again = Program.start(directory, "again", "run", "--config", config.toString())) {
            again.awaitReady(ports);
            assertThat(again.out()).as("a token is given out once").isEmpty();
            try (Program second = Program.start(directory, "second", "run", "--config", config.toString())) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.err()).contains("sotto: state.directory=").doesNotContain("\tat ");
            }
            assertThat(Program.status(ports, "/ready", ""))
                    .as("the first one is not harmed")
                    .isEqualTo(200);
        }
    }

    @Test
    void checkListsEveryProblem() throws Exception {
        Path config = Files.writeString(
                directory.resolve("bad.yaml"), "trunk: {adress: 1}\nhttp: {port: 0}\ngateway: {kind: cash}\n");
        try (Program program = Program.start(directory, "check", "check", config.toString())) {
            assertThat(program.exitCode()).isEqualTo(1);
            assertThat(program.err().lines())
                    .hasSize(7)
                    .anyMatch(line -> line.endsWith("bad.yaml has 6 problems:"))
                    .anyMatch(line -> line.contains("line 1: trunk.adress is not a key; did you mean trunk.address?"))
                    .anyMatch(line -> line.contains("line 2: http.port=0 is not in 1..65535"));
        }
    }

    @Test
    void aFileThatIsNotThereIsTold() throws Exception {
        try (Program program = Program.start(directory, "none", "run", "--config", "/nowhere/sotto.yaml")) {
            assertThat(program.exitCode()).isEqualTo(1);
            assertThat(program.err()).contains("cannot read /nowhere/sotto.yaml: there is no such file");
        }
    }

    @Test
    void recordsAreVerifiedAndWhatIsMissingIsTold() throws Exception {
        Path state = directory.resolve("evidence");
        Evidence.open(new EvidenceSettings(state, "node", "test")).close();
        Path records = state.resolve("records.jws");
        try (Program program = Program.start(directory, "good", "evidence", "verify", records.toString())) {
            assertThat(program.exitCode()).isZero();
            assertThat(program.out()).contains("0 records, all as they were signed");
        }
        Files.writeString(records, "a.b.c\n");
        String key = state.resolve("public.pem").toString();
        try (Program program =
                Program.start(directory, "bad", "evidence", "verify", records.toString(), "--key", key)) {
            assertThat(program.exitCode()).isEqualTo(1);
            assertThat(program.err()).contains("line 1: is not as one of the keys signed it", "1 record, 1 wrong");
        }
        try (Program program = Program.start(directory, "none", "evidence", "verify", "/nowhere/records.jws")) {
            assertThat(program.exitCode()).isEqualTo(1);
            assertThat(program.err()).contains("sotto: there is no file /nowhere/public.pem");
        }
    }

    @Test
    void aPortThatIsNoneIsTold() throws Exception {
        try (Program program = Program.start(directory, "port", "sandbox-gateway", "--port", "70000")) {
            assertThat(program.exitCode()).isEqualTo(2);
            assertThat(program.err())
                    .contains("--port=70000 is not in 0..65535")
                    .doesNotContain("\tat ");
        }
    }

    /** Remote ends of a process's sockets that are not this machine. */
    private static Set<String> outside(long pid) {
        Set<String> outside = new HashSet<>();
        try {
            for (String line : sockets(pid)) {
                String remote = line.strip().split("\\s+")[2].replaceFirst(":.*", "");
                if (!LOCAL.matcher(remote).matches()) {
                    outside.add(line);
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return outside;
    }

    /** Lines of the kernel's tables that belong to a process. */
    private static Set<String> sockets(long pid) throws IOException {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path file : files) {
                try {
                    Matcher socket = SOCKET.matcher(Files.readSymbolicLink(file).toString());
                    if (socket.matches()) {
                        inodes.add(socket.group(1));
                    }
                } catch (NoSuchFileException e) {
                    assertThat(file).as("closed meanwhile").doesNotExist();
                }
            }
        }
        Set<String> lines = new HashSet<>();
        for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
            Path file = Path.of("/proc", Long.toString(pid), "net", table);
            if (Files.exists(file)) {
                Files.readAllLines(file).stream()
                        .skip(1)
                        .filter(line -> inodes.contains(line.strip().split("\\s+")[9]))
                        .forEach(lines::add);
            }
        }
        return lines;
    }
}
