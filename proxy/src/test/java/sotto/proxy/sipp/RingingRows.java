package sotto.proxy.sipp;

import static sotto.proxy.sipp.Talk.AUDIO;
import static sotto.proxy.sipp.Talk.TAKES_UPDATE;
import static sotto.proxy.sipp.Talk.answered;
import static sotto.proxy.sipp.Talk.calls;
import static sotto.proxy.sipp.Talk.cancels;
import static sotto.proxy.sipp.Talk.hangsUp;
import static sotto.proxy.sipp.Talk.isCancelled;
import static sotto.proxy.sipp.Talk.isHungUp;
import static sotto.proxy.sipp.Talk.rings;

import java.util.List;
import java.util.stream.Stream;
import sotto.proxy.e2e.Scenario;
import sotto.proxy.e2e.SippSdp;

/** What comes before the answer. Stateless. */
final class RingingRows {
    private static final int LONG_ENOUGH_MS = 1000; // for an UPDATE and its 491, where the machine is busy
    private static final String RELIABLY = "Require: 100rel";

    private RingingRows() {}

    static List<Row> all() {
        return Stream.of(earlyMedia(), ringing(), forked(), reliable(), reliableWithProblems())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Row> earlyMedia() {
        return List.of(
                Row.of("early-media", "3261 §13, 3264 §5", "the answer in a 183, and in the 200")
                        .trunk(hangsUp(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(183)
                                .says(AUDIO)
                                .expect(200)
                                .says(AUDIO)
                                .ack()))
                        .agent(isHungUp(session(Scenario.start().expect("INVITE"))
                                .answer("sendrecv")
                                .expect("ACK"))),
                Row.of("early-media-then-no-body", "3261 §13", "the answer was in the 183 alone: the 200 has it too")
                        .trunk(hangsUp(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(183)
                                .expect(200)
                                .says(AUDIO)
                                .ack()))
                        .agent(isHungUp(session(Scenario.start().expect("INVITE"))
                                .body("")
                                .answer("sendrecv")
                                .expect("ACK"))),
                Row.of("early-media-without-body", "3261 §13", "a 183 without SDP is a 183 without SDP")
                        .trunk(hangsUp(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(183)
                                .lacks("Content-Type")
                                .expect(200)
                                .ack()))
                        .agent(isHungUp(Scenario.start()
                                .expect("INVITE")
                                .respond(183, "Session Progress")
                                .answer("sendrecv")
                                .expect("ACK"))));
    }

    private static List<Row> ringing() {
        return List.of(
                Row.of("queued-is-ringing", "3261 §21", "182 of the called side is 180 for the caller")
                        .trunk(hangsUp(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(180)
                                .expect(200)
                                .ack()))
                        .agent(isHungUp(Scenario.start()
                                .expect("INVITE")
                                .respond(182, "Queued")
                                .answer("sendrecv")
                                .expect("ACK"))),
                Row.of("answer-without-body", "3264 §5", "a 2xx without the answer that was due: ACK, BYE; 502")
                        .trunk(Scenario.start()
                                .invite()
                                .mayGet(100, 180)
                                .expect(502)
                                .ackOfFailure())
                        .agent(isHungUp(rings().body("").answer("").expect("ACK"))),
                Row.of("update-while-ringing", "3311 §5", "491 while the first offer has no answer")
                        .trunk(cancels(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(180)
                                .body(SippSdp.audio("sendonly"))
                                .request("UPDATE")
                                .expect(491)))
                        .agent(isCancelled(rings())));
    }

    private static Scenario session(Scenario invited) {
        return invited.body(SippSdp.audio("sendrecv")).respond(183, "Session Progress");
    }

    private static List<Row> forked() {
        return List.of(
                Row.of("forked-ringing", "3261 §12, 3261 §13", "three early dialogs of a fork are one for the caller")
                        .trunk(isHungUp(
                                answered(Scenario.start().invite().mayGet(100).expect(180))))
                        .agent(hangsUp(Scenario.start()
                                .expect("INVITE")
                                .branch("a")
                                .respond(180, "Ringing")
                                .branch("b")
                                .respond(180, "Ringing")
                                .branch("c")
                                .respond(180, "Ringing")
                                .branch("b")
                                .answer("sendrecv")
                                .expect("ACK")
                                .matches("^ACK sip:agent1-0b@")
                                .has("To", "-1b"))),
                Row.of(
                                "forked-early-media",
                                "3261 §13",
                                "183 of one branch, 200 of the other with an answer of its own")
                        .trunk(isHungUp(answered(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(183)
                                .says(AUDIO))))
                        .agent(hangsUp(session(Scenario.start().expect("INVITE").branch("a"))
                                .branch("b")
                                .answer("sendrecv")
                                .expect("ACK")
                                .has("To", "-1b"))),
                Row.of(
                                "forked-answers",
                                "3261 §13",
                                "the second 2xx of a fork gets ACK and BYE, the first call goes on")
                        .trunk(isHungUp(calls()))
                        .agent(hangsUp(Scenario.start()
                                .expect("INVITE")
                                .branch("a")
                                .respond(180, "Ringing")
                                .branch("b")
                                .respond(180, "Ringing")
                                .branch("a")
                                .answer("sendrecv")
                                .expect("ACK")
                                .has("To", "-1a")
                                .branch("b")
                                .ofInvite()
                                .answer("sendrecv")
                                .expect("ACK")
                                .has("To", "-1b")
                                .expect("BYE")
                                .has("To", "-1b")
                                .respond(200, "OK")
                                .branch("a"))));
    }

    private static List<Row> reliable() {
        return List.of(
                Row.of(
                                "prack-of-the-called-side",
                                "3262 §4",
                                "a reliable 180 gets PRACK from us, the caller a plain 180")
                        .trunk(hangsUp(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(180)
                                .lacks("RSeq")
                                .lacks("Require")
                                .expect(200)
                                .ack()))
                        .agent(isHungUp(Scenario.start()
                                .expect("INVITE")
                                .matches("(Supported: ?|, ?)100rel")
                                .with(RELIABLY, "RSeq: 17")
                                .respond(180, "Ringing")
                                .expect("PRACK")
                                .has("RAck", "^ ?17 [0-9]+ INVITE")
                                .respond(200, "OK")
                                .ofInvite()
                                .answer("sendrecv")
                                .expect("ACK"))),
                Row.of(
                                "prack-of-the-caller",
                                "3262 §3",
                                "who requires it gets its 180 with RSeq, the other side does not")
                        .trunk(cancels(pracks(Scenario.start()
                                .with(RELIABLY)
                                .invite()
                                .mayGet(100)
                                .expect(180))))
                        .agent(isCancelled(Scenario.start()
                                .expect("INVITE")
                                .lacks("Require")
                                .respond(180, "Ringing"))),
                Row.of(
                                "prack-on-both-sides",
                                "3262 §3, 3262 §4",
                                "each leg numbers its own; the 200 waits for the PRACK")
                        .trunk(hangsUp(pracks(Scenario.start()
                                        .with("Supported: 100rel")
                                        .invite()
                                        .mayGet(100)
                                        .expect(183)
                                        .says(AUDIO))
                                .expect(200)
                                .says(AUDIO)
                                .ack()))
                        .agent(isHungUp(
                                session(Scenario.start().expect("INVITE").with(RELIABLY, "RSeq: 4711"))
                                        .expect("PRACK")
                                        .has("RAck", "^ ?4711 [0-9]+ INVITE")
                                        .respond(200, "OK")
                                        .ofInvite()
                                        .answer("sendrecv")
                                        .expect("ACK"))));
    }

    private static List<Row> reliableWithProblems() {
        return List.of(
                Row.of(
                                "prack-of-nothing",
                                "3262 §3",
                                "481 to a PRACK of what was never sent; the right one still counts")
                        .trunk(cancels(Scenario.start()
                                .with(RELIABLY)
                                .invite()
                                .mayGet(100)
                                .expect(180)
                                .remember("rseq", "RSeq", "[0-9]+")
                                .remember("ringing", "To", ".*")
                                .with("RAck: 1 99 INVITE")
                                .request("PRACK")
                                .expect(481)
                                .with("RAck: [$rseq] 1 INVITE", "To:[$ringing]")
                                .request("PRACK")
                                .expect(200)))
                        .agent(isCancelled(rings())),
                Row.of("prack-with-offer", "3262 §5", "488 to another offer in the PRACK, which counts all the same")
                        .trunk(cancels(Scenario.start()
                                .with(RELIABLY)
                                .invite()
                                .mayGet(100)
                                .expect(180)
                                .remember("rseq", "RSeq", "[0-9]+")
                                .with("RAck: [$rseq] 1 INVITE")
                                .body(SippSdp.audio("sendrecv"))
                                .request("PRACK")
                                .expect(488)))
                        .agent(isCancelled(rings())),
                Row.of("reliable-and-late-offer", "3262 §5", "420: the offer would have to be in an 18x")
                        .trunk(Scenario.start()
                                .with(RELIABLY)
                                .body("")
                                .invite()
                                .mayGet(100)
                                .expect(420)
                                .has("Unsupported", "100rel")
                                .ackOfFailure()),
                Row.of(
                                "update-before-the-answer-of-the-called",
                                "3311 §5",
                                "UPDATE of an early dialog gets 491 there too")
                        .trunk(cancels(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(180)
                                .pause(LONG_ENOUGH_MS)))
                        .agent(isCancelled(rings().with(TAKES_UPDATE)
                                .body(SippSdp.audio("sendrecv"))
                                .request("UPDATE")
                                .expect(491))));
    }

    /** Acknowledges the 18x that came last, and has its 200. */
    private static Scenario pracks(Scenario ringing) {
        return ringing.has("Require", "100rel")
                .remember("rseq", "RSeq", "[0-9]+")
                .with("RAck: [$rseq] 1 INVITE")
                .request("PRACK")
                .expect(200)
                .lacks("Content-Type");
    }
}
