package sotto.proxy.stir;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Signatures that were good lately, and the call each was for (RFC 8224 §12.1). Thread-safe.
 *
 * <p>A signature is known by its first half, which nobody but its maker can choose; the other half has two values that are
 * both good. The same call again, as after a challenge, is no replay. Where there are more than fit, the oldest are
 * forgotten.
 */
final class Replays {
    private static final int MOST = 65_536; // 270 calls a second with both minutes that iat may be off

    private final Map<Half, Seen> seen = new LinkedHashMap<>(); // oldest first, under its own monitor
    private final long keptMs;

    private record Half(long high, long low) {}

    private record Seen(String callId, long atMs) {}

    Replays(long keptMs) {
        this.keptMs = keptMs;
    }

    /**
     * Takes one in.
     *
     * @param signature one that is good: no stranger fills this
     * @return false where another call had it
     */
    boolean accept(byte[] signature, String callId, long nowMs) {
        Half half = new Half(number(signature, 0), number(signature, 8));
        synchronized (seen) {
            Iterator<Seen> oldest = seen.values().iterator();
            while (oldest.hasNext()) {
                if (nowMs - oldest.next().atMs < keptMs && seen.size() < MOST) {
                    break;
                }
                oldest.remove();
            }
            Seen before = seen.putIfAbsent(half, new Seen(callId, nowMs));
            return before == null || before.callId.equals(callId);
        }
    }

    private static long number(byte[] octets, int from) {
        long number = 0;
        for (int i = from; i < from + 8; i++) {
            number = number << 8 | (octets[i] & 0xFF);
        }
        return number;
    }

    int size() {
        synchronized (seen) {
            return seen.size();
        }
    }
}
