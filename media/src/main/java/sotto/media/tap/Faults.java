package sotto.media.tap;

import java.io.IOException;
import java.lang.System.Logger;
import java.util.concurrent.atomic.AtomicLong;

/** What the disk refused: said once, counted always. Written by the tap's reader, read by anyone. */
final class Faults {
    private static final Logger LOG = System.getLogger(Tap.class.getName());

    private final AtomicLong files = new AtomicLong();
    private final AtomicLong packets = new AtomicLong();

    void failed(IOException cause) {
        if (files.getAndIncrement() == 0) {
            LOG.log(
                    Logger.Level.ERROR,
                    "tap cannot write: calls go on, recordings are cut short or missing; free the disk or mend the tap"
                            + " directory's rights; said once, see the count of failed tap files",
                    cause);
        }
    }

    void lost() {
        packets.getAndIncrement();
    }

    long files() {
        return files.get();
    }

    long packets() {
        return packets.get();
    }
}
