package sotto.media.dtmf;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/**
 * The caller's direction of a call, on its way to the agent: off, packets pass untouched and telephone-events are only
 * counted; on, no key press passes in any shape. Belongs to the worker that owns the call; counts may be read anywhere.
 *
 * <p>A verdict other than {@link Verdict#NEXT} always concerns the packet that arrived: its sequence number goes no
 * further, neither now nor later. A packet that passes while on has the sequence number, SSRC and payload type of the one
 * that arrived, and timestamp, marker and payload of one that arrived at least 40 ms of audio earlier. Its length may
 * differ: a buffer needs room for a header of 12 octets, 480 of payload and the view's tail.
 */
public final class Mask implements Stage {
    private static final int NO_TYPE = -1;
    private static final long LONGEST_END_NS = 3_000_000_000L; // a key held down longer than that is let go

    /** What is done with packets. */
    private enum State {
        OFF,
        ON,
        /** No key is wanted any more, but the press under way is still kept from the agent. */
        ENDING
    }

    private final KeyPresses presses = new KeyPresses();
    private final AtomicLong telephoneEvents = new AtomicLong();
    private final AtomicLong inBandTones = new AtomicLong();
    private @Nullable MaskedAudio audio; // from the first arm on
    private @Nullable KeyRing keys;
    private AudioFormat format = AudioFormat.OPAQUE;
    private int audioType = NO_TYPE;
    private int eventType = NO_TYPE;
    private State state = State.OFF;
    private long lastNs;
    private long endNs;

    /** Takes what offer and answer settled for the caller's leg; again at each re-INVITE. Stays on where it is on. */
    public void settle(AudioFormat newFormat, int payloadType, OptionalInt telephoneEvent) {
        boolean other = newFormat != format || payloadType != audioType;
        format = newFormat;
        audioType = payloadType;
        eventType = telephoneEvent.orElse(NO_TYPE);
        if (other && audio != null) {
            start(audio);
        }
    }

    /**
     * Turns the mask on: the next packet is the first that is masked.
     *
     * @param newKeys takes the presses until {@link #disarm}; not closed here
     */
    public void arm(KeyRing newKeys) {
        keys = newKeys;
        if (state == State.OFF) {
            MaskedAudio masked = audio == null ? new MaskedAudio(this::heard) : audio;
            audio = masked;
            start(masked);
        }
        state = State.ON;
    }

    private void start(MaskedAudio masked) {
        masked.start(format == AudioFormat.OPAQUE ? G711.MU_LAW : G711.of(format));
    }

    /** Turns it off, once the press under way and its hang-over are done; what is held back is dropped. */
    public void disarm() {
        keys = null; // whoever closes the ring now closes it behind our last use
        if (state == State.ON) {
            state = State.ENDING;
            endNs = lastNs + LONGEST_END_NS;
            if (audio != null) {
                audio.end();
            }
        }
    }

    /**
     * Passes, replaces or withholds one packet.
     *
     * @return {@link Verdict#NEXT} with the packet, changed to the one that is due where hold-back is on; else {@link
     *     Verdict#KEY_PRESS_MASKED}, {@link Verdict#TONE_HELD}, {@link Verdict#CODEC_MUTED}
     */
    @Override
    public Verdict process(RtpView packet, long nowNs) {
        lastNs = nowNs;
        boolean event = packet.payloadType() == eventType;
        int key = event ? presses.press(packet) : KeyPresses.NONE;
        if (key != KeyPresses.NONE) {
            count(telephoneEvents);
        }
        MaskedAudio masked = audio;
        if (state == State.OFF || masked == null) {
            return Verdict.NEXT;
        }
        Verdict verdict = event ? event(masked, packet, key) : audio(masked, packet);
        if (state == State.ENDING && (nowNs - endNs >= 0 || isQuiet(masked))) {
            state = State.OFF; // from the next packet on
            masked.forget();
        }
        return verdict;
    }

    private Verdict event(MaskedAudio masked, RtpView packet, int key) {
        masked.event();
        if (key != KeyPresses.NONE && masked.isNewEvent(key, packet)) {
            take(key);
        }
        return Verdict.KEY_PRESS_MASKED;
    }

    private Verdict audio(MaskedAudio masked, RtpView packet) {
        if (packet.payloadType() != audioType) { // may be an event by another number; comfort noise is no loss
            return Verdict.KEY_PRESS_MASKED;
        }
        return format == AudioFormat.OPAQUE ? Verdict.CODEC_MUTED : masked.process(packet);
    }

    private boolean isQuiet(MaskedAudio masked) {
        return !presses.underWay() && (format == AudioFormat.OPAQUE || masked.isQuiet());
    }

    private void heard(int key, boolean isNew) {
        count(inBandTones);
        if (isNew) {
            take(key);
        }
    }

    private void take(int key) {
        KeyRing ring = keys;
        if (ring != null) {
            ring.offer(key); // a full ring loses it: the reader gets a number that is too short, and nobody hears it
        }
    }

    private static void count(AtomicLong counter) {
        counter.setRelease(counter.getPlain() + 1); // one writer
    }

    /** Presses seen as telephone-event over the life of this mask. */
    public long telephoneEvents() {
        return telephoneEvents.getAcquire();
    }

    /** Presses seen in band over the life of this mask; only looked for while on. */
    public long inBandTones() {
        return inBandTones.getAcquire();
    }
}
