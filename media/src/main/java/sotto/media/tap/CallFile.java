package sotto.media.tap;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import sotto.media.codec.G711;

/** One side of a call on disk. Belongs to the tap's reader. Once it failed, it takes nothing more and says so once. */
final class CallFile {
    private final Path directory;
    private final String name;
    private final Timeline timeline;
    private final Faults faults;
    private @Nullable WavFile wav;
    private boolean failed;

    CallFile(Path directory, String name, long zeroNs, Faults faults) {
        this.directory = directory;
        this.name = name;
        this.timeline = new Timeline(zeroNs);
        this.faults = faults;
    }

    /** A step that the disk may refuse. */
    private interface Step {
        void on(WavFile file) throws IOException;
    }

    void create() {
        run(file -> {});
    }

    void write(TapRecord packet, G711 law) {
        WavFile open = wav;
        if (open == null) {
            create();
            open = wav;
        }
        if (open == null || failed) {
            faults.lost();
            return;
        }
        try {
            long sample = timeline.place(packet.ssrc(), packet.timestamp(), packet.arrivalNs());
            open.put(sample, packet.payload(), packet.payloadBytes(), law);
        } catch (IOException e) {
            fail(e);
        }
    }

    void flush() {
        run(WavFile::flush);
    }

    /** Length in samples if it ended at this instant. */
    long lengthAt(long endNs) {
        WavFile open = wav;
        return Math.max(timeline.at(endNs), open == null ? 0 : open.lengthSamples());
    }

    void end(long lengthSamples) {
        run(file -> {
            file.endNotBefore(lengthSamples);
            file.close();
        });
        failed = true; // nothing follows
    }

    private void run(Step step) {
        if (failed) {
            return;
        }
        try {
            WavFile open = wav;
            if (open == null) {
                open = WavFile.create(directory, name);
                wav = open;
            }
            step.on(open);
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException cause) {
        failed = true;
        faults.failed(cause);
        WavFile open = wav;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
