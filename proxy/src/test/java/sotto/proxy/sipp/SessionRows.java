package sotto.proxy.sipp;

import static sotto.proxy.sipp.Talk.AUDIO;
import static sotto.proxy.sipp.Talk.TAKES_UPDATE;
import static sotto.proxy.sipp.Talk.answered;
import static sotto.proxy.sipp.Talk.answers;
import static sotto.proxy.sipp.Talk.answersForUpdate;
import static sotto.proxy.sipp.Talk.calls;
import static sotto.proxy.sipp.Talk.hangsUp;
import static sotto.proxy.sipp.Talk.isHungUp;
import static sotto.proxy.sipp.Talk.isReInvited;
import static sotto.proxy.sipp.Talk.isSettled;
import static sotto.proxy.sipp.Talk.reInvites;
import static sotto.proxy.sipp.Talk.rings;
import static sotto.proxy.sipp.Talk.settles;

import java.util.List;
import java.util.stream.Stream;
import sotto.proxy.e2e.Scenario;
import sotto.proxy.e2e.SippSdp;

/** What changes while a call is up. Stateless. */
final class SessionRows {
    private SessionRows() {}

    static List<Row> all() {
        return Stream.of(holds(), glare(), reInvitesThatFail(), lateOffers(), updates())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Row> holds() {
        return List.of(
                hold("sendonly", "recvonly", "on hold, with music"),
                hold("inactive", "inactive", "on hold, without"),
                hold("recvonly", "sendonly", "the caller listens only"),
                Row.of("hold-of-old", "3264 §8", "c=0.0.0.0 is a hold: sendonly across, with our own address")
                        .trunk(hangsUp(reInvites(
                                reInvites(
                                        calls().body(SippSdp.at(
                                                "0.0.0.0",
                                                "m=audio [media_port] RTP/AVP 8 101",
                                                "a=rtpmap:101 telephone-event/8000")),
                                        "recvonly"),
                                "sendrecv",
                                "sendrecv")))
                        .agent(isHungUp(isReInvited(
                                answers()
                                        .expect("INVITE")
                                        .says("c=IN IP4 127[.]0[.]0[.]1.*a=sendonly")
                                        .answer("recvonly")
                                        .expect("ACK"),
                                "sendrecv",
                                "sendrecv"))),
                Row.of("hold-by-the-called-side", "3264 §8", "a hold the other way round")
                        .trunk(isHungUp(isReInvited(
                                isReInvited(settles(calls()), "sendonly", "recvonly"), "sendrecv", "sendrecv")))
                        .agent(hangsUp(reInvites(
                                reInvites(isSettled(answersForUpdate()), "sendonly", "recvonly"),
                                "sendrecv",
                                "sendrecv"))),
                Row.of("hold-by-both", "3264 §8", "each holds the other: inactive, and nobody resumes for the other")
                        .trunk(hangsUp(isReInvited(
                                settlesOnHold(reInvites(calls(), "sendonly", "recvonly")), "inactive", "inactive")))
                        .agent(isHungUp(reInvites(
                                isSettledOnHold(isReInvited(answersForUpdate(), "sendonly", "recvonly")),
                                "inactive",
                                "inactive"))),
                Row.of("hold-answered-too-widely", "3264 §6", "sendrecv in answer to sendonly is cut to recvonly")
                        .trunk(hangsUp(reInvites(calls(), "sendonly", "recvonly")))
                        .agent(isHungUp(isReInvited(answers(), "sendonly", "sendrecv"))),
                Row.of(
                                "same-offer-again",
                                "3264 §8",
                                "the version of our SDP stays where nothing changed, and rises else")
                        .trunk(hangsUp(reInvites(reInvites(calls(), "sendrecv", "sendrecv"), "sendonly", "recvonly")))
                        .agent(isHungUp(answers()
                                .expect("INVITE")
                                .says("o=- [0-9]+ 1 IN")
                                .answer("sendrecv")
                                .expect("ACK")
                                .expect("INVITE")
                                .says("o=- [0-9]+ 2 IN")
                                .answer("recvonly")
                                .expect("ACK"))));
    }

    private static Row hold(String offered, String answered, String shows) {
        return Row.of(
                        "hold-" + offered,
                        "3264 §8, 3261 §14",
                        shows + ": " + offered + " crosses, and " + answered + " back")
                .trunk(hangsUp(reInvites(reInvites(calls(), offered, answered), "sendrecv", "sendrecv")))
                .agent(isHungUp(isReInvited(isReInvited(answers(), offered, answered), "sendrecv", "sendrecv")));
    }

    private static List<Row> glare() {
        return List.of(
                Row.of("glare", "3261 §14", "a re-INVITE while the other's is pending gets 491, which goes on")
                        .trunk(isHungUp(reInvites(calls(), "sendonly", "recvonly")))
                        .agent(hangsUp(answers()
                                .expect("INVITE")
                                .reInvite("sendonly")
                                .mayGet(100)
                                .expect(491)
                                .ackOfFailure()
                                .ofInvite()
                                .answer("recvonly")
                                .expect("ACK"))),
                Row.of(
                                "glare-at-the-other-side",
                                "3261 §14",
                                "491 of the called side crosses, for the caller tries again")
                        .trunk(hangsUp(reInvites(
                                calls().reInvite("sendonly")
                                        .mayGet(100)
                                        .expect(491)
                                        .ackOfFailure(),
                                "sendonly",
                                "recvonly")))
                        .agent(isHungUp(isReInvited(
                                answers()
                                        .expect("INVITE")
                                        .respond(491, "Request Pending")
                                        .expect("ACK"),
                                "sendonly",
                                "recvonly"))));
    }

    private static List<Row> reInvitesThatFail() {
        return List.of(
                Row.of("re-invite-refused", "3261 §14", "488 crosses; the call goes on as it was")
                        .trunk(hangsUp(calls().reInvite("sendonly")
                                .mayGet(100)
                                .expect(488)
                                .ackOfFailure()))
                        .agent(isHungUp(answers()
                                .expect("INVITE")
                                .respond(488, "Not Acceptable Here")
                                .expect("ACK"))),
                Row.of("re-invite-of-a-lost-dialog", "3261 §14", "481 crosses, and ends the call on both sides")
                        .trunk(isHungUp(calls().reInvite("sendonly")
                                .mayGet(100)
                                .expect(481)
                                .ackOfFailure()))
                        .agent(isHungUp(
                                answers().expect("INVITE").respond(481, "Gone").expect("ACK"))),
                Row.of("re-invite-cancelled", "3261 §9, 3261 §14", "CANCEL of a re-INVITE crosses; the call goes on")
                        .trunk(isHungUp(calls().reInvite("sendonly")
                                .expect(100)
                                .cancel()
                                .expect(200)
                                .expect(487)
                                .ackOfFailure()))
                        .agent(hangsUp(answers()
                                .expect("INVITE")
                                .respond(180, "Ringing")
                                .expect("CANCEL")
                                .respond(200, "OK")
                                .ofInvite()
                                .respond(487, "Request Terminated")
                                .expect("ACK"))),
                Row.of("re-invite-without-audio", "3264 §8", "488 to an offer that drops the audio; the call goes on")
                        .trunk(hangsUp(calls().body(SippSdp.of("m=audio 0 RTP/AVP 8"))
                                .request("INVITE")
                                .mayGet(100)
                                .expect(488)
                                .ackOfFailure()))
                        .agent(isHungUp(answers())));
    }

    private static List<Row> lateOffers() {
        return List.of(
                Row.of("late-offer", "3264 §5", "no offer in the INVITE: it is in the 200, and the answer in the ACK")
                        .trunk(hangsUp(Scenario.start()
                                .body("")
                                .invite()
                                .mayGet(100, 180)
                                .expect(200)
                                .says(AUDIO)
                                .body(SippSdp.audio("sendrecv"))
                                .ack()))
                        .agent(isHungUp(Scenario.start()
                                .expect("INVITE")
                                .lacks("Content-Type")
                                .answer("sendrecv")
                                .expect("ACK")
                                .says(AUDIO))),
                Row.of("late-offer-without-answer", "3264 §5", "an ACK without the answer ends the call on both sides")
                        .trunk(isHungUp(Scenario.start()
                                .body("")
                                .invite()
                                .mayGet(100, 180)
                                .expect(200)
                                .ack()))
                        .agent(isHungUp(Scenario.start()
                                .expect("INVITE")
                                .answer("sendrecv")
                                .expect("ACK"))),
                Row.of("late-offer-in-the-call", "3264 §5, 3261 §14", "the same for a re-INVITE")
                        .trunk(hangsUp(calls().body("")
                                .request("INVITE")
                                .mayGet(100)
                                .expect(200)
                                .says(AUDIO)
                                .body(SippSdp.audio("recvonly"))
                                .ack()))
                        .agent(isHungUp(answers()
                                .expect("INVITE")
                                .lacks("Content-Type")
                                .answer("sendrecv")
                                .expect("ACK")
                                .says("a=recvonly"))));
    }

    private static List<Row> updates() {
        return List.of(
                Row.of("update-crosses", "3311 §5", "UPDATE with an offer, where the called side takes it")
                        .trunk(hangsUp(updates(calls())))
                        .agent(isHungUp(isUpdated(answersForUpdate()))),
                Row.of("update-of-the-called-side", "3311 §5", "the same the other way round")
                        .trunk(isHungUp(isUpdated(settles(
                                answered(Scenario.start().with(TAKES_UPDATE).invite())))))
                        .agent(hangsUp(updates(isSettled(answersForUpdate())))),
                Row.of("update-becomes-re-invite", "3311 §5", "where the called side does not take UPDATE")
                        .trunk(hangsUp(updates(calls())))
                        .agent(isHungUp(isReInvited(
                                rings().with("Allow: INVITE, ACK, BYE, CANCEL")
                                        .answer("sendrecv")
                                        .expect("ACK"),
                                "sendonly",
                                "recvonly"))),
                Row.of("update-refused", "3311 §5", "488 to an UPDATE crosses; the call goes on")
                        .trunk(hangsUp(calls().body(SippSdp.audio("sendonly"))
                                .request("UPDATE")
                                .expect(488)))
                        .agent(isHungUp(rings().with(TAKES_UPDATE)
                                .answer("sendrecv")
                                .expect("ACK")
                                .expect("UPDATE")
                                .respond(488, "Not Acceptable Here"))),
                Row.of("update-without-offer", "3311 §5, 4028 §7", "a refresh is answered here, and does not cross")
                        .trunk(hangsUp(calls().request("UPDATE").expect(200).lacks("Content-Type")))
                        .agent(isHungUp(answers())));
    }

    private static Scenario settlesOnHold(Scenario talk) {
        return talk.body(SippSdp.audio("sendonly")).request("UPDATE").expect(200);
    }

    private static Scenario isSettledOnHold(Scenario talk) {
        return talk.expect("UPDATE").body(SippSdp.audio("recvonly")).respond(200, "OK");
    }

    private static Scenario updates(Scenario talk) {
        return talk.body(SippSdp.audio("sendonly"))
                .request("UPDATE")
                .expect(200)
                .says("a=recvonly");
    }

    private static Scenario isUpdated(Scenario talk) {
        return talk.expect("UPDATE")
                .says("a=sendonly")
                .body(SippSdp.audio("recvonly"))
                .respond(200, "OK");
    }
}
