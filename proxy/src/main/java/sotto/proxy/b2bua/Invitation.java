package sotto.proxy.b2bua;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import sotto.media.CallMedia;
import sotto.media.NoFreePorts;
import sotto.media.packet.Side;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.sdp.AudioSession;
import sotto.proxy.sdp.LocalAudio;
import sotto.proxy.sdp.SdpRefused;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipDestination;
import sotto.proxy.sip.SipDialog;
import sotto.proxy.sip.SipExchange;
import sotto.proxy.sip.SipParty;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses;
import sotto.proxy.sip.SipTransport;
import sotto.proxy.sip.Unreachable;

/** A call until it is answered, and what is left of it when it is given up before. Runs on the call's queue. */
final class Invitation implements SipResponses {
    private final Call call;
    private final CallServices services;
    private final SipRequest invite;
    private final Side inSide;
    private @Nullable Leg in;
    private @Nullable Leg out;
    private @Nullable AudioSession offered;
    private Optional<AudioSession> early = Optional.empty();
    private @Nullable SipExchange exchange;
    private @Nullable Future<?> timer;
    private boolean provisional; // a CANCEL may be sent only after one (RFC 3261 §9.1)
    private boolean abandoned;
    private boolean settled; // the called side gave its final response
    private long sentAfterNs;

    Invitation(Call call, SipRequest invite, Side inSide) {
        this.call = call;
        this.services = call.services;
        this.invite = invite;
        this.inSide = inSide;
    }

    void start() {
        Optional<Refusals.Refusal> refusal = Refusals.of(invite);
        if (refusal.isPresent()) {
            turnDown(refusal.get());
            return;
        }
        CallMedia media;
        try {
            media = services.media().open(call.id());
        } catch (NoFreePorts e) {
            turnDown(new Refusals.Refusal("no-media-port", Refusals.unavailable()));
            return;
        }
        LocalAudio audio = audio(media, inSide);
        AudioSession offer;
        try {
            offer = audio.readOffer(invite.sdp().orElseThrow());
        } catch (SdpRefused e) {
            audio.close();
            media.close();
            turnDown(Refusals.of(e));
            return;
        }
        offered = offer;
        in = new Leg(
                call, inSide, services.sip().answering(invite), invite.source().toString(), audio);
        PeerSettings peer = services.peer(inSide.other());
        out = new Leg(
                call, inSide.other(), dialogTo(peer), peer.host() + ":" + peer.port(), audio(media, inSide.other()));
        call.opened(media, in, out);
        timer = services.timers().after(services.setting().sip().answerTimeout(), () -> call.queue()
                .execute(this::unanswered));
        invite(out, offer);
    }

