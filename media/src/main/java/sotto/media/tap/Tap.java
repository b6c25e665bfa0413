package sotto.media.tap;

import java.nio.file.Path;
import java.util.Optional;
import sotto.media.packet.Side;

/** Where masked copies of the audio go: over one ring to one thread, which writes WAV files. Thread-safe. */
public final class Tap implements AutoCloseable {
    private Tap() {}

    /**
     * Starts the ring and its reader.
     *
     * @param directory where {@code CALLID-caller.wav} and {@code CALLID-agent.wav} go, made where missing; empty: no
     *     tap, streams take nothing
     */
    public static Tap start(Optional<Path> directory) {
        return new Tap();
    }

    /** Opens one side of a call; time zero of both its files is the first {@code open} of the call. */
    public TapStream open(String callId, Side side) {
        return new TapStream();
    }

    public boolean isOn() {
        return false;
    }

    /**
     * Runs {@code done} on the reader's thread once all that was put on the ring before is written; at once where off.
     *
     * @return false where the ring is full; done is not run then
     */
    public boolean acknowledge(Runnable done) {
        throw new UnsupportedOperationException();
    }

    /** Packets that found the ring full. */
    public long dropped() {
        return 0;
    }

    /** Writes what is on the ring, completes the files, ends the thread. */
    @Override
    public void close() {}
}
