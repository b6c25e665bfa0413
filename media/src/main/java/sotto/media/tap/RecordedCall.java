package sotto.media.tap;

import java.util.ArrayList;
import java.util.List;

/** The files of one call, which begin together and end together. Belongs to the tap's reader but for its time zero. */
final class RecordedCall {
    private final long zeroNs;
    private final List<CallFile> files = new ArrayList<>(2);
    private long endNs;

    RecordedCall(long zeroNs) {
        this.zeroNs = zeroNs;
        this.endNs = zeroNs;
    }

    long zeroNs() {
        return zeroNs;
    }

    void add(CallFile file) {
        files.add(file);
        file.create();
    }

    void flush() {
        files.forEach(CallFile::flush);
    }

    /** One side is over; the files wait for the other. */
    void sideEnds(long nowNs) {
        endNs = Math.max(endNs, nowNs);
    }

    /** Ends all files at the length of the longest, which is not before the last side's end. */
    void end() {
        long length = 0;
        for (CallFile file : files) {
            length = Math.max(length, file.lengthAt(endNs));
        }
        for (CallFile file : files) {
            file.end(length);
        }
    }
}
