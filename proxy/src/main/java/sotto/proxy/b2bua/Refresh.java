package sotto.proxy.b2bua;

import java.time.Duration;
import java.util.Optional;
import sotto.proxy.sdp.SdpRefused;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses;
import sotto.proxy.sip.Unreachable;

/**
 * Tells the peer of one leg that the session goes on (RFC 4028 §7.4, §10), and is told. Runs on the call's queue.
 *
 * <pre>
 *  the peer                         gets
 *  takes UPDATE                     UPDATE without a body
 *  does not                         re-INVITE with the same SDP
 *
 *  answers                          does
 *  2xx                              ACK to one of INVITE; the timer starts anew
 *  405, 501 to UPDATE               re-INVITE instead
 *  491                              once more, in three seconds
 *  408, 481, nothing                ends the call
 *  anything else                    -; the peer's timer decides
 * </pre>
 */
final class Refresh implements SipResponses {
    private static final Duration AFTER_GLARE = Duration.ofSeconds(3); // RFC 3261 §14.1: 2.1 to 4 s

    private final Call call;
    private final Leg leg;
    private final String method;

    private Refresh(Call call, Leg leg, String method) {
        this.call = call;
        this.leg = leg;
        this.method = method;
    }

    /** An UPDATE without an offer (RFC 3311 §5.2). */
    static void received(Call call, Leg leg, SipRequest update) {
        Optional<Refusals.Refusal> refusal = Refusals.of(update);
        if (refusal.isPresent()) {
            call.send(update, refusal.get().reply());
            return;
        }
        leg.dialog.refresh(update);
        leg.allows(update.allows());
        SipReply ok = SipReply.of(200).with("Allow", Refusals.allowed(leg.peer));
        call.send(update, leg.timer().agreed(update, ok));
    }

    static void send(Call call, Leg leg) {
        if (call.isAnswered()) {
            new Refresh(call, leg, leg.takesUpdate() ? "UPDATE" : "INVITE").send();
        }
    }

    private void send() {
        boolean isInvite = method.equals("INVITE");
        SipCall request = new SipCall(
                method,
                isInvite ? Optional.of(leg.audio().offerAgain()) : Optional.empty(),
                SipCall.MAX_FORWARDS,
                leg.timer().headers());
        try {
            call.send(leg, request, this);
        } catch (Unreachable e) {
            call.hangUp("proxy");
        }
    }

    @Override
    public void response(SipResponse response) {
        if (!response.isFinal()) {
            return;
        }
        if (response.isSuccess()) {
            success(response);
            return;
        }
        switch (response.status()) {
            case 405, 501 -> {
                if (method.equals("UPDATE") && call.isAnswered()) {
                    leg.takesNoUpdate();
                    send(call, leg);
                }
            }
            case 491 ->
                call.services.timers().once(AFTER_GLARE, () -> call.queue().execute(() -> send(call, leg)));
            case 408, 481 -> call.hangUp("proxy");
            default -> call.services.listener().refused("refresh-refused", response.status());
        }
    }

    private void success(SipResponse response) {
        leg.dialog.confirmed(response);
        if (method.equals("INVITE")) {
            call.acks().acknowledge(leg, response.cseq());
            try {
                if (response.sdp().isPresent() && call.isAnswered()) {
                    leg.audio().readAnswer(response.sdp().get());
                    leg.connect(call.openedMedia());
                }
            } catch (SdpRefused e) {
                call.services.listener().refused(e.reason().cause(), 0);
                call.hangUp("proxy");
                return;
            }
        }
        if (call.isAnswered()) {
            leg.timer().agreed(response);
        }
    }

    @Override
    public void failed(Failure failure) {
        call.hangUp("proxy");
    }
}
