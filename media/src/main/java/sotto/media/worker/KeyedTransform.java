package sotto.media.worker;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sotto.media.srtp.SrtpKeys;
import sotto.media.srtp.SrtpTransform;
import sotto.media.srtp.SrtpTransforms;

/**
 * One direction's transform and the keys it was made from. Belongs to the worker. A re-INVITE that repeats the keys keeps
 * the transform, and with it rollover counter and replay window: starting them anew would break the stream, or let old
 * packets in (RFC 3711 §3.2.1, RFC 4568 §7.1.4).
 */
final class KeyedTransform implements AutoCloseable {
    private @Nullable SrtpKeys keys;
    private @Nullable SrtpTransform transform;

    /** Takes over the keys of a new offer and answer; empty for plain RTP. */
    void settle(Optional<SrtpKeys> offered) {
        SrtpKeys next = offered.orElse(null);
        if (next != null && keys != null && next.matches(keys)) {
            if (next != keys) {
                next.close();
            }
            return;
        }
        close();
        if (next != null) {
            keys = next;
            transform = SrtpTransforms.of(next);
        }
    }

    /** Null for plain RTP. */
    @Nullable
    SrtpTransform transform() {
        return transform;
    }

    /** Wipes. */
    @Override
    public void close() {
        if (transform != null) {
            transform.close();
            transform = null;
        }
        if (keys != null) {
            keys.close();
            keys = null;
        }
    }
}
