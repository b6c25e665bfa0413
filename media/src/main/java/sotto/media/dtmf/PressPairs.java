package sotto.media.dtmf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Makes one press of what all carriers, telephone-event, tone and SIP INFO, tell of it: each tells of a press once, and of
 * its presses in their order. Remembers the last ones in native memory. Belongs to the worker that owns the call.
 *
 * <pre>
 *  carrier  key  from until  new press
 *  tone       5     0   200    yes
 *  event      5   480   640     no       a gateway heard the tone and says so: the same press
 *  event      5  1600  2000    yes       its tone was not heard yet
 *  tone       5  1500  1700     no       now it was: the same press as the event
 *  tone       5  2300  2500    yes       the press at 1600 has its tone: a second one
 *  event      5  2350  2700     no
 *  tone       7  4000  4200    yes
 *  event      8  4000  4300    yes       another key
 *  event      7  6000  6300    yes       more than 150 ms after the tone ended
 *  event      4 48000 48320    yes
 *  tone       4 48040 48264     no
 *  info       4 50000 51280     no       told by all three, this one 250 ms late
 *  info       4 51600 52880    yes       the press at 48000 has its INFO: a second one
 *  tone       4 52800 53024     no
 *  info       6 56000 57280    yes       sent as the key went down, with a fixed duration, and faster than the tone is heard
 *  tone       6 57200 57424     no
 *  event      6 57280 57440     no
 *  tone       2 64000 64224    yes
 *  info       2 72224 73504     no       lost once, and sent again
 *  tone       2 80000 80224    yes
 *  info       2 88225 89505    yes       more than 1 s after the tone
 *  tone       1 112000 136000  yes       held down for 3 s
 *  event      1 136500 137200  no        only its end arrived
 * </pre>
 *
 * <p>So presses of one key in a row are as many as the carrier that tells most of them has told. A wide margin costs a press
 * only where within it two carriers have each lost another press of that key.
 */
final class PressPairs {
    /** One of the ways in which a key press comes. */
    enum Carrier {
        EVENT(1, MARGIN_TICKS),
        TONE(2, MARGIN_TICKS),
        INFO(4, INFO_MARGIN_TICKS),
        /** A telephone-event under a payload type that nobody agreed on. */
        STRAY_EVENT(8, MARGIN_TICKS);

        private static final int ALL = 15;

        private final int bit;
        private final int lateTicks; // behind what another told of

        Carrier(int bit, int lateTicks) {
            this.bit = bit;
            this.lateTicks = lateTicks;
        }
    }

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final int MARGIN_TICKS = 1200; // 150 ms: what a gateway takes to hear a tone
    /** 1 s: a datagram lost is sent again after T1, 500 ms (RFC 3261 §17.1.2.2), and the way may take as long. */
    private static final int INFO_MARGIN_TICKS = 8000;

    private static final int REMEMBERED = 16; // more than keys of 40 ms with pauses of 40 ms within the longest margin

    private static final int KEY = 0;
    private static final int FROM = 1;
    private static final int UNTIL = 2;
    private static final int AWAITED = 3; // bits of the carriers that have not told of it, and USED
    private static final int USED = 1 << 4;
    private static final int ENTRY_INTS = 4;

    private final MemorySegment presses = Arena.ofAuto().allocate((long) REMEMBERED * ENTRY_INTS * Integer.BYTES);
    private int next; // also the oldest

    /**
     * Takes a press that a carrier tells of.
     *
     * @param fromTicks RTP time at which it began
     * @param untilTicks RTP time up to which it is known
     * @return false where another carrier told of it already
     */
    boolean isNew(Carrier carrier, int key, int fromTicks, int untilTicks) {
        for (int i = 0; i < REMEMBERED; i++) {
            int press = (next + i) % REMEMBERED; // the oldest first: carriers keep the order
            if ((get(press, AWAITED) & carrier.bit) != 0
                    && get(press, KEY) == key
                    && fromTicks - get(press, UNTIL) <= carrier.lateTicks
                    && get(press, FROM) - untilTicks <= MARGIN_TICKS) {
                set(press, AWAITED, get(press, AWAITED) & ~carrier.bit);
                return false;
            }
        }
        set(next, KEY, key);
        set(next, FROM, fromTicks);
        set(next, UNTIL, untilTicks);
        set(next, AWAITED, (USED | Carrier.ALL) & ~carrier.bit);
        next = (next + 1) % REMEMBERED;
        return true;
    }

    /**
     * The last press that a carrier told of has lasted until now: what others tell late, or of its end alone, is told of the same
     * press.
     */
    void goesOn(Carrier carrier, int key, int untilTicks) {
        for (int i = 1; i <= REMEMBERED; i++) {
            int press = (next + REMEMBERED - i) % REMEMBERED; // the youngest first
            int awaited = get(press, AWAITED);
            if ((awaited & USED) != 0 && (awaited & carrier.bit) == 0 && get(press, KEY) == key) {
                set(press, UNTIL, Math.max(untilTicks - get(press, UNTIL), 0) + get(press, UNTIL));
                return;
            }
        }
    }

    /** Forgets and wipes. */
    void clear() {
        presses.fill((byte) 0);
        next = 0;
    }

    private int get(int press, int field) {
        return presses.get(INT, ((long) press * ENTRY_INTS + field) * Integer.BYTES);
    }

    private void set(int press, int field, int value) {
        presses.set(INT, ((long) press * ENTRY_INTS + field) * Integer.BYTES, value);
    }
}
