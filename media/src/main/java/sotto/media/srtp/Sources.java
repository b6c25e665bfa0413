package sotto.media.srtp;

import org.jspecify.annotations.Nullable;

/**
 * The SSRCs that were authenticated under one key. Belongs to one worker.
 *
 * <p>Bounded, because a peer that holds the key chooses its SSRCs. What to do when full is the caller's: a receiver lets
 * the one that was silent longest go, and with it the memory of what it replayed; a sender must not, for a forgotten
 * SSRC that comes back would be encrypted by the same key stream twice (RFC 3711 §9.1).
 */
final class Sources {
    static final int MOST = 8;

    private final @Nullable Source[] all = new @Nullable Source[MOST];
    private @Nullable Source last;
    private long uses;

    /** Null for a stranger. Changes nothing that can be told from outside. */
    @Nullable
    Source find(int ssrc) {
        Source same = last;
        if (same != null && same.ssrc() == ssrc) {
            return same;
        }
        for (Source source : all) {
            if (source != null && source.ssrc() == ssrc) {
                return source;
            }
        }
        return null;
    }

    boolean isFull() {
        return all[MOST - 1] != null; // filled from the front
    }

    /** Remembers an authentic packet, and its SSRC where {@code source}, as found, is null. */
    void accept(@Nullable Source source, int ssrc, long index) {
        Source known = source == null ? add(ssrc) : source;
        known.accept(index, ++uses);
        last = known;
    }

    private Source add(int ssrc) {
        int place = 0;
        long oldestUse = Long.MAX_VALUE;
        for (int i = 0; i < MOST; i++) {
            Source there = all[i];
            if (there == null) {
                place = i;
                break;
            }
            if (there.lastUse() < oldestUse) {
                place = i;
                oldestUse = there.lastUse();
            }
        }
        Source added = new Source(ssrc);
        all[place] = added;
        return added;
    }

    int count() {
        int count = 0;
        for (Source source : all) {
            count += source == null ? 0 : 1;
        }
        return count;
    }
}
