package sotto.proxy.b2bua;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sotto.proxy.sdp.AudioSession;
import sotto.proxy.sdp.SdpRefused;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipExchange;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses;
import sotto.proxy.sip.Unreachable;

/**
 * One re-INVITE, or UPDATE with an offer, on its way from one leg to the other, and its answer on the way back (RFC 3261
 * §14, RFC 3311 §5). Runs on the call's queue. An UPDATE crosses as one where the other peer takes it, else as a re-INVITE.
 *
 * <pre>
 *  event                        does                                          the call
 *  offer that cannot be used    4xx back                                      goes on as it was
 *  another one is pending       491 or 500 back ({@link Call})                goes on as it was
 *  2xx                          ACK; answer back; media connected anew        goes on, changed
 *  2xx, unusable answer         ACK; 488 back; the sides disagree             ends
 *  2xx to one without offer     offer back; {@link LateAnswer} has the rest   goes on, changed
 *  408, 481, no response        same back; the dialog is gone (§14.1)         ends
 *  other 3xx to 6xx             {@link StatusMap} back                        goes on as it was
 *  CANCEL                       200, 487 back; CANCEL across                  goes on as it was
 *  2xx that crossed the CANCEL  ACK; that leg alone is connected anew         goes on
 *  the same, to fax or back     ACK; the sides disagree                       ends
 *  BYE                          487 back (§15.1.2)                            ends
 * </pre>
 *
 * <p>Fax (ITU-T T.38 Annex D) takes the place of audio, and audio that of fax, in such a re-INVITE. Where either peer may
 * not have it, or secure-pay is on, it is an offer that cannot be used, and the audio goes on.
 */
final class ReInvite implements SipResponses {
    private final Call call;
    private final Leg from;
    private final Leg to;
    private final SipRequest request;
    private final String method; // across
    private @Nullable AudioSession offered;
    private @Nullable SipExchange exchange;
    private boolean provisional;
    private boolean replied;
    private boolean settled;

    ReInvite(Call call, Leg from, Leg to, SipRequest request) {
        this.call = call;
        this.from = from;
        this.to = to;
        this.request = request;
        this.method = request.method().equals("UPDATE") && to.takesUpdate() ? "UPDATE" : "INVITE";
    }

    boolean isFrom(Leg leg) {
        return from == leg;
    }

    /** True where this INVITE's transaction has that branch, and may still be cancelled. */
    boolean isOf(String branch) {
        return request.branch().equals(branch) && !replied;
    }

    void start() {
        Optional<Refusals.Refusal> refusal = Refusals.of(request);
        if (refusal.isPresent()) {
            turnDown(refusal.get());
            return;
        }
        try {
            SipCall across = new SipCall(
                    method, Optional.empty(), SipCall.MAX_FORWARDS, to.timer().headers());
            if (request.sdp().isPresent()) {
                AudioSession offer = from.readOffer(request.sdp().get());
                offered = offer;
                across = across.body(to.audio().offer(offer));
            }
            exchange = call.send(to, across, this);
        } catch (SdpRefused e) {
            turnDown(Refusals.of(e));
        } catch (Unreachable e) {
            settled = true;
            finish(SipReply.of(503));
        }
    }

    private void turnDown(Refusals.Refusal refusal) {
        settled = true;
        call.services.listener().refused(refusal.cause(), refusal.reply().status());
        finish(refusal.reply());
    }

    /** The final response other than 2xx. */
    private void finish(SipReply reply) {
        if (!replied) {
            replied = true;
            call.send(request, reply);
        }
        if (settled) {
            if (offered != null && offered.isFax()) {
                call.openedMedia().releaseFax(); // secure-pay may be asked for again
            }
            call.reInviteOver();
        }
    }

    @Override
    public void response(SipResponse response) {
        if (!response.isFinal()) {
            provisional();
        } else if (response.isSuccess()) {
            success(response);
        } else if (!settled) {
            settled = true;
            finish(SipReply.of(StatusMap.toReInviter(response.status())));
            if (response.status() == 408 || response.status() == 481) {
                call.hangUp("proxy");
            }
        }
    }

    private void provisional() {
        boolean first = !provisional;
        provisional = true;
        if (first && replied) {
            cancelAcross();
        }
    }

    private void success(SipResponse response) {
        if (settled) {
            call.acks().again(to, response);
            return;
        }
        settled = true;
        to.dialog.confirmed(response);
        to.timer().agreed(response);
        AudioSession offer = offered;
        try {
            if (!call.isAnswered() || (replied && offer == null)) {
                acknowledge(response); // nobody wants it any more
                call.reInviteOver();
            } else if (offer == null) {
                offer(response);
            } else {
                answer(offer, response);
            }
        } catch (SdpRefused e) {
            call.services.listener().refused(e.reason().cause(), 488);
            if (offer == null) {
                acknowledge(response);
            }
            finish(SipReply.of(488));
            call.hangUp("proxy");
        }
    }

    private void acknowledge(SipResponse response) {
        if (method.equals("INVITE")) {
            call.acks().acknowledge(to, response.cseq());
        }
    }

    private void answer(AudioSession offer, SipResponse response) throws SdpRefused {
        acknowledge(response);
        if (response.sdp().isEmpty()) {
            throw new SdpRefused(SdpRefused.Reason.NO_AUDIO, "a 2xx without the answer that was due");
        }
        AudioSession answer = to.audio().readAnswer(response.sdp().get());
        if (replied && answer.isFax() != from.audio().isFax()) {
            throw new SdpRefused(SdpRefused.Reason.FAX_REFUSED, "one side turned to fax or back, the other did not");
        }
        if (!replied) { // else cancelled meanwhile: the other leg stays as it was
            reply(from.audio().answer(offer, answer));
        }
        call.connect(offer.direction(), answer.direction());
        call.reInviteOver();
    }

    /** A late offer: the peer that asked for it answers in its ACK. */
    private void offer(SipResponse response) throws SdpRefused {
        if (response.sdp().isEmpty()) {
            throw new SdpRefused(SdpRefused.Reason.NO_AUDIO, "a 2xx without the offer that was due");
        }
        AudioSession offer = to.readOffer(response.sdp().get());
        call.acks().owes(new LateAnswer(call, from, to, response, offer));
        reply(from.audio().offer(offer));
        call.reInviteOver();
    }

    private void reply(byte[] body) {
        replied = true;
        from.dialog.refresh(request);
        from.allows(request.allows());
        SipReply ok =
                from.timer().agreed(request, SipReply.of(200).body(body).with("Allow", Refusals.allowed(from.peer)));
        if (request.method().equals("UPDATE")) {
            call.send(request, ok);
        } else {
            call.acks().answer(from, request, ok);
        }
    }

    @Override
    public void failed(Failure failure) {
        if (!settled) {
            settled = true;
            finish(SipReply.of(failure == Failure.TIMEOUT ? 408 : 503));
            call.hangUp("proxy");
        }
    }

    /** The peer took it back. */
    void cancelled() {
        finish(SipReply.of(487));
        if (provisional) {
            cancelAcross();
        }
    }

    private void cancelAcross() {
        if (exchange == null || settled) {
            return;
        }
        try {
            exchange.cancel(List.of());
        } catch (Unreachable e) {
            call.services.listener().refused("peer-unreachable", 0);
        }
    }

    /** A BYE, or our hang-up, came between. */
    void callEnded() {
        finish(SipReply.of(487));
    }
}
