package sotto.proxy.b2bua;

import sotto.proxy.sdp.AudioSession;
import sotto.proxy.sdp.SdpRefused;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;

/**
 * An INVITE without an offer, from its 2xx on: the offer was in the 2xx, the answer is in the ACK (RFC 3264 §5, RFC 3261
 * §13.2.1). Runs on the call's queue.
 *
 * <pre>
 *  owing                    us                        offering
 *    | INVITE, no body -----> | INVITE, no body -------> |
 *    |                        | <----------- 200, offer  |   not acknowledged yet
 *    | <-- 200, offer of ours |                          |
 *    | ACK, answer ---------> | ACK, answer of ours ---> |
 *
 *  what comes instead         does
 *  200, offer, once more      -; its ACK follows
 *  ACK without a usable       ACK without a body, and the call ends
 *  answer, or no ACK
 * </pre>
 */
record LateAnswer(Call call, Leg owing, Leg offering, SipResponse success, AudioSession offer) {
    boolean isOf(Leg leg) {
        return leg == owing;
    }

    /** True for the 2xx that waits for its ACK. */
    boolean holds(Leg leg, SipResponse response) {
        return leg == offering && response.cseq() == success.cseq();
    }

    void acknowledged(SipRequest ack) {
        try {
            byte[] body = ack.sdp()
                    .orElseThrow(() -> new SdpRefused(SdpRefused.Reason.NO_AUDIO, "an ACK without the answer"));
            AudioSession answer = owing.audio().readAnswer(body);
            offering.acknowledges(success.cseq(), offering.audio().answer(offer, answer));
            call.connect(offer.direction(), answer.direction());
            call.acks().acknowledge(offering, success.cseq());
        } catch (SdpRefused e) {
            call.services.listener().refused(e.reason().cause(), 0);
            lost();
            call.hangUp("proxy");
        }
    }

    /** There will be no answer: what was offered is acknowledged all the same, so that it can be ended. */
    void lost() {
        offer.wipeKeys();
        call.acks().acknowledge(offering, success.cseq());
    }
}
