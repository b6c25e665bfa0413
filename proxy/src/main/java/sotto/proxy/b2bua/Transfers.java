package sotto.proxy.b2bua;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.sdp.AudioSession;
import sotto.proxy.sdp.SdpRefused;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses;
import sotto.proxy.sip.Unreachable;
import sotto.proxy.sip.refer.DialogName;
import sotto.proxy.sip.refer.ReferTo;
import sotto.proxy.trunk.Passage;
import sotto.proxy.trunk.Peer;

/**
 * REFER in one call, and NOTIFY of what came of one that was passed (RFC 3515, RFC 5589). Runs on the call's queue.
 *
 * <pre>
 *  REFER of a peer                                     does
 *  whose policy is refuse                              405: Allow said so, its phone need not offer a transfer
 *  while secure-pay is on, or the call carries a fax   488
 *  before the answer; while something else changes     491
 *  without one Refer-To that can be called             400
 *  local, for a number                                 {@link Transfer}
 *  local, Replaces of a dialog that is not ours        {@link Transfer}, to the transferor's own peer only
 *  local, Replaces of a dialog that is ours            603: see below
 *  pass, and the other peer passes too                 REFER there, for that number at our address; its answer comes back
 *  pass, Replaces of a dialog that is ours             the same, naming the other dialog of that call, where it is with the
 *                                                      peer that is asked
 *  pass, anything else                                 603
 *
 *  NOTIFY of whom a REFER was passed to                to the transferor; of the body, the status alone
 *  another NOTIFY                                      405, 481
 * </pre>
 *
 * <p>Out of scope: to connect the far legs of two calls of ours. Both are of one side then, and a call needs one party on
 * either side: the one whose keys are masked, and the one they are kept from.
 */
final class Transfers {
    private static final Pattern STATUS_LINE =
            Pattern.compile("SIP/2\\.0 ([1-6]\\d\\d) ?[^\\r\\n]*(?:\\r?\\n(?s:.*))?");
    private static final Pattern STATE =
            Pattern.compile("(?i)(active|pending|terminated)\\s*(?:;(?:[^;]*;)*?\\s*expires=(\\d{1,6}))?.*");

    private final Call call;
    private final SipRequest invite;
    private final Peer caller;
    private @Nullable Transfer local;
    private Optional<Passed> passed = Optional.empty();

    /** A REFER that went to the other peer. */
    private record Passed(Leg from, Leg to, String event) {}

    Transfers(Call call, SipRequest invite, Peer caller) {
        this.call = call;
        this.invite = invite;
        this.caller = caller;
    }

    /** True while a transfer of ours is under way: nothing else may change then. */
    boolean isBusy() {
        return local != null;
    }

    void over() {
        local = null;
    }

    void refer(Leg leg, SipRequest refer) {
        Optional<Refusals.Refusal> refusal = refusal(leg, refer);
        if (refusal.isPresent()) {
            call.services
                    .listener()
                    .refused(refusal.get().cause(), refusal.get().reply().status());
            call.send(refer, refusal.get().reply());
            return;
        }
        ReferTo target = ReferTo.parse(refer.header("Refer-To").orElse("")).orElseThrow(); // checked
        if (policy(leg) == PeerPolicy.Refer.PASS) {
            pass(leg, refer, target);
            return;
        }
        Transfer next = new Transfer(call, leg, refer, target);
        local = next; // before it starts: it may be over at once
        next.start();
    }

    private static PeerPolicy.Refer policy(Leg leg) {
        return leg.peer.settings().policy().requests().refer();
    }

    private Optional<Refusals.Refusal> refusal(Leg leg, SipRequest refer) {
        PeerPolicy.Refer policy = policy(leg);
        if (policy == PeerPolicy.Refer.REFUSE) {
            return Optional.of(new Refusals.Refusal("transfer-refused", Refusals.methodNotAllowed(leg.peer)));
        }
        if (call.isMasked()) {
            return Optional.of(Refusals.masked());
        }
        if (call.legs().isFax()) {
            return refused(488);
        }
        if (!call.isAnswered() || call.isChanging() || isBusy()) {
            return refused(491);
        }
        Optional<Refusals.Refusal> any = Refusals.ofAny(refer);
        if (any.isPresent()) {
            return any;
        }
        List<String> targets = refer.headers("Refer-To");
        Optional<ReferTo> target = targets.size() == 1 ? ReferTo.parse(targets.getFirst()) : Optional.empty();
        if (target.isEmpty()) { // RFC 3515 §2.4.2
            return refused(400);
        }
        Optional<Leg> named = target.get().replaces().flatMap(this::ours);
        boolean declined = policy == PeerPolicy.Refer.LOCAL
                ? named.isPresent()
                : target.get().isSips() // we would write another scheme
                        || policy(call.legs().other(leg)) != PeerPolicy.Refer.PASS
                        || (target.get().replaces().isPresent()
                                && named.flatMap(n -> far(leg, n)).isEmpty());
        return declined ? refused(603) : Optional.empty();
    }

