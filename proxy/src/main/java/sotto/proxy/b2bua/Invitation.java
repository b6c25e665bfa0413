package sotto.proxy.b2bua;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import sotto.media.CallMedia;
import sotto.media.NoFreePorts;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.sdp.AudioSession;
import sotto.proxy.sdp.LocalAudio;
import sotto.proxy.sdp.SdpRefused;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipDialog;
import sotto.proxy.sip.SipHeader;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses.Failure;
import sotto.proxy.sip.Unreachable;
import sotto.proxy.stir.Verdict;
import sotto.proxy.trunk.Hop;
import sotto.proxy.trunk.Passage;
import sotto.proxy.trunk.Peer;
import sotto.proxy.trunk.Router;

/**
 * A call until it is answered: the caller's INVITE, and one {@link Attempt} after the other. Runs on the call's queue.
 *
 * <pre>
 *  the server of a peer that is tried              then, while the caller has no early media
 *  is at its limits                                the next; after the last 503
 *  cannot be reached                               the next; after the last 503
 *  may have nothing of the offer                   the next; after the last 488
 *  answers with a status of its fail-over-on       the next; after the last that status, {@link StatusMap}
 *  answers with another 3xx to 6xx                 that status, {@link StatusMap}
 *  says nothing for its try-for                    the next; the last one has all the time of Timer B, then 408
 * </pre>
 *
 * <p>The next is another server of the same peer (RFC 3263 §4.3), then the next peer.
 */
final class Invitation implements Attempt.Inviter {
    private final Call call;
    private final CallServices services;
    private final SipRequest invite;
    private final Peer from;
    private Passage passage;
    private final Provisionals provisionals;
    private final Queue<Hop> left = new ArrayDeque<>();
    private volatile Optional<CallView.IdentityView> identity = Optional.empty();
    private @Nullable Leg in;
    private @Nullable AudioSession offered;
    private @Nullable Attempt attempt;
    private Optional<AudioSession> early = Optional.empty();
    private @Nullable Future<?> answerTimer;
    private @Nullable Future<?> tryTimer;
    private long sentAfterNs;

    Invitation(Call call, SipRequest invite, Peer from) {
        this.call = call;
        this.services = call.services;
        this.invite = invite;
        this.from = from;
        this.passage = new Passage(from, invite);
        this.provisionals = new Provisionals(call, invite);
    }

    void start() {
        Optional<Refusals.Refusal> refusal = Refusals.of(invite).or(this::unverified);
        if (refusal.isPresent()) {
            turnDown(refusal.get());
            return;
        }
        Router.Way way = services.way(from, passage.called());
        if (way.to().isEmpty()) {
            turnDown(new Refusals.Refusal("no-route", SipReply.of(404))); // RFC 3261 §21.4.5
            return;
        }
        List<Hop> hops = Hop.of(way.to(), invite.isSips(), ThreadLocalRandom.current());
        if (hops.isEmpty()) {
            turnDown(Refusals.sipsNotAllowed());
            return;
        }
        CallMedia media;
        try {
            media = services.open(call.id(), from, hops.getFirst().peer());
        } catch (NoFreePorts e) {
            turnDown(new Refusals.Refusal("no-media-port", Refusals.unavailable()));
            return;
        }
        LocalAudio audio =
                services.audio(media, from, invite.source().transport()).orElseThrow();
        try {
            if (invite.sdp().isPresent()) {
                offered = audio.readOffer(invite.sdp().get());
            }
        } catch (SdpRefused e) {
            audio.close();
            media.close();
            turnDown(Refusals.of(e));
            return;
        }
        SipDialog dialog = from.answering(services.sip(), invite);
        in = new Leg(call, from, dialog, invite.source().toString(), audio);
        in.allows(invite.allows());
        call.opened(media, in);
        answerTimer = services.timers().after(services.setting().sip().answerTimeout(), () -> call.queue()
                .execute(this::unanswered));
        left.addAll(hops);
        tryNext(media, 503, "proxy");
    }

    /** Before it is routed; what came of it crosses and is kept with the call. */
    private Optional<Refusals.Refusal> unverified() {
        Optional<Verdict> verdict = IdentityCheck.of(services, from, passage);
        passage = verdict.map(passage::verified).orElse(passage);
        identity = verdict.map(IdentityCheck::view);
        return IdentityCheck.refusal(from, verdict);
    }

    Optional<CallView.IdentityView> identity() {
        return identity;
    }

