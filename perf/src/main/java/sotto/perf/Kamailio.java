package sotto.perf;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import sotto.perf.run.Machine;
import sotto.perf.run.Ports;
import sotto.perf.run.Program;

/**
 * Kamailio as a stateful proxy that records its route, for comparison. It passes the caller's dialog and SDP on: no second
 * dialog, no media, no record of calls. One thread.
 */
final class Kamailio implements AutoCloseable {
    private static final String PROGRAM = "kamailio";
    private static final int WORKERS = 4;

    private final Process process;
    private final Path directory;
    private final int port;

    private Kamailio(Process process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    /**
     * Starts it, where it is installed.
     *
     * @param agents where calls go
     */
    static Optional<Kamailio> start(InetSocketAddress agents) throws IOException {
        Optional<Path> program = Stream.of(System.getenv("PATH").split(":"), new String[] {"/usr/sbin"})
                .flatMap(Stream::of)
                .map(place -> Path.of(place, PROGRAM))
                .filter(Files::isExecutable)
                .findFirst();
        if (program.isEmpty()) {
            return Optional.empty();
        }
        Path directory = Files.createTempDirectory("sotto-bench");
        int port = Ports.free();
        Path config = Files.writeString(directory.resolve("kamailio.cfg"), config(port, agents.getPort()));
        Process process = new ProcessBuilder(
                        program.get().toString(),
                        "-DD",
                        "-E",
                        "-m",
                        "256",
                        "-f",
                        config.toString(),
                        "-Y",
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log.txt").toFile())
                .start();
        Kamailio started = new Kamailio(process, directory, port);
        started.awaitWorkers();
        return Optional.of(started);
    }

    private static String config(int port, int agentsPort) {
        return """
                #!KAMAILIO
                debug=0
                children=%d
                listen=udp:127.0.0.1:%d
                auto_aliases=no
                loadmodule "tm.so"
                loadmodule "sl.so"
                loadmodule "rr.so"
                loadmodule "pv.so"
                loadmodule "maxfwd.so"
                loadmodule "siputils.so"
                loadmodule "textops.so"
                request_route {
                    if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
                    if (has_totag()) {
                        if (loose_route()) { t_relay(); exit; }
                        if (is_method("ACK") && t_check_trans()) { t_relay(); exit; }
                        if (!is_method("ACK")) { sl_send_reply("481", "No such dialog"); }
                        exit;
                    }
                    t_check_trans();
                    record_route();
                    $du = "sip:127.0.0.1:%d";
                    t_relay();
                }
                """
                .formatted(WORKERS, port, agentsPort);
    }

    private void awaitWorkers() throws IOException {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (process.isAlive() && System.nanoTime() < endNs) {
            if (process.descendants().count() >= WORKERS) {
                return;
            }
            LockSupport.parkNanos(50_000_000);
        }
        String log = Files.readString(directory.resolve("log.txt"), StandardCharsets.UTF_8);
        close();
        throw new IOException("kamailio did not start; its log:\n" + log);
    }

    InetSocketAddress sip() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** CPU time that all its processes have used. */
    double cpuSeconds() throws IOException {
        double seconds = Machine.cpuSeconds(process.pid());
        for (ProcessHandle worker : process.descendants().toList()) {
            seconds += Machine.cpuSeconds(worker.pid());
        }
        return seconds;
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        Program.end(process);
        all.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
        Program.delete(directory);
    }
}