    private static Optional<Refusals.Refusal> refused(int status) {
        return Optional.of(new Refusals.Refusal("transfer-refused", SipReply.of(status)));
    }

    /** The leg whose dialog that is. */
    private Optional<Leg> ours(DialogName name) {
        return Optional.ofNullable(call.services.table().leg(name.toTag()))
                .filter(leg -> leg.dialog.callId().equals(name.callId())
                        && leg.dialog.remoteTag().equals(name.fromTag()));
    }

    /** The other dialog of another call of the transferor's, where the peer that is asked can know it. */
    private Optional<Leg> far(Leg transferor, Leg named) {
        if (named.peer != transferor.peer || named.call == call || !named.call.isAnswered()) {
            return Optional.empty();
        }
        Leg far = named.call.legs().other(named);
        return Optional.of(far).filter(leg -> leg.peer == call.legs().other(transferor).peer);
    }

    private void pass(Leg leg, SipRequest refer, ReferTo target) {
        Leg other = call.legs().other(leg);
        Map<String, String> headers = new LinkedHashMap<>();
        try {
            String number = Passage.called(leg.peer, target.user());
            String uri = call.services.sip().address(other.dialog, Passage.calledBy(other.peer, number));
            String replaces = target.replaces()
                    .flatMap(this::ours)
                    .flatMap(named -> far(leg, named))
                    .map(far ->
                            new DialogName(far.dialog.callId(), far.dialog.remoteTag(), far.dialog.localTag(), false))
                    .map(name -> "?Replaces=" + name.escaped())
                    .orElse("");
            headers.put("Refer-To", "<" + uri + replaces + ">");
            int hops = refer.maxForwards().orElse(SipCall.MAX_FORWARDS + 1) - 1;
            call.send(other, new SipCall("REFER", Optional.empty(), hops, headers), new Across(leg, other, refer));
        } catch (Unreachable e) {
            call.send(refer, SipReply.of(503));
        }
    }

    /** What the other peer says to a REFER that was passed. */
    private final class Across implements SipResponses {
        private final Leg from;
        private final Leg to;
        private final SipRequest refer;

        Across(Leg from, Leg to, SipRequest refer) {
            this.from = from;
            this.to = to;
            this.refer = refer;
        }

        @Override
        public void response(SipResponse response) {
            if (response.isSuccess()) {
                passed = Optional.of(new Passed(from, to, "refer;id=" + refer.cseq()));
                call.send(refer, SipReply.of(202));
            } else if (response.isFinal()) {
                boolean unknown = response.status() == 405 || response.status() == 501; // of its Allow, not of ours
                call.send(refer, SipReply.of(unknown ? 603 : StatusMap.toCaller(response.status())));
            }
        }

        @Override
        public void failed(Failure failure) {
            call.send(refer, SipReply.of(failure == Failure.TIMEOUT ? 408 : 503));
        }
    }

    /** RFC 3515 §2.4.4. */
    void notified(Leg leg, SipRequest notify) {
        Optional<Passed> known = passed.filter(p -> p.to == leg);
        boolean isRefer = notify.header("Event")
                .filter(e -> e.matches("(?i)refer\\s*(;.*)?"))
                .isPresent();
        if (known.isEmpty() || !isRefer) {
            boolean may = policy(leg) == PeerPolicy.Refer.PASS;
            call.send(notify, may ? SipReply.of(481) : Refusals.methodNotAllowed(leg.peer));
            return;
        }
        String fragment = new String(notify.body().orElse(new byte[0]), java.nio.charset.StandardCharsets.ISO_8859_1);
        Matcher line = STATUS_LINE.matcher(fragment);
        Matcher state = STATE.matcher(notify.header("Subscription-State").orElse("active"));
        if (!line.matches() || !state.matches() || !notify.bodyType().equals("message/sipfrag")) {
            call.send(notify, SipReply.of(400));
            return;
        }
        boolean isLast = state.group(1).equalsIgnoreCase("terminated");
        int expires = state.group(2) == null ? Transfer.EXPIRES_S : Integer.parseInt(state.group(2));
        String text = isLast ? "terminated;reason=noresource" : "active;expires=" + expires;
        call.send(notify, SipReply.of(200));
        notice(call, known.get().from, known.get().event, text, Integer.parseInt(line.group(1)));
        if (isLast) {
            passed = Optional.empty();
        }
    }

