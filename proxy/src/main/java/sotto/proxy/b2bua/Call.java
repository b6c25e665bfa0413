package sotto.proxy.b2bua;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.media.CallMedia;
import sotto.media.packet.Side;
import sotto.proxy.sdp.Direction;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipExchange;
import sotto.proxy.sip.SipHeader;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponses;
import sotto.proxy.sip.Unreachable;
import sotto.proxy.stir.Verstat;
import sotto.proxy.threads.SerialQueue;
import sotto.proxy.trunk.Peer;
import sotto.proxy.trunk.ReleaseCauses;

/**
 * One call: two dialogs and their media. Everything runs on the call's own queue, in the order in which it came; what is
 * volatile or final, any thread reads.
 *
 * <p>{@code in} is the leg of whoever called, {@code out} that of whoever is called ({@link Legs}).
 *
 * <pre>
 *  state       event                          does                                             next
 *  RINGING     180, 183                       same to in; its SDP answered: early media        RINGING
 *  RINGING     100, 181, 182, 199             181 and 182 as 180 to in                         RINGING
 *  RINGING     2xx with an answer             ACK; answer to in in 200; media both ways        ANSWERED
 *  RINGING     2xx without a usable answer    ACK, BYE; 502 to in                              ENDED
 *  RINGING     3xx to 6xx, or no response     the next peer, or {@link Invitation}'s status    RINGING, or ENDED
 *  RINGING     answer timeout                 408 to in; CANCEL to out                         ENDED, abandoning
 *  RINGING     CANCEL, or BYE of in           200; 487 to in; CANCEL to out                    ENDED, abandoning
 *  RINGING     hang-up by the API             480 to in; CANCEL to out                         ENDED, abandoning
 *  abandoning  whatever comes                 {@link Attempt}
 *  ANSWERED    ACK of in                      200 is not sent again
 *  ANSWERED    no ACK in 64 T1                BYE both                                         ENDED
 *  ANSWERED    2xx again                      ACK again
 *  ANSWERED    2xx of another branch          ACK, BYE there (§13.2.2.4)
 *  ANSWERED    re-INVITE, UPDATE with offer   {@link ReInvite}
 *  any         UPDATE without one             200: a refresh of the session ({@link SessionTimer})
 *  ANSWERED    BYE                            200; BYE to the other                            ENDED
 *  ANSWERED    hang-up, silence, no refresh   BYE both                                         ENDED
 *  ENDED       ACK of in                      BYE to in, if it waited for it (§15)             in is gone
 *  ENDED       BYE (it crossed ours)          200
 *  ANSWERED    REFER, NOTIFY; INFO, MESSAGE   {@link Transfers}; {@link Crossing}
 *  any         another method in the dialog   405
 * </pre>
 *
 * <p>The 2xx of the called side is acknowledged at once, not when the caller's ACK comes: a lost ACK of one side must not
 * make the other one send its 200 again. The exception is the offer in a 2xx, whose answer the ACK has to bring
 * ({@link LateAnswer}).
 */
final class Call {
    private static final Logger LOG = LoggerFactory.getLogger(Call.class);

    private enum State {
        RINGING,
        ANSWERED,
        ENDED
    }

    final CallServices services;
    final Transfers transfers;
    private final SipRequest invite;
    private final Peer from;
    private final String id;
    private final Instant startedAt = Instant.now();
    private final SerialQueue queue;
    private final Legs legs;
    private final Acks acks = new Acks(this);
    private final Invitation invitation;
    private volatile State state = State.RINGING;
    private volatile @Nullable CallMedia media;
    private volatile boolean held;
    private @Nullable ReInvite reInvite;
    private volatile Optional<Instant> ringingAt = Optional.empty();
    private volatile Optional<Instant> answeredAt = Optional.empty();
    private long answeredNs;
    private List<SipHeader> causes = List.of(); // of its end, as a peer said

    Call(CallServices services, SipRequest invite, Peer from, String id) {
        this.services = services;
        this.invite = invite;
        this.from = from;
        this.id = id;
        this.queue = new SerialQueue(services.threads(), this::failed);
        this.legs = new Legs(from, services.table());
        this.invitation = new Invitation(this, invite, from);
        this.transfers = new Transfers(this, invite, from);
    }

    private void failed(RuntimeException e) {
        LOG.error("call {} is ended, others go on: a defect of ours; report it with this line", id, e);
        if (state == State.RINGING) {
            invitation.refuse(500, "proxy");
        } else {
            hangUp("proxy");
        }
    }

    String id() {
        return id;
    }