    /** Goes to the next peer that takes it; to the caller with this status where there is none left. */
    private void tryNext(CallMedia media, int elseStatus, String elseEndedBy) {
        int status = elseStatus;
        for (Hop hop = left.poll(); hop != null; hop = left.poll()) {
            Peer peer = hop.peer();
            if (!peer.enter(System.nanoTime())) {
                services.listener().refused("peer-limit", 0);
                continue;
            }
            OptionalInt failed = tried(hop, media);
            if (failed.isEmpty()) {
                return;
            }
            status = failed.getAsInt();
            failedOver(peer);
        }
        refuse(status, status == elseStatus ? elseEndedBy : "proxy");
    }

    /** Empty where the INVITE is out; else the caller's status, should there be no other peer. */
    private OptionalInt tried(Hop hop, CallMedia media) {
        Peer peer = hop.peer();
        PeerSettings settings = peer.settings();
        Passage.Outgoing outgoing = passage.to(peer);
        Optional<CallView.IdentityView> signed = IdentityCheck.signed(services, peer, outgoing.signed());
        identity = passage.verdict().isEmpty() ? signed : identity; // the last peer's that was tried
        Optional<SipDialog> dialog = services.dialog(hop, invite, outgoing);
        Optional<LocalAudio> audio = dialog.flatMap(known -> services.audio(media, peer, known.transport()));
        if (audio.isEmpty()) {
            peer.leave();
            return OptionalInt.of(503);
        }
        Leg leg = new Leg(call, peer, dialog.orElseThrow(), hop.server().shown(), audio.get());
        Attempt next = new Attempt(call, this, peer, leg);
        attempt = next;
        call.legs().to(leg);
        try {
            next.send(request(leg, outgoing));
        } catch (Unreachable e) {
            services.listener().refused("peer-unreachable", 503);
            return OptionalInt.of(503);
        } catch (SdpRefused e) { // its codec policy leaves nothing of the offer
            services.table().remove(leg);
            services.listener().refused(e.reason().cause(), e.reason().sipStatus());
            return OptionalInt.of(e.reason().sipStatus());
        }
        sentAfterNs = System.nanoTime() - invite.receivedNs();
        if (!left.isEmpty()) {
            tryTimer = services.timers()
                    .after(settings.failOver().tryFor(), () -> call.queue().execute(() -> saidNothing(next)));
        }
        return OptionalInt.empty();
    }

    /** With our offer; without one where the caller made none. */
    private SipCall request(Leg leg, Passage.Outgoing outgoing) throws SdpRefused {
        Map<String, String> headers = new LinkedHashMap<>(leg.timer().headers());
        AudioSession theirs = offered;
        Optional<byte[]> offer =
                theirs == null ? Optional.empty() : Optional.of(leg.audio().offer(theirs));
        if (offer.isPresent()) { // else the offer might be in a reliable 18x (RFC 3262 §5)
            headers.merge("Supported", Provisionals.TAG, (known, tag) -> known + ", " + tag);
        }
        headers.put("Allow", Refusals.allowed(leg.peer));
        int hops = invite.maxForwards().orElse(SipCall.MAX_FORWARDS + 1) - 1;
        return new SipCall("INVITE", offer, hops, headers, outgoing.headers());
    }

    /** Before there was a call: nothing is left of it. */
    private void turnDown(Refusals.Refusal refusal) {
        call.send(invite, refusal.reply());
        services.table().forgetInvite(CallTable.inviteKey(invite), call);
        services.table().drop(call, call.view());
        call.legs().leave();
        services.listener().refused(refusal.cause(), refusal.reply().status());
    }

    private void saidNothing(Attempt tried) {
        if (tried != attempt || tried.isProceeding() || !call.isRinging()) {
            return;
        }
        tried.abandon();
        services.listener().refused("peer-unreachable", 408);
        next(tried, 408, "proxy");
    }

    /** It failed; the call goes on to the next peer, or back to the caller with this status. */
    private void next(Attempt tried, int elseStatus, String elseEndedBy) {
        failedOver(tried.peer);
        tryNext(call.openedMedia(), elseStatus, elseEndedBy);
    }

    private void failedOver(Peer peer) {
        stop(tryTimer);
        call.legs().triedInVain();
        if (!left.isEmpty() && !left.element().peer().equals(peer)) {
            peer.failedOver();
        }
    }

    @Override
    public void refused(Attempt tried, SipResponse response) {
        int status = response.status();
        String endedBy = Call.name(tried.peer.side());
        if (from.isPhone() && (status == 401 || status == 407)) { // the password is the phone's
            refuse(status, endedBy, passage.back(tried.peer, response));
            return;
        }
        boolean elsewhere = tried.peer.settings().failOver().statuses().contains(status);
        if (elsewhere && !left.isEmpty() && early.isEmpty()) {
            next(tried, StatusMap.toCaller(status), endedBy);
        } else {
            refuse(StatusMap.toCaller(status), endedBy, passage.back(tried.peer, response));
        }
    }

