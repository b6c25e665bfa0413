package sotto.proxy.b2bua;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipDialog;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.Unreachable;

/** The 2xx and ACKs of one call's INVITEs, both ways. Runs on the call's queue. */
final class Acks {
    private static final Logger LOG = LoggerFactory.getLogger(Acks.class);

    private final Call call;
    private Optional<LateAnswer> owed = Optional.empty();

    Acks(Call call) {
        this.call = call;
    }

    /** Answers an INVITE or re-INVITE with 2xx, until its ACK comes (RFC 3261 §13.3.1.4). */
    void answer(Leg leg, SipRequest request, SipReply reply) {
        SipReply tagged = reply.tagged(leg.dialog.localTag());
        call.send(request, tagged);
        leg.answering(new AnswerRetransmission(
                call.services.timers(),
                call.queue(),
                request.cseq(),
                () -> call.send(request, tagged),
                () -> unacknowledged(leg)));
    }

    /** The 2xx that is sent next on its leg has an offer; its ACK is to bring the answer. */
    void owes(LateAnswer late) {
        owed = Optional.of(late);
    }

    private Optional<LateAnswer> takeOwed(Leg leg) {
        Optional<LateAnswer> late = owed.filter(o -> o.isOf(leg));
        if (late.isPresent()) {
            owed = Optional.empty();
        }
        return late;
    }

    private void unacknowledged(Leg leg) {
        takeOwed(leg).ifPresent(LateAnswer::lost);
        if (call.isEnded()) {
            call.bye(leg);
        } else {
            call.hangUp("proxy");
        }
    }

    /** An ACK of a 2xx of ours. */
    void acknowledged(Leg leg, SipRequest ack) {
        if (!leg.dialog.owns(ack)) {
            return;
        }
        if (leg.acknowledged(ack.cseq())) {
            takeOwed(leg).ifPresent(late -> late.acknowledged(ack));
        }
        if (call.isEnded() && !leg.isUnacknowledged()) {
            call.bye(leg); // it had to wait (RFC 3261 §15)
        }
    }

    /** Sends the ACK of a 2xx to ours, the same each time. */
    void acknowledge(Leg leg, long cseq) {
        acknowledge(leg.dialog, cseq, leg.ackBody(cseq));
    }

    private void acknowledge(SipDialog dialog, long cseq, Optional<byte[]> answer) {
        try {
            call.services.sip().ack(dialog, cseq, answer);
        } catch (Unreachable e) {
            LOG.info("call {}: ACK did not leave; the peer sends its 200 again, then gives up", call.id());
        }
    }

    /** A 2xx after the first: the same again, or of another branch of a fork (RFC 3261 §13.2.2.4). */
    void again(Leg leg, SipResponse response) {
        if (response.toTag().equals(leg.dialog.remoteTag())) {
            if (owed.isEmpty() || !owed.get().holds(leg, response)) {
                acknowledge(leg, response.cseq());
            }
            return;
        }
        SipDialog branch = leg.dialog.forked(response);
        acknowledge(branch, response.cseq(), Optional.empty());
        try {
            call.services.sip().send(branch, SipCall.of("BYE"), new Farewell(() -> {}));
        } catch (Unreachable e) {
            call.services.listener().refused("peer-unreachable", 0);
        }
    }

    /** The call is over: nobody waits for an answer any more. */
    void ended() {
        owed.ifPresent(LateAnswer::lost);
        owed = Optional.empty();
    }
}
