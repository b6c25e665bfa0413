package sotto.media.tap;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import sotto.media.codec.G711;
import sotto.media.packet.RtpView;

/** One slot of the ring: a packet's audio and when it came. Written by the worker that claimed it, read by the reader. */
final class TapRecord {
    static final int MOST_PAYLOAD_BYTES = 2048;

    private final byte[] payload = new byte[MOST_PAYLOAD_BYTES];
    private int payloadBytes;
    private int ssrc;
    private int timestamp;
    private long arrivalNs;
    private @Nullable CallFile file;
    private @Nullable G711 law;

    /** Copies a packet of at most {@link #MOST_PAYLOAD_BYTES}. */
    void set(CallFile to, G711 of, RtpView packet, long nowNs) {
        file = to;
        law = of;
        payloadBytes = packet.payloadBytes();
        ssrc = packet.ssrc();
        timestamp = packet.timestamp();
        arrivalNs = nowNs;
        MemorySegment.copy(packet.memory(), ValueLayout.JAVA_BYTE, packet.payloadOffset(), payload, 0, payloadBytes);
    }

    /** Hands the audio on, and forgets it: the ring keeps no speech of calls that are over. */
    void write() {
        CallFile to = file;
        G711 of = law;
        if (to != null && of != null) {
            to.write(this, of);
        }
        file = null;
        java.util.Arrays.fill(payload, 0, payloadBytes, (byte) 0);
    }

    byte[] payload() {
        return payload;
    }

    int payloadBytes() {
        return payloadBytes;
    }

    int ssrc() {
        return ssrc;
    }

    int timestamp() {
        return timestamp;
    }

    long arrivalNs() {
        return arrivalNs;
    }
}
