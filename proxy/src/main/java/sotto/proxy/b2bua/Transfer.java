package sotto.proxy.b2bua;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.proxy.sdp.AudioSession;
import sotto.proxy.sdp.LocalAudio;
import sotto.proxy.sdp.SdpRefused;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses.Failure;
import sotto.proxy.sip.Unreachable;
import sotto.proxy.sip.refer.DialogName;
import sotto.proxy.sip.refer.ReferTo;
import sotto.proxy.trunk.Hop;
import sotto.proxy.trunk.Passage;
import sotto.proxy.trunk.Peer;

/**
 * One transfer that we do ourselves (RFC 5589 §6): the number is called, and who answers takes the transferor's place.
 * Runs on the call's queue.
 *
 * <pre>
 *  transferor              us                       stays        target
 *    | REFER -------------> |                         |            |
 *    | <------------- 202   |                         |            |
 *    | <-- NOTIFY, 100      | INVITE, as if of stays -+----------> |   where the routes of its calls lead
 *    | <-- NOTIFY, 180      | <----------------------------- 180   |
 *    |                      | <-------------------- 200, answer    |
 *    |                      | ACK -------------------------------> |
 *    |                      | re-INVITE ------------> |            |   where it is held, or has another codec
 *    | <-- NOTIFY, 200      | <---------------- 200   |            |
 *    | BYE ---------------> |                         |            |   ours, where it does not in time
 *
 *  event                                              does
 *  busy, no answer, no route, nobody can be reached   NOTIFY with that status; the call goes on as it was
 *  the mask went on meanwhile                         BYE to the target; NOTIFY, 488; the call goes on as it was
 *  whoever stays takes no re-INVITE                   the same, with its status
 *  BYE of the transferor before the answer            nobody is told any more; where it fails, the call ends
 *  BYE of whoever stays, hang-up                      CANCEL to the target; the call ends
 * </pre>
 */
final class Transfer implements Attempt.Inviter {
    /** How long a subscription lasts at most, as the transferor is told (RFC 3515 §2.4.4); NOTIFYs come until it is over. */
    static final int EXPIRES_S = 300;
    /** A transferor hangs up when it hears of the answer (RFC 5589 §6.1); else it is hung up on. */
    static final Duration GOODBYE = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

    private final Call call;
    private final CallServices services;
    private final Leg transferor;
    private final Leg stays;
    private final SipRequest refer;
    private final ReferTo target;
    private final boolean isSilent; // RFC 4488 §4: no subscription
    private final Queue<Hop> next = new ArrayDeque<>();
    private @Nullable Attempt attempt;
    private @Nullable Peer entered;
    private @Nullable Future<?> timer;
    private boolean rang;
    private boolean hasLeft;
    private boolean over;

    Transfer(Call call, Leg transferor, SipRequest refer, ReferTo target) {
        this.call = call;
        this.services = call.services;
        this.transferor = transferor;
        this.stays = call.legs().other(transferor);
        this.refer = refer;
        this.target = target;
        this.isSilent = refer.header("Refer-Sub")
                .filter(value -> value.strip().equalsIgnoreCase("false"))
                .isPresent();
    }

    boolean isOf(Leg leg) {
        return leg == transferor;
    }

    void start() {
        SipReply accepted = SipReply.of(202);
        call.send(refer, isSilent ? accepted.with("Refer-Sub", "false") : accepted);
        notice("active;expires=" + EXPIRES_S, 100);
        String number = Passage.called(transferor.peer, target.user());
        List<Peer> peers = target.replaces().isPresent()
                ? List.of(transferor.peer)
                : services.way(stays.peer, number).to();
        next.addAll(Hop.of(peers, target.isSips(), ThreadLocalRandom.current()));
        timer = services.timers().after(services.setting().sip().answerTimeout(), () -> call.queue()
                .execute(this::unanswered));
        tryNext(!next.isEmpty() ? 503 : target.isSips() ? 480 : 404);
    }

    private void notice(String state, int status) {
        if (!isSilent && !hasLeft) {
            Transfers.notice(call, transferor, "refer;id=" + refer.cseq(), state, status);
        }
    }

    private void tryNext(int elseStatus) {
        int status = elseStatus;
        for (Hop hop = next.poll(); hop != null; hop = next.poll()) {
            Peer peer = hop.peer();
            if (!peer.enter(System.nanoTime())) {
                services.listener().refused("peer-limit", 0);
                continue;
            }
            entered = peer;
            Optional<Integer> failed = tried(hop);
            if (failed.isEmpty()) {
                return;
            }
            status = failed.get();
            leave();
        }
        fail(status);
    }

    /** Empty where the INVITE is out. */
    private Optional<Integer> tried(Hop hop) {
        Peer peer = hop.peer();
        Optional<LocalAudio> audio =
                services.audio(call.openedMedia(), peer, hop.server().transport());
        if (audio.isEmpty()) {
            return Optional.of(503);
        }
        Passage.Outgoing outgoing = call.transfers.onward(stays, peer, Passage.called(transferor.peer, target.user()));
        Leg leg = new Leg(
                call,
                peer,
                services.sip()
                        .calling(hop.destination(outgoing.called(), target.isSips()), outgoing.from(), outgoing.to()),
                hop.server().shown(),
                audio.get());
        Attempt made = new Attempt(call, this, peer, leg);
        attempt = made;
        services.table().add(leg);
        try {
            byte[] offer = leg.audio().offer(stays.audio().carried());
            made.send(
                    new SipCall("INVITE", Optional.of(offer), SipCall.MAX_FORWARDS, headers(leg), outgoing.headers()));
            return Optional.empty();
        } catch (Unreachable e) {
            services.listener().refused("peer-unreachable", 503);
            return Optional.of(503);
        } catch (SdpRefused e) {
            services.table().remove(leg);
            services.listener().refused(e.reason().cause(), e.reason().sipStatus());
            return Optional.of(e.reason().sipStatus());
        }
    }

