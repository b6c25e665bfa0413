package sotto.media.dtmf;

import sotto.media.packet.RtpView;

/**
 * Turns telephone-event packets into key presses: one for each press, whichever of its packets arrive. Belongs to the
 * worker that owns the call.
 *
 * <pre>
 *  seq     ts  key  E  M  duration  press
 *    7    800    5  0  1       160      5   first report of a press
 *    8    800    5  0  0       320      =   same timestamp, same press goes on       (RFC 4733 §2.2.1)
 *   10    800    5  1  0       480      =   end; sent three times                    (§2.5.1.4)
 *   11    800    5  1  0       480      -
 *   14   2400    5  1  0       400      5   new press; its earlier reports are lost
 *    8    800    5  0  0       320      -   late: older than the press in hand
 *   20   4000    1  0  1       160      1   a press held down; its end is yet to come
 *  430  69535    1  0  0       160      =   its next segment: 4000 + 65535           (§2.5.1.3)
 *  431  69695    1  0  0       160      =   the next after a shorter one: 69535 + 160
 *  440  71135    1  0  0       160      1   not where the last segment ended: a new press whose marker is lost
 *  450  72735    2  0  0       160      2
 *  452  73535   16  0  1       160      -   flash hook: an event, no key               (§3.2)
 * </pre>
 *
 * <p>A press all of whose packets come after
 * those of a younger one is lost: given late, it would stand at the wrong place of a number.
 */
final class KeyPresses {
    /** The packet starts no press. */
    static final int NONE = -1;
    /** The packet tells that the press in hand has lasted longer. */
    static final int GOES_ON = -2;

    private static final int KEYS = 16;
    private static final int LONGEST_SEGMENT_TICKS = 0xFFFF;
    private static final int LATE_TICKS = 20 * 8000; // an older timestamp than that is a new clock, not a late packet

    private boolean started;
    private int ssrc;
    private int timestamp; // of the press in hand, or of its last segment
    private int key;
    private int durationTicks; // longest report of this segment
    private boolean ended;

    /**
     * Takes one report that a packet carries.
     *
     * @param began timestamp of its event; the packet's own, but where it tells of several
     * @param report event, E R volume, duration: §2.3
     * @return the key, 0 to 15, where this report is the first that tells of a press; else {@link #GOES_ON} or {@link #NONE}
     */
    int press(RtpView packet, int began, int report) {
        int event = report >>> 24;
        if (event >= KEYS) {
            return NONE;
        }
        int age = began - timestamp; // serial arithmetic: right across the wrap
        boolean known = started && packet.ssrc() == ssrc;
        if (known && age < 0 && age > -LATE_TICKS) {
            return NONE;
        }
        boolean same = known && event == key && (age == 0 || continues(packet, began));
        if (!same || age != 0) {
            started = true;
            ssrc = packet.ssrc();
            timestamp = began;
            key = event;
            durationTicks = 0;
            ended = false;
        }
        boolean longer = (report & 0xFFFF) > durationTicks;
        durationTicks = Math.max(durationTicks, report & 0xFFFF);
        ended |= (report & 0x0080_0000) != 0;
        return !same ? event : longer ? GOES_ON : NONE;
    }

    /** §2.5.1.3: a longer press goes on under the timestamp at which its last segment, which had no E bit, ended. */
    private boolean continues(RtpView packet, int began) {
        boolean marked =
                packet.marker() && began == packet.timestamp(); // it says nothing of what is redundant (RFC 2198 §3)
        int age = began - timestamp;
        return !ended && !marked && (age == durationTicks || age == LONGEST_SEGMENT_TICKS);
    }

    /** Forgets and wipes: a report that comes again after this is a press once more. */
    void clear() {
        started = false;
        ssrc = 0;
        timestamp = 0;
        key = 0;
        durationTicks = 0;
        ended = false;
    }

    /** A press has started and its end was not seen. */
    boolean underWay() {
        return started && !ended;
    }
}