    /** Tells a transferor how far it is: of a response its status alone, so that nothing of the other side is seen. */
    @SuppressWarnings("ParameterNumber") // the parts of RFC 3515 §2.4.5
    static void notice(Call call, Leg transferor, String event, String state, int status) {
        byte[] fragment = ("SIP/2.0 " + status + " " + SipReply.reason(status) + "\r\n")
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        SipCall notify = new SipCall(
                "NOTIFY",
                Optional.of(fragment),
                SipCall.MAX_FORWARDS,
                Map.of("Event", event, "Subscription-State", state, "Content-Type", "message/sipfrag;version=2.0"));
        try {
            call.send(transferor, notify, new Farewell(() -> {}));
        } catch (Unreachable e) {
            call.services.listener().refused("peer-unreachable", 0);
        }
    }

    /** True for a transferor that hangs up before the other party has answered: its call goes on without it. */
    boolean outlives(Leg leg, SipRequest bye) {
        Transfer now = local;
        if (now == null || !now.isOf(leg)) {
            return false;
        }
        call.send(bye, SipReply.of(200));
        call.services.table().remove(leg);
        now.left();
        return true;
    }

    void callEnded() {
        if (local != null) {
            local.callEnded();
        }
    }

    /** Puts a leg, which is settled, in the place of another, to which only a BYE is owed. */
    void swap(Leg former, Leg next, AudioSession offered, AudioSession answered) {
        call.legs().replace(former, next);
        former.timer().stop();
        former.audio().close();
        call.connect(offered.direction(), answered.direction());
    }

    /** What a party is sent as who calls: the number that it has itself. */
    Passage.Outgoing onward(Leg stays, Peer to, String number) {
        return call.legs().isCalling(stays) && stays.peer == caller
                ? new Passage(caller, invite).onward(to, number)
                : Passage.onward(stays.peer, stays.dialog.remoteParty(), to, number);
    }

    /** Offers a party that stays what another one, who is to be heard now, has answered. */
    static void resume(Call call, Leg stays, AudioSession other, Resumed then) {
        try {
            SipCall again = new SipCall(
                    "INVITE",
                    Optional.of(stays.audio().offer(other)),
                    SipCall.MAX_FORWARDS,
                    stays.timer().headers());
            call.send(stays, again, new Resume(call, stays, then));
        } catch (SdpRefused e) {
            then.failed().accept(e.reason().sipStatus());
        } catch (Unreachable e) {
            then.failed().accept(503);
        }
    }

    /** What follows on a re-INVITE of ours. */
    record Resumed(java.util.function.Consumer<AudioSession> answered, IntConsumer failed) {}

    /** A re-INVITE to the party that stays. */
    private record Resume(Call call, Leg stays, Resumed then) implements SipResponses {
        @Override
        public void response(SipResponse response) {
            if (!response.isFinal()) {
                return;
            }
            if (!response.isSuccess()) {
                then.failed().accept(StatusMap.toCaller(response.status()));
                return;
            }
            stays.dialog.confirmed(response);
            call.acks().acknowledge(stays, response.cseq());
            try {
                byte[] body = response.sdp()
                        .orElseThrow(() -> new SdpRefused(SdpRefused.Reason.NO_AUDIO, "a 2xx without the answer"));
                AudioSession answer = stays.audio().readAnswer(body);
                stays.timer().agreed(response);
                then.answered().accept(answer);
            } catch (SdpRefused e) {
                then.failed().accept(e.reason().sipStatus());
            }
        }

        @Override
        public void failed(Failure failure) {
            then.failed().accept(failure == Failure.TIMEOUT ? 408 : 503);
        }
    }
}
