package sotto.media.tap;

import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.SleepingWaitStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import sotto.media.packet.Side;

/** Where masked copies of the audio go: over one ring to one thread, which writes WAV files. Thread-safe. */
public final class Tap implements AutoCloseable {
    private static final int RING_SLOTS = 8192; // 160 ms of 1,000 legs

    private final @Nullable Path directory;
    private final @Nullable RingBuffer<TapRecord> ring;
    private final @Nullable TapReader reader;
    private final LongSupplier clockNs;
    private final Faults faults = new Faults();
    private final AtomicLong dropped = new AtomicLong();
    private final Map<String, OpenCall> calls = new HashMap<>(); // guarded by itself
    private boolean closed; // guarded by calls

    /** A call with streams open. */
    private static final class OpenCall {
        final RecordedCall recorded;
        int sides;

        OpenCall(RecordedCall recorded) {
            this.recorded = recorded;
        }
    }

    private Tap(@Nullable Path directory, LongSupplier clockNs, int slots) {
        this.directory = directory;
        this.clockNs = clockNs;
        ring = directory == null
                ? null
                : RingBuffer.createMultiProducer(TapRecord::new, slots, new SleepingWaitStrategy());
        reader = ring == null ? null : new TapReader(ring);
    }

    /**
     * Starts the ring and its reader.
     *
     * @param directory where {@code CALLID-caller.wav} and {@code CALLID-agent.wav} go, made where missing; empty: no
     *     tap, streams take nothing
     * @throws UncheckedIOException where the directory cannot be made or written
     */
    public static Tap start(Optional<Path> directory) {
        return start(directory, System::nanoTime, RING_SLOTS);
    }

    /** The same by another clock and with another ring, slots a power of two. */
    static Tap start(Optional<Path> directory, LongSupplier clockNs, int slots) {
        Tap tap = new Tap(directory.map(Tap::prepared).orElse(null), clockNs, slots);
        if (tap.reader != null) {
            tap.reader.start();
        }
        return tap;
    }

    private static Path prepared(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Files.delete(Files.createTempFile(directory, ".probe", null));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "tap directory " + directory + " cannot be made or written; recordings go there: give this user the"
                            + " right to, name another, or switch the tap off",
                    e);
        }
    }

    /** Opens one side of a call; time zero of both its files is the first {@code open} of the call. */
    public TapStream open(String callId, Side side) {
        TapReader to = reader;
        if (directory == null || ring == null || to == null) {
            return new TapStream();
        }
        synchronized (calls) {
            if (closed) {
                return new TapStream();
            }
            OpenCall call = calls.computeIfAbsent(callId, id -> new OpenCall(new RecordedCall(clockNs.getAsLong())));
            call.sides++;
            RecordedCall recorded = call.recorded;
            String name = FileNames.of(callId) + "-" + side.name().toLowerCase(Locale.ROOT);
            CallFile file = new CallFile(directory, name, recorded.zeroNs(), faults);
            to.order(() -> to.add(recorded, file));
            return new TapStream(this, ring, file, callId);
        }
    }

    void closeSide(String callId) {
        TapReader to = reader;
        synchronized (calls) {
            OpenCall call = calls.get(callId);
            if (call == null || to == null || closed) {
                return;
            }
            RecordedCall recorded = call.recorded;
            long nowNs = clockNs.getAsLong();
            to.order(() -> recorded.sideEnds(nowNs));
            if (--call.sides == 0) {
                calls.remove(callId);
                to.order(() -> to.end(recorded));
            }
        }
    }

    public boolean isOn() {
        return reader != null;
    }

    /**
     * Runs {@code done} on the reader's thread once all that was put on the ring before is written; at once where off.
     *
     * @return false where the tap is closed; done is not run then
     */
    public boolean acknowledge(Runnable done) {
        TapReader to = reader;
        if (to == null) {
            done.run();
            return true;
        }
        synchronized (calls) {
            if (closed) {
                return false;
            }
            to.order(done);
            return true;
        }
    }

    /** Packets that found the ring full, or were too long for a slot. */
    public long dropped() {
        return dropped.get();
    }

    /** Files that the disk refused, wholly or from some point on. */
    public long failedFiles() {
        return faults.files();
    }

    /** Packets that did not reach their file because it had failed. */
    public long unwritten() {
        return faults.packets();
    }

    void countDropped() {
        dropped.getAndIncrement();
    }

    /** Writes what is on the ring, completes the files, ends the thread. Idempotent. */
    @Override
    public void close() {
        TapReader to = reader;
        synchronized (calls) {
            if (closed || to == null) {
                return;
            }
            closed = true;
            calls.clear();
        }
        try {
            to.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
