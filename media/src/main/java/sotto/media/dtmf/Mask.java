package sotto.media.dtmf;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;
import sotto.media.dtmf.PressPairs.Carrier;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/**
 * The caller's direction of a call, on its way to the agent: off, packets pass untouched and telephone-events are only
 * counted; on, no key press passes in any shape, and each is told once by whichever carriers it comes. Belongs to the worker that owns the call; counts may be read anywhere.
 *
 * <p>A verdict other than {@link Verdict#NEXT} always concerns the packet that arrived: its sequence number goes no
 * further, neither now nor later. A packet that passes while on has the sequence number, SSRC and payload type of the one
 * that arrived, and timestamp, marker and payload of one that arrived at least 40 ms of audio earlier. Its length may
 * differ: a buffer needs room for a header of 12 octets, 480 of payload and the view's tail.
 */
public final class Mask implements Stage, AutoCloseable {
    private static final int NO_TYPE = -1;
    private static final long EVENT_HANG_OVER_NS = 200_000_000L; // an end is sent again twice (RFC 4733 §2.5.1.4)
    private static final long LOST_END_NS = 3_000_000_000L; // reports come every 50 ms: a press without any is over
    private static final long SILENCE_NS = 3_000_000_000L; // without a packet, no key is under way

    /** What is done with packets. */
    private enum State {
        OFF,
        ON,
        /** No key is wanted any more, but the press under way is still kept from the agent. */
        ENDING,
        /** The call is over; nothing passes. */
        CLOSED
    }

    private final KeyPresses presses = new KeyPresses();
    private final KeyPresses strayPresses = new KeyPresses(); // under types that nobody agreed on
    private final KeyReports.Listener reports = this::told;
    private final AtomicLong telephoneEvents = new AtomicLong();
    private final AtomicLong inBandTones = new AtomicLong();
    private final AtomicLong infoKeys = new AtomicLong();
    private final StrayClock strayClock = new StrayClock();
    private @Nullable MaskedAudio audio; // from the first arm on
    private @Nullable KeyRing keys;
    private MaskTally tally = new MaskTally(); // of the last capture
    private AudioFormat format = AudioFormat.OPAQUE;
    private int audioType = NO_TYPE;
    private int eventType = NO_TYPE;
    private int eventClockHz = ToneTables.SAMPLE_RATE;
    private Filling filling = Filling.SILENCE;
    private State state = State.OFF;
    private boolean fadesIn; // the first packet that passes again
    private volatile boolean on; // read by anyone
    private boolean eventSeen;
    private long eventNs; // when the last one came
    private boolean heardSinceTick;
    private long silentSinceNs;

    /** The same with events at 8,000 Hz, as they go with G.711. */
    public void settle(AudioFormat newFormat, int payloadType, OptionalInt telephoneEvent) {
        settle(newFormat, payloadType, telephoneEvent, ToneTables.SAMPLE_RATE);
    }

    /**
     * Takes what offer and answer settled for the caller's leg; again at each re-INVITE. Stays on where it is on.
     *
     * @param newEventClockHz RTP clock of the telephone-event
     */
    public void settle(AudioFormat newFormat, int payloadType, OptionalInt telephoneEvent, int newEventClockHz) {
        boolean other = newFormat != format || payloadType != audioType;
        format = newFormat;
        audioType = payloadType;
        eventType = telephoneEvent.orElse(NO_TYPE);
        eventClockHz = newEventClockHz;
        if (other && audio != null) {
            start(audio);
        }
    }

    /** Says what the agent hears where a key was: {@link Filling#SILENCE} where nobody does. From the next {@link #arm} on. */
    public void fillWith(Filling by) {
        filling = by;
    }

