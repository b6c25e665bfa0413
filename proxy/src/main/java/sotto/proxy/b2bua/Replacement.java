package sotto.proxy.b2bua;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.sdp.AudioSession;
import sotto.proxy.sdp.Direction;
import sotto.proxy.sdp.LocalAudio;
import sotto.proxy.sdp.SdpRefused;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.refer.DialogName;
import sotto.proxy.trunk.Peer;

/**
 * An INVITE that is to take the place of a dialog of ours (RFC 3891): a colleague picks a call up, or an attended transfer
 * comes back to us. Runs on the queue of the call that it names.
 *
 * <pre>
 *  Replaces                                            answer
 *  twice, or not one that can be read                  400 (§3)
 *  no dialog of ours; of another peer; ringing         481
 *  of a peer that may not (refer is not local)         481
 *  over                                                603
 *  early-only, and it is answered                      486
 *  while secure-pay is on                              488
 *  while it carries a fax                              488
 *  while something else changes                        491
 *  no offer, or no codec that whoever stays has        488
 *  right                                               200; BYE to the one that was there
 * </pre>
 */
record Replacement(Leg former, DialogName name, SipRequest invite, Peer from) {
    private static final Logger LOG = LoggerFactory.getLogger(Replacement.class);

    /** Answers it here, or brings it to its call. */
    static void take(CallServices services, SipRequest invite, Peer from) {
        List<String> values = invite.headers("Replaces");
        Optional<DialogName> name = values.size() == 1 ? DialogName.parse(values.getFirst()) : Optional.empty();
        Optional<Leg> former =
                name.flatMap(n -> Optional.ofNullable(services.table().leg(n.toTag()))
                        .filter(leg -> leg.peer == from
                                && leg.dialog.callId().equals(n.callId())
                                && leg.dialog.remoteTag().equals(n.fromTag())));
        boolean may = from.settings().policy().requests().refer() == PeerPolicy.Refer.LOCAL;
        if (former.isEmpty() || !may || !invite.accept()) {
            int status = name.isEmpty() ? 400 : 481;
            services.listener().refused("transfer-refused", status);
            services.reply(invite, SipReply.of(status));
            return;
        }
        services.reply(invite, SipReply.of(100));
        Replacement found = new Replacement(former.get(), name.orElseThrow(), invite, from);
        former.get().call.queue().execute(found::take);
    }

    private void take() {
        Call call = former.call;
        Optional<Refusals.Refusal> refusal = refusal(call);
        if (refusal.isPresent()) {
            refuse(call, refusal.get());
            return;
        }
        LocalAudio audio = call.services
                .audio(call.openedMedia(), from, invite.source().transport())
                .orElseThrow(); // the ports are there: it is one peer
        Leg stays = call.legs().other(former);
        try {
            AudioSession offer = audio.readOffer(invite.sdp().orElseThrow());
            AudioSession carried = stays.audio().carried();
            byte[] body = audio.answer(offer, carried);
            if (!from.enter(System.nanoTime())) {
                audio.close();
                refuse(call, new Refusals.Refusal("peer-limit", Refusals.unavailable()));
                return;
            }
            Leg next = new Leg(
                    call,
                    from,
                    call.services.sip().answering(invite),
                    invite.source().toString(),
                    audio);
            next.allows(invite.allows());
            boolean wasHeld = call.isHeld();
            call.transfers.swap(former, next, offer, carried);
            SipReply ok = SipReply.of(200).body(body).with("Allow", Refusals.allowed(from));
            call.acks().answer(next, invite, next.timer().agreed(invite, ok));
            call.bye(former);
            LOG.info("call {}: the {} has another party now", call.id(), Call.name(former.side));
            if (wasHeld && offer.direction() == Direction.SENDRECV) {
                resume(call, stays, offer.narrowed());
            }
        } catch (SdpRefused e) {
            audio.close();
            refuse(call, Refusals.of(e));
        }
    }

    /** Whoever stays was on hold, by who is gone. */
    private static void resume(Call call, Leg stays, AudioSession offer) {
        Transfers.resume(
                call,
                stays,
                offer,
                new Transfers.Resumed(
                        answer -> call.connect(offer.direction(), answer.direction()),
                        status -> call.services.listener().refused("transfer-failed", status)));
    }

    private Optional<Refusals.Refusal> refusal(Call call) {
        if (call.isEnded() || !call.legs().has(former)) {
            return refused(603);
        }
        if (!call.isAnswered()) {
            return refused(481);
        }
        if (name.earlyOnly()) {
            return refused(486);
        }
        if (call.isMasked()) {
            return Optional.of(Refusals.masked());
        }
        if (call.legs().isFax()) {
            return refused(488);
        }
        if (call.isChanging() || call.transfers.isBusy()) {
            return refused(491);
        }
        return invite.sdp().isEmpty() ? refused(488) : Refusals.ofReplacing(invite);
    }

    private static Optional<Refusals.Refusal> refused(int status) {
        return Optional.of(new Refusals.Refusal("transfer-refused", SipReply.of(status)));
    }

    private void refuse(Call call, Refusals.Refusal refusal) {
        call.services.listener().refused(refusal.cause(), refusal.reply().status());
        call.services.reply(invite, refusal.reply());
    }
}