    SerialQueue queue() {
        return queue;
    }

    boolean isRinging() {
        return state == State.RINGING;
    }

    boolean isEnded() {
        return state == State.ENDED;
    }

    boolean isAnswered() {
        return state == State.ANSWERED;
    }

    Optional<CallMedia> answeredMedia() {
        return isAnswered() ? Optional.ofNullable(media) : Optional.empty();
    }

    CallView view() {
        return new CallView(
                id,
                state.name(),
                Verstat.stripped(invite.from().user()),
                invite.user(),
                legs.trunk(),
                name(from.side()),
                startedAt,
                ringingAt,
                answeredAt,
                isMasked(),
                legs.views(),
                invitation.identity());
    }

    void start() {
        invitation.start();
    }

    void opened(CallMedia opened, Leg leg) {
        media = opened;
        legs.from(leg);
    }

    List<SipHeader> causes() {
        return causes;
    }

    CallMedia openedMedia() {
        return Objects.requireNonNull(media, "a call without media");
    }

    Legs legs() {
        return legs;
    }

    Acks acks() {
        return acks;
    }

    /** Connects both legs with what their SDP settled. */
    void connect(Direction offered, Direction answered) {
        CallMedia opened = media;
        if (opened != null) {
            legs.all().forEach(leg -> leg.connect(opened));
            held = offered != Direction.SENDRECV || answered != Direction.SENDRECV;
        }
    }

    void settled() {
        answeredNs = System.nanoTime();
        answeredAt = Optional.of(at(answeredNs));
        state = State.ANSWERED;
    }

    /** Instants of a call are counted from its INVITE on, so that a clock that is set does not put them out of order. */
    private Instant at(long nowNs) {
        return startedAt.plusNanos(nowNs - invite.receivedNs());
    }

    void answered(Duration setupAdded) {
        services.listener().answered(view(), setupAdded);
    }

    /** Replies; a peer that cannot be reached any more will send its request again, or give up. */
    void send(SipRequest request, SipReply reply) {
        if (request == invite && ringingAt.isEmpty() && (reply.status() == 180 || reply.status() == 183)) {
            ringingAt = Optional.of(at(System.nanoTime()));
        }
        try {
            request.reply(reply);
        } catch (Unreachable e) {
            LOG.info("call {}: {} did not reach {}; its timers decide", id, reply.status(), request.source());
        }
    }

    /** Sends in a dialog; what comes back runs on this queue. */
    SipExchange send(Leg leg, SipCall request, SipResponses responses) throws Unreachable {
        return services.sip().send(leg.dialog, request, new Queued(queue, responses));
    }

    /** CANCEL, of the INVITE or of a re-INVITE. */
    void cancelled(SipRequest cancel) {
        boolean initial = cancel.branch().equals(invite.branch());
        boolean again = reInvite != null && reInvite.isOf(cancel.branch());
        send(cancel, SipReply.of(initial || again ? 200 : 481)); // §9.2
        if (initial && isRinging()) {
            causes = ReleaseCauses.of(cancel::headers);
            invitation.abandon(487, name(from.side()));
        } else if (again && reInvite != null) {
            reInvite.cancelled();
        }
    }

    /** Any request within a dialog but ACK and CANCEL. */
    void inDialog(Leg leg, SipRequest request) {
        boolean isOurs = legs.has(leg); // else it was given up for another, and its BYE crossed ours
        if (isOurs && isRinging() && leg.isEarlyUpdate(request)) {
            send(request, SipReply.of(491)); // RFC 3311 §5.2
            return;
        }
        if (!leg.dialog.owns(request)
                || ((state == State.ENDED || !isOurs) && !request.method().equals("BYE"))) {
            send(request, SipReply.of(481)); // §12.2.2
            return;
        }
        if (!leg.dialog.isNext(request)) {
            send(request, SipReply.of(500)); // §12.2.2: older than what was seen
            return;
        }
        switch (request.method()) {
            case "BYE" -> byeOf(leg, request);
            case "INVITE" -> reInvite(leg, request);
            case "UPDATE" -> update(leg, request);
            case "PRACK" -> invitation.acknowledged(request);
            case "OPTIONS" -> send(request, Refusals.capabilities(leg.peer));
            case "REFER" -> transfers.refer(leg, request);
            case "NOTIFY" -> transfers.notified(leg, request);
            case "INFO", "MESSAGE" -> Crossing.take(this, leg, request);
            default -> send(request, Refusals.unknown(request, leg.peer));
        }
    }