    /**
     * Turns the mask on: the next packet is the first that is masked.
     *
     * @param newKeys takes the presses until {@link #disarm}; closed by {@link #close} alone
     */
    public void arm(KeyRing newKeys) {
        if (state == State.CLOSED) {
            newKeys.close();
            return;
        }
        keys = newKeys;
        tally.end(MaskTally.End.NEXT_CAPTURE, 0);
        tally = newKeys.tally();
        MaskedAudio masked = audio == null ? new MaskedAudio(this::heard, new HoldBack()) : audio;
        audio = masked;
        masked.serve(tally);
        if (state == State.OFF) {
            start(masked);
        }
        state = State.ON;
        on = true;
    }

    private void start(MaskedAudio masked) {
        masked.start(format == AudioFormat.OPAQUE ? G711.MU_LAW : G711.of(format), filling);
    }

    /**
     * Turns it off, once the press under way and its hang-over are done; until then {@link #isOn}. No time ends a tone
     * that goes on, for its tail would be heard; speech beside it passes meanwhile, 40 ms late. What is still held then
     * is dropped.
     *
     * <pre>
     *  caller's line after disarm                   off
     *  speech, or silence in packets                40 ms of it later
     *  a tone that goes on                          40 ms after it ends, however long that is
     *  reports of a telephone-event                 200 ms after the last of them
     *  reports whose end is lost                    3 s after the last of them, and 40 ms of audio
     *  no packet at all                             3 s later; what comes then is masked again until 40 ms are clean
     * </pre>
     */
    public void disarm() {
        keys = null; // whoever closes the ring now closes it behind our last use
        if (state == State.ON) {
            state = State.ENDING;
            heardSinceTick = true; // silence counts from here
            if (audio != null) {
                audio.end();
            }
        }
    }

    /** Looks, about ten times a second, whether a line that is to be let go has fallen silent. */
    public void tick(long nowNs) {
        if (heardSinceTick) {
            heardSinceTick = false;
            silentSinceNs = nowNs;
        } else if (state == State.ENDING && on && nowNs - silentSinceNs >= SILENCE_NS) {
            tally.end(MaskTally.End.SPEECH, nowNs); // before it is seen that it is off
            on = false;
            wipe();
        }
    }

    /** How often so far a key was taken to be possible on the caller's leg while on, by any carrier. The worker's. */
    long doubts() {
        return audio == null ? 0 : audio.doubts();
    }

    /** True while anything is kept from the agent: from {@link #arm} until the end that {@link #disarm} tells of. */
    public boolean isOn() {
        return on;
    }

    /** Wipes audio, keys and all that was learnt of either; nothing passes from now on. Idempotent. */
    @Override
    public void close() {
        state = State.CLOSED;
        tally.end(MaskTally.End.CALL_OVER, 0);
        on = false;
        KeyRing ring = keys;
        keys = null;
        if (ring != null) {
            ring.close();
        }
        wipe();
    }

