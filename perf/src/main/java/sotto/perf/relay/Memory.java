package sotto.perf.relay;

import java.io.IOException;
import java.util.Locale;
import sotto.perf.run.Program;
import sotto.perf.run.Result;

/** What calls hold of memory: what both had before them, to compare with what they have after. One thread. */
record Memory(long heapBytes, long residentBytes, long theirResidentBytes) {
    static Memory before(Pair pair) throws IOException, InterruptedException {
        return new Memory(
                program(pair).heapBytes(),
                pair.ours().relay().residentBytes(),
                pair.theirs().relay().residentBytes());
    }

    static Program program(Pair pair) throws IOException {
        if (pair.ours().relay() instanceof SottoRelay sotto) {
            return sotto.program();
        }
        throw new IOException("not the program: " + pair.ours().name());
    }

    /** Adds what a call took. */
    void report(Pair pair, Result result) throws IOException, InterruptedException {
        int calls = pair.ours().up();
        long heap = (program(pair).heapBytes() - heapBytes) / calls;
        long resident = pair.ours().relay().residentBytes();
        long theirs = (pair.theirs().relay().residentBytes() - theirResidentBytes) / calls;
        result.row(
                        "memory a call",
                        String.format(Locale.ROOT, "%.1f kB", heap / 1e3),
                        String.format(
                                Locale.ROOT,
                                "of heap, SIP and all, with %d up; resident %.0f MB before and %.0f after, which a heap makes"
                                        + " what it likes; rtpengine %.1f kB resident a call",
                                calls,
                                residentBytes / 1e6,
                                resident / 1e6,
                                theirs / 1e3))
                .key("heapBytesPerCall", heap)
                .key("residentBytes", resident)
                .key("rtpengineResidentBytesPerCall", theirs);
    }
}