    private void invite(Leg leg, AudioSession offer) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Allow", Refusals.ALLOWED);
        invite.subject().ifPresent(subject -> headers.put("Subject", subject));
        int hops = invite.maxForwards().orElse(SipCall.MAX_FORWARDS + 1) - 1;
        SipCall request = new SipCall("INVITE", Optional.of(leg.audio().offer(offer)), hops, headers);
        try {
            exchange = call.send(leg, request, this);
            sentAfterNs = System.nanoTime() - invite.receivedNs();
        } catch (Unreachable e) {
            settled = true;
            services.listener().refused("peer-unreachable", 503);
            refuse(503, "proxy");
        }
    }

    private SipDialog dialogTo(PeerSettings peer) {
        SipTransport transport = SipTransport.valueOf(peer.transport().name());
        SipDestination destination = new SipDestination(invite.user(), peer.host(), peer.port(), transport);
        return services.sip()
                .calling(
                        destination,
                        invite.from(),
                        new SipParty(invite.to().display(), invite.to().user()));
    }

    private LocalAudio audio(CallMedia media, Side side) {
        return new LocalAudio(services.address(), media.port(side), Leg.isSrtp(services.peer(side)));
    }

    /** Before there was a call: nothing is left of it. */
    private void turnDown(Refusals.Refusal refusal) {
        call.send(invite, refusal.reply());
        services.table().forgetInvite(CallTable.inviteKey(invite), call);
        services.table().drop(call, call.view());
        services.listener().refused(refusal.cause(), refusal.reply().status());
    }

    @Override
    public void response(SipResponse response) {
        Leg leg = out;
        if (leg == null) {
            return;
        }
        if (!response.isFinal()) {
            provisional(leg, response);
        } else if (response.isSuccess()) {
            success(leg, response);
        } else if (!settled) {
            settled = true;
            if (call.isRinging()) {
                refuse(StatusMap.toCaller(response.status()), Call.name(leg.side));
            } else {
                services.table().remove(leg);
            }
        }
    }

    @Override
    public void failed(Failure failure) {
        if (settled) {
            return;
        }
        settled = true;
        if (call.isRinging()) {
            int status = failure == Failure.TIMEOUT ? 408 : 503;
            services.listener().refused("peer-unreachable", status);
            refuse(status, "proxy");
        } else if (out != null) {
            services.table().remove(out);
        }
    }

    private void provisional(Leg leg, SipResponse response) {
        boolean first = !provisional;
        provisional = true;
        if (abandoned) {
            if (first) {
                cancelOut();
            }
            return;
        }
        int status = response.status();
        if (!call.isRinging() || in == null || status == 100 || status == 199 || status > 183) {
            return; // 100 is of one hop only (RFC 3261 §16.7 item 5); 199 needs an extension (RFC 6228)
        }
        SipReply reply = SipReply.of(status == 183 ? 183 : 180).tagged(in.dialog.localTag());
        call.send(invite, earlyAnswer(leg, response).map(reply::body).orElse(reply));
    }

    /** Early media: the answer in a provisional response (RFC 3261 §13.2.1). */
    private Optional<byte[]> earlyAnswer(Leg leg, SipResponse response) {
        if (response.sdp().isEmpty() || offered == null || in == null) {
            return Optional.empty();
        }
        try {
            AudioSession answer = leg.audio().readAnswer(response.sdp().get());
            byte[] body = in.audio().answer(offered, answer);
            call.connect(offered.direction(), answer.direction());
            early = Optional.of(answer);
            return Optional.of(body);
        } catch (SdpRefused e) {
            return Optional.empty(); // ringing goes on without it; the 2xx decides
        }
    }

    private void success(Leg leg, SipResponse response) {
        if (settled) {
            again(leg, response);
            return;
        }
        settled = true;
        leg.dialog.confirmed(response);
        call.acknowledge(leg.dialog, response);
        if (!call.isRinging()) { // it crossed our CANCEL
            call.bye(leg);
            return;
        }
        answer(leg, response);
    }

    private void answer(Leg leg, SipResponse response) {
        Leg caller = in;
        AudioSession offer = offered;
        if (caller == null || offer == null) {
            return;
        }
        byte[] body;
        try {
            AudioSession answer = answerOf(leg, response);
            body = caller.audio().answer(offer, answer);
            call.connect(offer.direction(), answer.direction());
        } catch (SdpRefused e) {
            services.listener().refused(e.reason().cause(), 502);
            refuse(502, "proxy"); // RFC 3261 §21.5.3: what is behind us answered what cannot be used
            call.bye(leg);
            return;
        }
        stopTimer();
        call.settled(); // before the 200 is out: whoever hears of it may ask for the call at once
        call.answer(caller, invite, SipReply.of(200).body(body).with("Allow", Refusals.ALLOWED));
        Duration added = Duration.ofNanos(sentAfterNs + System.nanoTime() - response.receivedNs());
        call.answered(added);
    }

    private AudioSession answerOf(Leg leg, SipResponse response) throws SdpRefused {
        if (response.sdp().isPresent()) {
            return leg.audio().readAnswer(response.sdp().get());
        }
        return early.orElseThrow(
                () -> new SdpRefused(SdpRefused.Reason.NO_AUDIO, "a 2xx without the answer that was due"));
    }

    /** A 2xx after the first: the same again, or of another branch of a fork. */
    void again(Leg leg, SipResponse response) {
        if (response.toTag().equals(leg.dialog.remoteTag())) {
            call.acknowledge(leg.dialog, response);
            return;
        }
        SipDialog branch = leg.dialog.forked(response);
        call.acknowledge(branch, response);
        try {
            services.sip().send(branch, SipCall.of("BYE"), new Farewell(() -> {}));
        } catch (Unreachable e) {
            services.listener().refused("peer-unreachable", 0);
        }
    }

    private void unanswered() {
        if (call.isRinging()) {
            services.listener().refused("answer-timeout", 408);
            abandon(408, "proxy");
        }
    }

    /** Gives the call up while it rings: tells the caller, and cancels on the called side. */
    void abandon(int status, String endedBy) {
        refuse(status, endedBy);
        if (settled || abandoned || out == null) {
            return;
        }
        abandoned = true;
        if (provisional) {
            cancelOut();
        }
        Leg leg = out;
        services.timers().once(Timers.LOST, () -> call.queue()
                .execute(() -> services.table().remove(leg))); // §9.1
    }

    private void cancelOut() {
        if (exchange == null) {
            return;
        }
        try {
            exchange.cancel();
        } catch (Unreachable e) {
            services.listener().refused("peer-unreachable", 0);
        }
    }

    /** A final response to the caller other than 2xx, and the end of the call. */
    void refuse(int status, String endedBy) {
        stopTimer();
        call.end(endedBy, status); // first: who has the response has the record
        SipReply reply = status == 503 ? Refusals.unavailable() : SipReply.of(status);
        call.send(invite, in == null ? reply : reply.tagged(in.dialog.localTag()));
        if (in != null) {
            services.table().remove(in);
        }
        if (settled && out != null && out.dialog.remoteTag().isEmpty()) {
            services.table().remove(out);
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
