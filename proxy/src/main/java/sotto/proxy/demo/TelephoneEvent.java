package sotto.proxy.demo;

import java.nio.ByteBuffer;

/** Payload of a telephone-event (RFC 4733 §2.3). Pure functions. */
public final class TelephoneEvent {
    /** Octets of a report. */
    public static final int BYTES = 4;
    /** How often the end is sent (§2.5.1.4). */
    public static final int ENDS = 3;

    private static final int END = 0x80;
    private static final int VOLUME = 10; // §2.3.3: −10 dBm0

    private TelephoneEvent() {}

    /**
     * Appends a report.
     *
     * @param key 0 to 15, §3.2
     * @param durationTicks of the key so far, on the clock of the stream
     */
    public static void put(ByteBuffer buffer, int key, boolean end, int durationTicks) {
        buffer.put((byte) key).put((byte) (end ? END | VOLUME : VOLUME)).putShort((short) durationTicks);
    }
}