    private void wipe() {
        presses.clear();
        strayPresses.clear();
        strayClock.clear();
        eventSeen = false;
        eventNs = 0;
        if (audio != null) {
            audio.forget();
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
        if (state == State.CLOSED) {
            return Verdict.KEY_PRESS_MASKED;
        }
        heardSinceTick = true;
        boolean event = packet.payloadType() == eventType || (state != State.OFF && isLikeEvent(packet));
        if (event) {
            eventSeen = true;
            eventNs = nowNs;
            KeyReports.each(packet, reports);
        }
        MaskedAudio masked = audio;
        if (state == State.OFF || masked == null) {
            if (fadesIn && masked != null && isFadable(packet)) {
                masked.fade(packet, true);
                fadesIn = false;
            }
            return Verdict.NEXT;
        }
        Verdict verdict = event ? event(masked) : audio(masked, packet, nowNs);
        if (state == State.ENDING) {
            end(masked, nowNs);
            if (!on && verdict == Verdict.NEXT) {
                masked.fade(packet, false); // what was held behind it is left out
            }
        }
        return verdict;
    }

    private boolean isFadable(RtpView packet) {
        return format != AudioFormat.OPAQUE && packet.payloadType() == audioType;
    }

    /**
     * Takes a press that the caller's signalling tells of (SIP INFO). Nothing while off; dropped once no key is wanted.
     *
     * @param key 0 to 9, 10 star, 11 hash, 12 to 15 A to D (RFC 4733 §3.2)
     * @param durationMs how long it was pressed, up to about now
     * @param nowNs as for {@link #process}
     */
    public void press(int key, int durationMs, long nowNs) {
        MaskedAudio masked = audio;
        if (!on || masked == null) {
            return;
        }
        count(infoKeys);
        tally.info();
        masked.event();
        if (masked.isNewInfo(key, durationMs, nowNs)) {
            take(key);
        }
    }

    /** RFC 4733 §2.3 under a number that was not agreed on: there are gateways that keep to one, whatever was answered. */
    private boolean isLikeEvent(RtpView packet) {
        int type = packet.payloadType();
        return type >= RtpView.FIRST_DYNAMIC_TYPE && type != audioType && KeyReports.areLikely(packet);
    }

    private void told(RtpView packet, int payloadType, int began, int report) {
        boolean agreed = payloadType == eventType;
        int key = (agreed ? presses : strayPresses).press(packet, began, report);
        if (key == KeyPresses.NONE) {
            return;
        }
        boolean first = key != KeyPresses.GOES_ON;
        if (first) {
            count(telephoneEvents);
        }
        MaskedAudio masked = audio;
        if (state == State.OFF || masked == null) {
            return;
        }
        if (!agreed) {
            strayClock.report(first, report & 0xFFFF, eventNs);
        }
        int clockHz = agreed ? eventClockHz : strayClock.hz();
        int duration = ticks(report & 0xFFFF, clockHz);
        int ago = Math.max(duration, ticks(packet.timestamp() - began, clockHz)); // longer for what is redundant
        int from = masked.eventFrom(began, ago, eventNs);
        Carrier carrier = agreed ? Carrier.EVENT : Carrier.STRAY_EVENT;
        if (!first) {
            masked.eventGoesOn(carrier, report >>> 24, from + duration);
            return;
        }
        tally.event();
        if (masked.isNewEvent(carrier, key, from, duration)) {
            take(key);
        }
    }

    /** The same time on the clock of the audio. */
    private static int ticks(int eventTicks, int clockHz) {
        return (int) ((long) eventTicks * ToneTables.SAMPLE_RATE / clockHz);
    }

    private void end(MaskedAudio masked, long nowNs) {
        boolean over = isQuiet(masked, nowNs);
        if (over) {
            state = State.OFF; // from the next packet on
            fadesIn = true;
            tally.end(MaskTally.End.SPEECH, nowNs);
            wipe();
        }
        on = !over;
    }

    private Verdict event(MaskedAudio masked) {
        masked.event();
        return Verdict.KEY_PRESS_MASKED;
    }

    private Verdict audio(MaskedAudio masked, RtpView packet, long nowNs) {
        if (packet.payloadType() != audioType) { // may be a key all the same; comfort noise is no loss
            return Verdict.KEY_PRESS_MASKED;
        }
        return format == AudioFormat.OPAQUE ? Verdict.CODEC_MUTED : masked.process(packet, nowNs);
    }

    private boolean isQuiet(MaskedAudio masked, long nowNs) {
        long hangOverNs = presses.underWay() || strayPresses.underWay() ? LOST_END_NS : EVENT_HANG_OVER_NS;
        boolean told = eventSeen && nowNs - eventNs < hangOverNs;
        return !told && (format == AudioFormat.OPAQUE || masked.isQuiet());
    }

    private void heard(int key, boolean isNew) {
        count(inBandTones);
        tally.tone();
        if (isNew) {
            take(key);
        }
    }

    private void take(int key) {
        KeyRing ring = keys;
        if (ring != null && ring.offer(key)) { // a full ring loses it: the number is too short, and nobody hears it
            tally.take();
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

    /** Presses told by signalling over the life of this mask; only taken while on. */
    public long infoKeys() {
        return infoKeys.getAcquire();
    }

    /** Presses seen by all carriers together: one that comes by two counts twice. */
    public long presses() {
        return telephoneEvents() + inBandTones() + infoKeys();
    }
}
