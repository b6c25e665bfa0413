package sotto.proxy.b2bua;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import sotto.media.CallMedia;
import sotto.media.packet.Side;
import sotto.media.worker.LegPlan;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.sdp.LocalAudio;
import sotto.proxy.sip.SipDialog;

/** One side of a call: its dialog, and our half of its SDP. Runs on the call's queue; what is final, any thread reads. */
final class Leg {
    final Call call;
    final Side side;
    final SipDialog dialog;
    final String remote;
    private final LocalAudio audio;
    private @Nullable AnswerRetransmission answer;
    private volatile String codec = "";
    private volatile String srtp = "none";

    /** @param remote signalling peer, address and port */
    Leg(Call call, Side side, SipDialog dialog, String remote, LocalAudio audio) {
        this.call = call;
        this.side = side;
        this.dialog = dialog;
        this.remote = remote;
        this.audio = audio;
    }

    static boolean isSrtp(PeerSettings peer) {
        return peer.srtp() == PeerSettings.Srtp.REQUIRE;
    }

    LocalAudio audio() {
        return audio;
    }

    /** Hands what was settled to the media plane. */
    void connect(CallMedia media) {
        LegPlan plan = audio.plan();
        codec = plan.format().name();
        srtp = plan.receiveKeys().map(keys -> keys.suite().name()).orElse("none");
        media.connect(side, plan);
    }

    /** A 2xx was sent on this leg and waits for its ACK. */
    void answering(AnswerRetransmission retransmission) {
        answer = retransmission;
    }

    boolean isUnacknowledged() {
        return answer != null && !answer.isOver();
    }

    void acknowledged(long cseq) {
        if (answer != null) {
            answer.acknowledged(cseq);
        }
    }

    /** The peer hung up, or never got its answer: nothing is sent again. */
    void stopAnswering() {
        if (answer != null) {
            answer.stop();
        }
    }

    CallView.LegView view() {
        String transport = dialog.transport().name().toLowerCase(Locale.ROOT);
        return new CallView.LegView(
                side.name().toLowerCase(Locale.ROOT),
                call.services.peer(side).name(),
                transport,
                srtp,
                codec,
                remote,
                dialog.callId());
    }
}
