package sotto.media.path;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sotto.media.codec.LawConversion;
import sotto.media.dtmf.Mask;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;
import sotto.media.rtp.Rewrite;

/**
 * One direction of a call: what a packet meets between the socket it came by and the one it leaves by. Belongs to the
 * worker that owns the call; made anew at each re-INVITE, around state that stays.
 */
public final class ForwardPath implements Stage {
    private final Stage[] stages;
    private final @Nullable Rewrite stream;

    private ForwardPath(List<Stage> stages, @Nullable Rewrite stream) {
        this.stages = stages.toArray(Stage[]::new);
        this.stream = stream;
    }

    /**
     * Puts a direction together.
     *
     * @param mask of the caller's direction; null in the agent's, where no key press is secret
     * @param to null until it is settled: its packets are heard, counted, masked and tapped, and go nowhere
     * @param tap takes a copy; in the agent's direction by way of {@link sotto.media.dtmf.EchoMask}
     */
    public static ForwardPath between(SettledLeg from, @Nullable SettledLeg to, @Nullable Mask mask, Stage tap) {
        List<Stage> stages = new ArrayList<>();
        Verdict notHeard = from.notHeard();
        if (notHeard != null) {
            stages.add((packet, nowNs) -> notHeard); // RFC 5763 §6.7.1: no keys yet, so nothing to open it with
            return new ForwardPath(stages, null);
        }
        stages.add(new HeaderCheck(from.payloadType(), from.telephoneEvent(), mask)); // RFC 3264 §6.1: negotiated types
        if (from.open() != null) {
            stages.add(new SrtpOpen(from.open())); // RFC 3711 §3.3: decrypt; nothing before this line is trusted
        }
        stages.add(from.latch()); // RFC 7362 §4: learn the peer's address, from authentic packets only
        stages.add(new PaddingCheck()); // RFC 3550 §5.1: in the clear from here on
        stages.add(from.stats()); // RFC 3550 A.3, A.8: loss, jitter
        if (mask != null) {
            stages.add(
                    mask); // RFC 4733, ITU-T Q.24: secure-pay on: keys out, silence in; below this line no digit exists
        }
        stages.add(tap); // the masked copy
        if (to == null) {
            stages.add((packet, nowNs) -> Verdict.LEG_NOT_CONNECTED);
            return new ForwardPath(stages, null);
        }
        stages.add(new PeerWants(from, to)); // RFC 3264 §5.1, §8.4: hold
        LawConversion.between(
                        from.format(), to.format()) // ITU-T G.711 tables 3, 4; mask and tap had the law of the sender
                .ifPresent(conversion -> stages.add(new ConvertLaw(from.payloadType(), conversion)));
        stages.add(to.stream()); // SSRC, sequence, timestamp, payload type of the other leg
        if (to.seal() != null) {
            stages.add(new SrtpSeal(to.seal())); // RFC 3711 §3.3: encrypt
        }
        stages.add(new Send(to.port()));
        return new ForwardPath(stages, to.stream());
    }

    /** @param packet wrapped: version and lengths are right (RFC 3550 §5.1, A.1) */
    @Override
    public Verdict process(RtpView packet, long nowNs) {
        for (Stage stage : stages) {
            Verdict verdict = stage.process(packet, nowNs);
            if (verdict != Verdict.NEXT) {
                if (stream != null && isWithheld(verdict)) {
                    stream.withheld(packet);
                }
                return verdict;
            }
        }
        return Verdict.NEXT;
    }

    /** The mask kept this packet's place for itself: the peer shall not count it as lost. */
    private static boolean isWithheld(Verdict verdict) {
        return verdict == Verdict.KEY_PRESS_MASKED || verdict == Verdict.TONE_HELD || verdict == Verdict.CODEC_MUTED;
    }
}
