package sotto.media.dtmf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Makes one press of what both carriers, telephone-event and tone, tell of it. Remembers the last presses of each in
 * native memory. Belongs to the worker that owns the call.
 *
 * <pre>
 *  carrier  key  from until  new press
 *  tone       5     0   200    yes
 *  event      5   480   640     no       a gateway heard the tone and says so: pairs with it
 *  event      5  1600  2000    yes       its tone was not heard yet
 *  tone       5  1500  1700     no       now it was: pairs with the event before it
 *  tone       5  2300  2500    yes       the event at 1600 has its tone: a second press
 *  event      5  2350  2700     no
 *  tone       7  4000  4200    yes
 *  event      8  4000  4300    yes       another key
 *  event      7  6000  6300    yes       more than 150 ms after the tone ended
 * </pre>
 */
final class PressPairs {
    /** One of the two ways in which a key press comes. */
    enum Carrier {
        EVENT,
        TONE
    }

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final int MARGIN_TICKS = 1200; // 150 ms: what a gateway takes to hear a tone
    private static final int REMEMBERED = 4; // of each carrier
    private static final int FREE = 0; // else the key plus one
    private static final int ENTRY_INTS = 3; // key plus one, from, until

    private final MemorySegment presses = Arena.ofAuto().allocate(2L * REMEMBERED * ENTRY_INTS * Integer.BYTES);
    private int nextEvent;
    private int nextTone;

    /**
     * Takes a press that a carrier tells of.
     *
     * @param fromTicks RTP time at which it began
     * @param untilTicks RTP time up to which it is known
     * @return false where the other carrier told of it already
     */
    boolean isNew(Carrier carrier, int key, int fromTicks, int untilTicks) {
        int others = carrier == Carrier.EVENT ? REMEMBERED : 0;
        for (int i = others; i < others + REMEMBERED; i++) {
            if (get(i, 0) == key + 1
                    && fromTicks - get(i, 2) <= MARGIN_TICKS
                    && get(i, 1) - untilTicks <= MARGIN_TICKS) {
                set(i, FREE, 0, 0); // a press has one pair
                return false;
            }
        }
        if (carrier == Carrier.EVENT) {
            set(nextEvent, key + 1, fromTicks, untilTicks);
            nextEvent = (nextEvent + 1) % REMEMBERED;
        } else {
            set(REMEMBERED + nextTone, key + 1, fromTicks, untilTicks);
            nextTone = (nextTone + 1) % REMEMBERED;
        }
        return true;
    }

    /** Forgets and wipes. */
    void clear() {
        presses.fill((byte) 0);
        nextEvent = 0;
        nextTone = 0;
    }

    private int get(int entry, int field) {
        return presses.get(INT, ((long) entry * ENTRY_INTS + field) * Integer.BYTES);
    }

    private void set(int entry, int key, int fromTicks, int untilTicks) {
        long at = (long) entry * ENTRY_INTS * Integer.BYTES;
        presses.set(INT, at, key);
        presses.set(INT, at + Integer.BYTES, fromTicks);
        presses.set(INT, at + 2 * Integer.BYTES, untilTicks);
    }
}
