package sotto.proxy.b2bua;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sotto.proxy.sdp.SdpRefused;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipExchange;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses;
import sotto.proxy.sip.Unreachable;
import sotto.proxy.threads.Timers;
import sotto.proxy.trunk.Peer;

/**
 * One INVITE to one peer, until its final response, and what is left of it when it is given up before. Runs on the call's
 * queue.
 *
 * <pre>
 *  given up    and then                            does
 *  no          488, 415 or 606, of a peer that     the same INVITE again with RTP/AVP (RFC 3261 §8.1.3.5)
 *              is offered SRTP by preference
 *  no                                              {@link Inviter} decides
 *  yes         first provisional response          CANCEL, which was held back (RFC 3261 §9.1)
 *  yes         2xx: it crossed the CANCEL          ACK, BYE
 *  yes         3xx to 6xx, failure, or 64 T1       -; the leg is gone
 * </pre>
 */
final class Attempt implements SipResponses {
    /** What a peer that cannot do SRTP says of RTP/SAVP (RFC 3261 §21.4.13, §21.4.26, §21.6.4). */
    private static final Set<Integer> NOT_ACCEPTABLE = Set.of(415, 488, 606);

    final Peer peer;
    final Leg leg;
    private final Call call;
    private final Inviter inviter;
    private final Map<String, Long> rseqs = new HashMap<>(); // RSeq of the last reliable 18x, by To tag
    private @Nullable SipExchange exchange;
    private @Nullable SipCall sent;
    private boolean provisional; // a CANCEL may be sent only after one (RFC 3261 §9.1)
    private boolean abandoned;
    private boolean answered;
    private boolean settled; // there was a final response, or there will be none

    /** Whom it is for: a call that is made, or transferred. Not told of anything once it is given up. */
    interface Inviter {
        void provisional(Attempt tried, SipResponse response);

        /** The first 2xx; its ACK is to be sent. */
        void success(Attempt tried, SipResponse response);

        /** 3xx to 6xx. */
        void refused(Attempt tried, SipResponse response);

        /** No final response, or no connection. */
        void lost(Attempt tried, Failure failure);
    }

    Attempt(Call call, Inviter inviter, Peer peer, Leg leg) {
        this.call = call;
        this.inviter = inviter;
        this.peer = peer;
        this.leg = leg;
    }

    void send(SipCall invite) throws Unreachable {
        peer.tried();
        sent = invite;
        try {
            exchange = call.send(leg, invite, this);
        } catch (Unreachable e) {
            over();
            throw e;
        }
    }

    boolean isProceeding() {
        return provisional;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    @Override
    public void response(SipResponse response) {
        if (!response.isFinal()) {
            provisional(response);
        } else if (response.isSuccess()) {
            success(response);
        } else if (!settled && !sentInClear(response)) {
            over();
            if (!abandoned) {
                inviter.refused(this, response);
            }
        }
    }

    private boolean sentInClear(SipResponse response) {
        SipCall refused = sent;
        if (abandoned || refused == null || !NOT_ACCEPTABLE.contains(response.status())) {
            return false;
        }
        try {
            Optional<byte[]> clear = leg.audio().offerInClear();
            if (clear.isEmpty()) {
                return false;
            }
            SipCall again = refused.body(clear.get());
            sent = again;
            provisional = false;
            exchange = call.send(leg, again, this);
            return true;
        } catch (SdpRefused | Unreachable e) {
            return false; // what it said stands
        }
    }

    @Override
    public void failed(Failure failure) {
        if (settled) {
            return;
        }
        over();
        if (!abandoned) {
            inviter.lost(this, failure);
        }
    }

    private void provisional(SipResponse response) {
        boolean first = !provisional;
        provisional = true;
        if (response.requires().contains(Provisionals.TAG) && !isNew(response)) {
            return;
        }
        if (!abandoned) {
            inviter.provisional(this, response);
        } else if (first) {
            cancel();
        }
    }

    /** Sends PRACK for a reliable 18x (RFC 3262 §4); false where it was there before, or came before its turn. */
    private boolean isNew(SipResponse response) {
        long rseq = response.header("RSeq").map(Attempt::number).orElse(0L);
        Long last = rseqs.get(response.toTag());
        if (rseq == 0 || response.toTag().isEmpty() || (last != null && rseq != last + 1)) {
            return false;
        }
        rseqs.put(response.toTag(), rseq);
        SipCall prack = new SipCall(
                "PRACK",
                Optional.empty(),
                SipCall.MAX_FORWARDS,
                Map.of("RAck", rseq + " " + response.cseq() + " INVITE"));
        try {
            call.services.sip().send(leg.dialog.forked(response), prack, new Farewell(() -> {}));
        } catch (Unreachable e) {
            call.services.listener().refused("peer-unreachable", 0);
        }
        return true;
    }

    private static long number(String text) {
        return text.matches("\\d{1,10}") ? Long.parseLong(text) : 0;
    }

    private void success(SipResponse response) {
        if (settled) {
            call.acks().again(leg, response);
            return;
        }
        settled = true;
        leg.dialog.confirmed(response);
        if (abandoned) { // it crossed our CANCEL
            call.acks().acknowledge(leg, response.cseq());
            call.bye(leg);
        } else {
            answered = true;
            inviter.success(this, response);
        }
    }

    /** No dialog came of it. */
    private void over() {
        settled = true;
        call.services.table().remove(leg);
    }

    /** Gives it up: what still comes of it is cleared away, and told to nobody. */
    void abandon() {
        if (answered) { // and the caller has not been told yet
            call.bye(leg);
            return;
        }
        if (settled || abandoned) {
            return;
        }
        abandoned = true;
        if (provisional) {
            cancel();
        }
        call.services.timers().once(Timers.LOST, () -> call.queue()
                .execute(() -> call.services.table().remove(leg))); // §9.1
    }

    private void cancel() {
        if (exchange == null) {
            return;
        }
        try {
            exchange.cancel(call.causes());
        } catch (Unreachable e) {
            call.services.listener().refused("peer-unreachable", 0);
        }
    }
}
