package sotto.media.dtmf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/**
 * The copy of the agent's audio on its way to whoever records or listens. A key that the caller presses may come back
 * there, as an echo or as cross-talk of a handset, too faint under a voice to be told from that leg alone. So while
 * secure-pay is on the copy waits for 80 ms, and whatever makes the {@link Mask} doubt the caller's leg silences all that waits
 * and what comes until the tail is over. The packet itself goes on to the caller, who keyed it, at once and as it is.
 *
 * <pre>
 *  caller's leg                    this copy
 *  secure-pay comes on             from here on 80 ms later; it is placed by its timestamps, so nobody hears that
 *  a tone begins, 37 ms ago        silence from 80 ms ago on
 *  a report, an INFO               the same
 *  the tone, the reports go on     silence
 *  they are over                   silence until the tail is
 *  secure-pay goes off             what waits goes on, once the tail is over
 * </pre>
 *
 * <p>Belongs to the worker that owns the call.
 */
public final class EchoMask implements Stage, AutoCloseable {
    /** A doubt comes up to 57 ms behind the key's beginning, packet by packet; the rest is for packets that are late. */
    private static final int LOOK_AHEAD_SAMPLES = 640;

    private final Mask mask;
    private final Stage sink;
    private @Nullable Held held; // from the first arm on
    private @Nullable G711 law;
    private int audioType = -1;
    private int tailSamples;
    private int ssrc; // of what waits
    private long position; // samples that arrived
    private long silentUntil; // position
    private long doubts; // of the mask, as of the packet before

    /** What waits, and the packet in which it goes on. */
    private record Held(HoldBack audio, RtpView copy) {
        Held() {
            this(
                    new HoldBack(LOOK_AHEAD_SAMPLES),
                    new RtpView(Arena.ofAuto()
                            .allocate(
                                    RtpView.FIXED_HEADER_BYTES + HoldBack.LONGEST_SAMPLES + RtpView.TAIL_ROOM_BYTES)));
        }
    }

    /**
     * Makes one that is out of the way until {@link #arm}.
     *
     * @param mask of the caller's direction
     * @param sink takes the copy
     */
    public EchoMask(Mask mask, Stage sink) {
        this.mask = mask;
        this.sink = sink;
    }

    /** Takes what offer and answer settled for the agent's leg; again at each re-INVITE. */
    public void settle(AudioFormat format, int payloadType) {
        G711 next = format == AudioFormat.OPAQUE ? null : G711.of(format);
        if (next != law || payloadType != audioType) {
            close();
        }
        law = next;
        audioType = payloadType;
    }

    /** Secure-pay is about to come on; from the next packet on this copy follows it. */
    public void arm(MaskSettings settings) {
        tailSamples = (int) settings.echoTail().toMillis() * ToneTables.SAMPLE_RATE / 1000;
        if (tailSamples > 0 && held == null) {
            held = new Held();
        }
    }

    /** Always {@link Verdict#NEXT}, with the packet as it was. */
    @Override
    public Verdict process(RtpView packet, long nowNs) {
        Held waiting = held;
        if (waiting == null || tailSamples == 0) {
            return sink.process(packet, nowNs);
        }
        if (mask.isOn() || position < silentUntil) {
            if (law != null && packet.payloadType() == audioType) { // of nothing else is there a copy
                hold(waiting, law, packet);
                goOn(waiting, nowNs);
            }
            return Verdict.NEXT;
        }
        while (waiting.audio.release(waiting.copy)) { // the last ones of the capture
            sink.process(waiting.copy, nowNs);
        }
        return sink.process(packet, nowNs);
    }

    private void hold(Held waiting, G711 silence, RtpView packet) {
        int samples = packet.payloadBytes();
        if (samples == 0 || samples > HoldBack.LONGEST_SAMPLES) {
            return; // it cannot wait, so it is not copied
        }
        MemorySegment header = waiting.copy.memory();
        if (packet.ssrc() != ssrc) { // what waits has no place on another clock
            waiting.audio.clear();
            ssrc = packet.ssrc();
        }
        MemorySegment.copy(packet.memory(), packet.offset(), header, 0, RtpView.FIXED_HEADER_BYTES);
        waiting.audio.store(packet, position);
        position += samples;
        if (mask.doubts() != doubts) {
            doubts = mask.doubts();
            silentUntil = position + tailSamples;
        }
        waiting.audio.silence(silentUntil, silence);
    }

    private void goOn(Held waiting, long nowNs) {
        while (waiting.audio.due() && waiting.audio.release(waiting.copy)) {
            sink.process(waiting.copy, nowNs);
        }
    }

    /** Wipes what waits. Idempotent. */
    @Override
    public void close() {
        Held waiting = held;
        if (waiting != null) {
            waiting.audio.clear();
            waiting.copy.memory().fill((byte) 0);
        }
    }
}
