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
     * @param media more of its configuration of media; empty for its own choice
     */
    record Size(int calls, Optional<String> media) {}

    /** Something that each does. */
    interface Turn {
        void take(Contender each) throws IOException, InterruptedException;
    }

    /** @param peer where rtpengine is */
    static Pair start(Path peer, Media media, Traffic traffic, Size size) throws IOException, InterruptedException {
        Contender ours = new Contender(SottoRelay.start(media, traffic, size.calls(), size.media()), traffic);
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

    /** Ours first, then theirs; see {@link #alone}. */
    void each(Turn turn) throws IOException, InterruptedException {
        for (Contender contender : List.of(ours, theirs)) {
            alone(contender, turn);
        }
    }

    /** One has its turn while the other stands still: calls that are silent cost a bit, which is not to be in it. */
    void alone(Contender contender, Turn turn) throws IOException, InterruptedException {
        @SuppressWarnings("ReferenceEquality") // which of the two
        Relay other = (contender == ours ? theirs : ours).relay();
        other.stop();
        try {
            turn.take(contender);
        } finally {
            other.go();
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
