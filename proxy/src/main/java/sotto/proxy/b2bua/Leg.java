package sotto.proxy.b2bua;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sotto.media.CallMedia;
import sotto.media.packet.Side;
import sotto.media.worker.LegPlan;
import sotto.media.worker.LegReport;
import sotto.media.worker.MediaSecurity;
import sotto.proxy.sdp.AudioSession;
import sotto.proxy.sdp.LocalAudio;
import sotto.proxy.sdp.SdpRefused;
import sotto.proxy.sip.SipDialog;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.trunk.Peer;

/** One side of a call: its dialog, and our half of its SDP. Runs on the call's queue; what is final, any thread reads. */
final class Leg {
    private static final String FAX = "t38";

    final Call call;
    final Peer peer;
    final Side side;
    final SipDialog dialog;
    final String remote;
    private final LocalAudio audio;
    private final SessionTimer timer;
    private boolean takesUpdate;
    private @Nullable AnswerRetransmission answer;
    private long ackedCseq;
    private Optional<byte[]> ackBody = Optional.empty();
    private boolean hadFax;
    private volatile String codec = "";

    /** @param remote signalling peer, address and port */
    Leg(Call call, Peer peer, SipDialog dialog, String remote, LocalAudio audio) {
        this.call = call;
        this.peer = peer;
        this.side = peer.side();
        this.dialog = dialog;
        this.remote = remote;
        this.audio = audio;
        dialog.answersAs(peer.user());
        this.timer = new SessionTimer(
                call.services.timers(), call.queue(), () -> Refresh.send(call, this), () -> call.notRefreshed(this));
    }

    SessionTimer timer() {
        return timer;
    }

    /** Methods that the peer says it takes; where it says nothing, nothing has changed (RFC 3261 §20.5). */
    void allows(List<String> methods) {
        takesUpdate = methods.isEmpty() ? takesUpdate : methods.contains("UPDATE");
    }

    boolean takesUpdate() {
        return takesUpdate;
    }

    /** It said so, and does not. */
    void takesNoUpdate() {
        takesUpdate = false;
    }

    LocalAudio audio() {
        return audio;
    }

    /**
     * Reads an offer of its peer in a call that has media. One of fax keeps secure-pay off from here on, until the fax is
     * refused or audio is back: nothing in it could be masked.
     */
    AudioSession readOffer(byte[] body) throws SdpRefused {
        AudioSession offer = audio.readOffer(body);
        if (offer.isFax() && !call.openedMedia().reserveFax()) {
            throw new SdpRefused(
                    SdpRefused.Reason.SECURE_PAY, "secure-pay is on in this call; a fax has to wait until it is over");
        }
        return offer;
    }

    /** Hands what was settled to the media plane. */
    void connect(CallMedia media) {
        LegPlan plan = audio.plan();
        hadFax |= plan.udptl();
        codec = hadFax ? FAX : audio.codecName();
        media.connect(side, call.services.range(peer), plan);
    }

    /** A 2xx was sent on this leg and waits for its ACK. */
    void answering(AnswerRetransmission retransmission) {
        answer = retransmission;
    }

    /** What the ACK of that INVITE of ours carries, each time that it is sent. */
    void acknowledges(long cseq, byte[] lateAnswer) {
        ackedCseq = cseq;
        ackBody = Optional.of(lateAnswer);
    }

    Optional<byte[]> ackBody(long cseq) {
        return cseq == ackedCseq ? ackBody : Optional.empty();
    }

    /** True for an UPDATE of one of its early dialogs, of which we keep none. */
    boolean isEarlyUpdate(SipRequest request) {
        return dialog.remoteTag().isEmpty() && request.method().equals("UPDATE");
    }

    boolean isUnacknowledged() {
        return answer != null && !answer.isOver();
    }

    /** True for the ACK that was waited for. */
    boolean acknowledged(long cseq) {
        return answer != null && answer.acknowledged(cseq);
    }

    /** The peer hung up, or never got its answer: nothing is sent again. */
    void stopAnswering() {
        if (answer != null) {
            answer.stop();
        }
    }

    CallView.LegView view() {
        Optional<LegReport> seen = call.openedMedia().report(side);
        return new CallView.LegView(
                name(side),
                peer.name(),
                name(dialog.transport()),
                seen.map(LegReport::security).orElse(MediaSecurity.NONE),
                codec,
                remote,
                dialog.callId(),
                seen.flatMap(LegReport::quality));
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
