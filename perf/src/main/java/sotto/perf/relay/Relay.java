package sotto.perf.relay;

import java.io.IOException;
import java.util.List;
import sotto.perf.run.Machine;
import sotto.perf.run.Program;

/** A relay under test: a process on the first core, and calls that it has up. One thread. */
interface Relay extends AutoCloseable {
    String name();

    long pid();

    /**
     * Sets more calls up, which stay until it is closed.
     *
     * @param firstCall number of the first one, which says where its legs hear
     * @throws IOException where one is refused
     */
    List<CallEnds> raise(int firstCall, int count) throws IOException, InterruptedException;

    default double cpuSeconds() throws IOException {
        return Machine.cpuSeconds(pid());
    }

    default long residentBytes() throws IOException {
        return Machine.residentBytes(pid());
    }

    /** Has it stand still until {@link #go}. */
    default void stop() throws IOException, InterruptedException {
        Program.run(List.of("kill", "-STOP", Long.toString(pid())));
    }

    default void go() throws IOException, InterruptedException {
        Program.run(List.of("kill", "-CONT", Long.toString(pid())));
    }

    @Override
    void close() throws IOException;
}
