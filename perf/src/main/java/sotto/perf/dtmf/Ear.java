package sotto.perf.dtmf;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import sotto.perf.run.Samples;

/**
 * Hears what comes out of one line, and lays it beside its script: the noise that the line begins with says how far the
 * clock that it comes with is from the script's. One thread.
 */
public final class Ear {
    private final Script script;
    private final short[] heard;
    private final boolean[] came; // by packet
    private final long[] spokenNs; // by packet
    private final Map<ByteBuffer, Integer> marks = new HashMap<>();
    private final Samples delaysBefore = new Samples();
    private final Samples delaysSince = new Samples();
    private OptionalInt clock = OptionalInt.empty(); // timestamp of the script's first sample
    private volatile int armedFrom = Integer.MAX_VALUE; // packet
    private int foreign;
    private int others;

    public Ear(Script script) {
        this.script = script;
        this.heard = new short[script.packets() * Script.PACKET];
        this.came = new boolean[script.packets()];
        this.spokenNs = new long[script.packets()];
        for (int i = 0; i < script.marks(); i++) {
            marks.put(ByteBuffer.wrap(script.packet(i)), i);
        }
    }

    /** A packet of the script goes out. */
    public void spoken(int packet, long nowNs) {
        if (packet < spokenNs.length) {
            spokenNs[packet] = nowNs;
        }
    }

    /** From this packet on the line is masked. */
    public void armed(int packet) {
        armedFrom = packet;
    }

    /** Takes a packet that came out. */
    public void heard(int type, int timestamp, byte[] payload, long nowNs) {
        if (type != script.law().payloadType() || payload.length != Script.PACKET) {
            others++;
            return;
        }
        if (clock.isEmpty()) {
            Integer mark = marks.get(ByteBuffer.wrap(payload));
            if (mark == null) {
                foreign++;
                return;
            }
            clock = OptionalInt.of(timestamp - mark * Script.PACKET);
        }
        int at = timestamp - clock.getAsInt();
        if (at < 0 || at % Script.PACKET != 0 || at + Script.PACKET > heard.length) {
            foreign += at < heard.length ? 1 : 0; // behind the script there is silence
            return;
        }
        int packet = at / Script.PACKET;
        for (int i = 0; i < payload.length; i++) {
            heard[at + i] = script.law().decode(payload[i]);
        }
        came[packet] = true;
        (packet < armedFrom ? delaysBefore : delaysSince).add(nowNs - spokenNs[packet]);
    }

    /** Sample by sample of the script; 0 where nothing came. */
    public short[] samples() {
        return heard;
    }

    /** Packets of the script that came out. */
    public int packets() {
        int count = 0;
        for (boolean one : came) {
            count += one ? 1 : 0;
        }
        return count;
    }

    /** Packets that are none of the script's. */
    public int foreign() {
        return foreign;
    }

    /** Packets that are no audio: telephone-events. */
    public int others() {
        return others;
    }

    /** From saying to hearing, before the mask was on. */
    public Samples delaysBefore() {
        return delaysBefore;
    }

    /** The same since. */
    public Samples delaysSince() {
        return delaysSince;
    }

    /** Samples from that packet on that came out otherwise than they went in, and how many there are. */
    public Changed changed() {
        short[] said = script.decoded();
        int from = Math.min(armedFrom, script.packets()) * Script.PACKET;
        int changed = 0;
        int longest = 0;
        int run = 0;
        for (int i = from; i < heard.length; i++) {
            run = heard[i] == said[i] || !came[i / Script.PACKET] ? 0 : run + 1;
            changed += run > 0 ? 1 : 0;
            longest = Math.max(longest, run);
        }
        return new Changed(changed, heard.length - from, longest);
    }

    /** Samples that are not as they were, of all, and the longest stretch of them. */
    public record Changed(int samples, int of, int longest) {
        /** Of nothing. */
        public static final Changed NONE = new Changed(0, 0, 0);

        /** Of both. */
        public Changed and(Changed other) {
            return new Changed(samples + other.samples, of + other.of, Math.max(longest, other.longest));
        }

        public double percent() {
            return 100.0 * samples / Math.max(1, of);
        }

        public double hours() {
            return of / (3600.0 * Script.RATE);
        }

        /** The longest stretch. */
        public double longestMs() {
            return 1000.0 * longest / Script.RATE;
        }
    }
}