    private Map<String, String> headers(Leg leg) {
        Map<String, String> headers = new LinkedHashMap<>(leg.timer().headers());
        headers.merge("Supported", Provisionals.TAG, (known, tag) -> known + ", " + tag);
        headers.put("Allow", Refusals.allowed(leg.peer));
        target.replaces().map(DialogName::text).ifPresent(name -> headers.put("Replaces", name));
        return headers;
    }

    @Override
    public void provisional(Attempt tried, SipResponse response) {
        if (!over && !rang && (response.status() == 180 || response.status() == 183)) {
            rang = true;
            notice("active;expires=" + EXPIRES_S, 180);
        }
    }

    @Override
    public void refused(Attempt tried, SipResponse response) {
        int status = StatusMap.toCaller(response.status());
        if (tried.peer.settings().failOver().statuses().contains(response.status())) {
            failedOver(tried, status);
        } else {
            clear(tried);
            fail(status);
        }
    }

    @Override
    public void lost(Attempt tried, Failure failure) {
        int status = failure == Failure.TIMEOUT ? 408 : 503;
        services.listener().refused("peer-unreachable", status);
        failedOver(tried, status);
    }

    private void failedOver(Attempt tried, int status) {
        clear(tried);
        if (!next.isEmpty() && !next.element().peer().equals(tried.peer)) {
            tried.peer.failedOver();
        }
        tryNext(status);
    }

    /** Nothing is left of it. */
    private void clear(Attempt tried) {
        tried.leg.audio().close();
        leave();
    }

    private void leave() {
        Attempt last = attempt;
        if (last != null) {
            services.table().forgetId(last.leg);
        }
        if (entered != null) {
            entered.leave();
            entered = null;
        }
    }

    @Override
    public void success(Attempt tried, SipResponse response) {
        call.acks().acknowledge(tried.leg, response.cseq());
        try {
            byte[] body = response.sdp()
                    .orElseThrow(() -> new SdpRefused(SdpRefused.Reason.NO_AUDIO, "a 2xx without the answer"));
            AudioSession answer = tried.leg.audio().readAnswer(body);
            tried.leg.allows(response.allows());
            tried.leg.timer().agreed(response);
            if (call.isMasked()) {
                giveUp(tried, 488); // it went on while the target rang
            } else if (!call.isHeld() && stays.audio().suits(answer)) {
                succeed(tried, answer, stays.audio().carried());
            } else {
                Transfers.resume(
                        call,
                        stays,
                        answer.narrowed(),
                        new Transfers.Resumed(again -> resumed(tried, answer, again), status -> giveUp(tried, status)));
            }
        } catch (SdpRefused e) {
            services.listener().refused(e.reason().cause(), e.reason().sipStatus());
            giveUp(tried, e.reason().sipStatus());
        }
    }

    private void resumed(Attempt tried, AudioSession answer, AudioSession again) {
        if (over) {
            return; // the call is; the target had its BYE then
        }
        if (call.isMasked()) {
            giveUp(tried, 488);
        } else if (services.table().leg(tried.leg.dialog.localTag()) == null) {
            giveUp(tried, 480); // its BYE came first
        } else {
            succeed(tried, answer, again);
        }
    }

    private void succeed(Attempt tried, AudioSession answer, AudioSession ofStays) {
        entered = null; // the call's own now
        call.transfers.swap(transferor, tried.leg, answer, ofStays);
        services.timers().once(GOODBYE, () -> call.queue().execute(() -> call.bye(transferor)));
        finish(200);
        LOG.info("call {}: the {} was transferred", call.id(), Call.name(stays.side));
    }

    /** The target has answered, and it cannot be. */
    private void giveUp(Attempt tried, int status) {
        if (over) {
            return;
        }
        tried.leg.timer().stop();
        call.bye(tried.leg);
        clear(tried);
        fail(status);
    }

    private void fail(int status) {
        finish(status);
        services.listener().refused("transfer-failed", status);
        if (hasLeft) {
            call.hangUp("proxy");
        }
    }

    private void finish(int status) {
        over = true;
        if (timer != null) {
            timer.cancel(false);
        }
        call.transfers.over();
        notice("terminated;reason=noresource", status);
    }

    private void unanswered() {
        if (!over) {
            abandon();
            fail(408);
        }
    }

    private void abandon() {
        Attempt last = attempt;
        if (last != null) {
            last.leg.timer().stop();
            last.abandon();
            clear(last);
        }
        next.clear();
    }

    /** The transferor hung up; whoever stays waits for the target alone. */
    void left() {
        hasLeft = true;
        transferor.timer().stop();
    }

    void callEnded() {
        if (!over) {
            abandon();
            finish(487);
        }
    }
}