    @Override
    public void lost(Attempt tried, Failure failure) {
        int status = failure == Failure.TIMEOUT ? 408 : 503;
        services.listener().refused("peer-unreachable", status);
        if (early.isEmpty()) {
            next(tried, status, "proxy");
        } else {
            refuse(status, "proxy");
        }
    }

    @Override
    public void provisional(Attempt tried, SipResponse response) {
        int status = response.status();
        stop(tryTimer);
        if (!call.isRinging() || in == null || status == 100 || status == 199 || status > 183) {
            return; // 100 is of one hop only (RFC 3261 §16.7 item 5); 199 needs an extension (RFC 6228)
        }
        SipReply reply = SipReply.of(status == 183 ? 183 : 180)
                .tagged(in.dialog.localTag())
                .crossing(passage.back(tried.peer, response));
        provisionals.send(earlyAnswer(tried.leg, response).map(reply::body).orElse(reply));
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

    @Override
    public void success(Attempt tried, SipResponse response) {
        Leg caller = in;
        if (caller == null) {
            return;
        }
        try {
            SipReply ok = SipReply.of(200)
                    .body(offered == null ? offer(tried.leg, caller, response) : answer(tried.leg, caller, response))
                    .with("Allow", Refusals.allowed(from))
                    .crossing(passage.back(tried.peer, response));
            tried.leg.allows(response.allows());
            tried.leg.timer().agreed(response);
            stop(answerTimer);
            stop(tryTimer);
            long addedNs = sentAfterNs + System.nanoTime() - response.receivedNs();
            provisionals.success(() -> answered(caller, ok, addedNs));
        } catch (SdpRefused e) {
            services.listener().refused(e.reason().cause(), 502);
            refuse(502, "proxy"); // RFC 3261 §21.5.3: what is behind us answered what cannot be used
            if (offered == null) {
                call.acks().acknowledge(tried.leg, response.cseq());
            }
            call.bye(tried.leg);
        }
    }

    private void answered(Leg caller, SipReply ok, long addedNs) {
        if (!call.isRinging()) {
            return; // given up while the PRACK was waited for
        }
        call.settled(); // before the 200 is out: whoever hears of it may ask for the call at once
        call.acks().answer(caller, invite, caller.timer().agreed(invite, ok));
        call.answered(Duration.ofNanos(addedNs));
    }

    /** PRACK: the caller has heard what it was told (RFC 3262 §3). */
    void acknowledged(SipRequest prack) {
        if (!provisionals.acknowledged(prack)) {
            call.send(prack, SipReply.of(481));
            return;
        }
        boolean hasOffer = prack.sdp().isPresent(); // §5: another offer; nobody rings for two
        call.send(prack, SipReply.of(hasOffer ? 488 : 200));
        provisionals.next();
    }

    private byte[] answer(Leg called, Leg caller, SipResponse response) throws SdpRefused {
        AudioSession offer = Objects.requireNonNull(offered);
        call.acks().acknowledge(called, response.cseq());
        AudioSession answer = answerOf(called, response);
        byte[] body = caller.audio().answer(offer, answer);
        call.connect(offer.direction(), answer.direction());
        return body;
    }

    private byte[] offer(Leg called, Leg caller, SipResponse response) throws SdpRefused {
        AudioSession offer = called.readOffer(
                response.sdp().orElseThrow(() -> new SdpRefused(SdpRefused.Reason.NO_AUDIO, "a 2xx without an offer")));
        call.acks().owes(new LateAnswer(call, caller, called, response, offer));
        return caller.audio().offer(offer);
    }

    private AudioSession answerOf(Leg leg, SipResponse response) throws SdpRefused {
        if (response.sdp().isPresent()) {
            return leg.audio().readAnswer(response.sdp().get());
        }
        return early.orElseThrow(
                () -> new SdpRefused(SdpRefused.Reason.NO_AUDIO, "a 2xx without the answer that was due"));
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
        if (attempt != null) {
            attempt.abandon();
        }
    }

    /** A final response to the caller other than 2xx, and the end of the call. */
    void refuse(int status, String endedBy) {
        refuse(status, endedBy, List.of());
    }

    private void refuse(int status, String endedBy, List<SipHeader> crossing) {
        stop(answerTimer);
        stop(tryTimer);
        provisionals.stop();
        left.clear();
        call.end(endedBy, status); // first: who has the response has the record
        SipReply reply = (status == 503 ? Refusals.unavailable() : SipReply.of(status)).crossing(crossing);
        call.send(invite, in == null ? reply : reply.tagged(in.dialog.localTag()));
        if (in != null) {
            services.table().remove(in);
        }
    }

    private static void stop(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