    /** The call's record is written before the peer hears that it is over: who has the 200 has the record. */
    private void byeOf(Leg leg, SipRequest bye) {
        leg.stopAnswering();
        if (transfers.outlives(leg, bye)) {
            return;
        }
        causes = ReleaseCauses.of(bye::headers);
        boolean wasAnswered = isAnswered() && legs.has(leg);
        if (wasAnswered) {
            end(name(leg.side), 200);
        }
        send(bye, SipReply.of(200));
        services.table().remove(leg);
        if (!legs.has(leg)) {
            return;
        }
        if (isRinging()) {
            invitation.abandon(487, name(leg.side));
        } else if (wasAnswered) {
            bye(legs.other(leg));
        }
    }

    private void update(Leg leg, SipRequest request) {
        if (request.sdp().isPresent()) {
            reInvite(leg, request);
        } else {
            Refresh.received(this, leg, request);
        }
    }

    /** The peer of a session timer let its time go by (RFC 4028 §10). */
    void notRefreshed(Leg leg) {
        LOG.info("call {} is ended: the {} did not refresh the session that its timer asked for", id, name(leg.side));
        services.listener().refused("session-expired", 0);
        hangUp("proxy");
    }

    private void reInvite(Leg leg, SipRequest request) {
        if (!isAnswered()
                || transfers.isBusy()
                || legs.other(leg).isUnacknowledged()
                || (reInvite != null && !reInvite.isFrom(leg))) {
            send(request, SipReply.of(491)); // §14.2: ours to the same peer is pending
            return;
        }
        if (leg.isUnacknowledged() || reInvite != null) {
            send(request, SipReply.of(500).with("Retry-After", "1")); // §14.2: theirs is not finished
            return;
        }
        ReInvite next = new ReInvite(this, leg, legs.other(leg), request);
        reInvite = next; // before it starts: it may be over at once
        next.start();
    }

    /** True while an offer is on its way, or the ACK that may bring an answer. */
    boolean isChanging() {
        return reInvite != null || legs.all().stream().anyMatch(Leg::isUnacknowledged);
    }

    boolean isHeld() {
        return held;
    }

    boolean isMasked() {
        return answeredMedia().filter(CallMedia::masked).isPresent();
    }

    void reInviteOver() {
        reInvite = null;
    }

    /** Ends it while it rings, with that status for the caller. */
    void giveUp(int status) {
        if (isRinging()) {
            invitation.abandon(status, "proxy");
        }
    }

    /** Ends it from our side, whatever its state. */
    void hangUp(String endedBy) {
        if (isRinging()) {
            invitation.abandon(480, endedBy);
        } else if (isAnswered()) {
            end(endedBy, 200);
            legs.all().forEach(this::bye);
        }
    }

    /** Sends BYE; to a peer that has not acknowledged our 2xx, once it has (RFC 3261 §15). */
    void bye(Leg leg) {
        if (leg.isUnacknowledged() || services.table().leg(leg.dialog.localTag()) == null) {
            return;
        }
        try {
            send(leg, SipCall.of("BYE").crossing(causes), new Farewell(() -> services.table()
                    .remove(leg)));
        } catch (Unreachable e) {
            services.table().remove(leg);
            LOG.info("call {}: BYE did not leave; the peer finds out by itself", id);
        }
    }

    /** Everything but signalling stops here; once. */
    void end(String endedBy, int sipStatus) {
        if (state == State.ENDED) {
            return;
        }
        boolean wasAnswered = isAnswered();
        long nowNs = System.nanoTime();
        state = State.ENDED;
        if (reInvite != null) {
            reInvite.callEnded();
        }
        acks.ended();
        transfers.callEnded();
        services.table().forgetInvite(CallTable.inviteKey(invite), this);
        CallMedia opened = media;
        CallEnd end = new CallEnd(
                view(),
                at(nowNs),
                endedBy,
                sipStatus,
                wasAnswered ? Optional.of(Duration.ofNanos(answeredNs - invite.receivedNs())) : Optional.empty(),
                wasAnswered ? Duration.ofNanos(nowNs - answeredNs) : Duration.ZERO,
                opened == null ? Optional.empty() : opened.report(Side.CALLER),
                opened == null ? Optional.empty() : opened.report(Side.AGENT));
        if (opened != null) {
            opened.close();
        }
        legs.all().forEach(leg -> {
            leg.timer().stop();
            leg.audio().close();
        });
        legs.leave();
        services.table().ended(this, end.call());
        services.listener().ended(end);
    }

    static String name(Side side) {
        return side == Side.CALLER ? "caller" : "agent";
    }
}
