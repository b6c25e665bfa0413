package sotto.perf.relay;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Both relays, and what both do in turns. One thread. */
final class Pair implements AutoCloseable {
    private final Contender ours;
    private final Contender theirs;

    private Pair(Contender ours, Contender theirs) {
        this.ours = ours;
        this.theirs = theirs;
    }

    /**
     * How much the program is started for.
     *
     * @param calls that it is to have room for
     * @param engine of its media plane; empty for its own choice
     */
    record Size(int calls, Optional<String> engine) {}

    /** Something that each does. */
    interface Turn {
        void take(Contender each) throws IOException, InterruptedException;
    }

    /** @param peer where rtpengine is */
    static Pair start(Path peer, Media media, Traffic traffic, Size size) throws IOException, InterruptedException {
        Contender ours = new Contender(SottoRelay.start(media, traffic, size.calls(), size.engine()), traffic);
        try {
            return new Pair(ours, new Contender(Rtpengine.start(peer, media, traffic), traffic));
        } catch (IOException | RuntimeException e) {
            ours.close();
            throw e;
        }
    }

    Contender ours() {
        return ours;
    }

    Contender theirs() {
        return theirs;
    }

    void raiseTo(int calls) throws IOException, InterruptedException {
        ours.raiseTo(calls);
        theirs.raiseTo(calls);
    }

    /** Ours first, then theirs. */
    void each(Turn turn) throws IOException, InterruptedException {
        for (Contender contender : List.of(ours, theirs)) {
            turn.take(contender);
        }
    }

    /** Rounds that count although the generator was late in them, each time. */
    long unsound() {
        return ours.unsound() + theirs.unsound();
    }

    @Override
    public void close() throws IOException {
        try (theirs) {
            ours.close();
        }
    }
}
