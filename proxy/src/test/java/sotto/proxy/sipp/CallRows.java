package sotto.proxy.sipp;

import static sotto.proxy.sipp.Talk.AUDIO;
import static sotto.proxy.sipp.Talk.OURS;
import static sotto.proxy.sipp.Talk.answers;
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

/** Calls as they begin and end. Stateless. */
final class CallRows {
    private CallRows() {}

    static List<Row> all() {
        return Stream.of(basic(), causes(), cancelled(), lost(), refused())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Row> basic() {
        return List.of(
                Row.of(
                                "basic-call",
                                "3261 §12, 3261 §13, 3261 §15",
                                "ringing, answer and BYE of the caller; two dialogs")
                        .trunk(hangsUp(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(180)
                                .has("To", ";tag=")
                                .has("Contact", OURS)
                                .expect(200)
                                .has("Contact", OURS)
                                .matches("(Allow: ?|, ?)UPDATE")
                                .says(AUDIO)
                                .ack()))
                        .agent(isHungUp(Scenario.start()
                                .expect("INVITE")
                                .matches("^INVITE sip:100@")
                                .has("Contact", OURS)
                                .has("Max-Forwards", "69")
                                .matches("(Allow: ?|, ?)UPDATE")
                                .says(AUDIO)
                                .respond(180, "Ringing")
                                .answer("sendrecv")
                                .expect("ACK")
                                .matches("^ACK sip:agent1-0@")))
                        .calls(3),
                Row.of("called-hangs-up", "3261 §15", "BYE of the called side crosses")
                        .trunk(isHungUp(calls()))
                        .agent(hangsUp(answers())),
                Row.of("call-to-the-trunk", "3261 §12, 3261 §13", "a call from behind to the carrier")
                        .trunk(isHungUp(answers()))
                        .agent(hangsUp(calls())),
                Row.of("call-over-tcp", "3261 §18", "both sides over TCP")
                        .trunk(hangsUp(calls()))
                        .overTcp()
                        .agent(isHungUp(answers()))
                        .overTcp(),
                Row.of("call-from-tcp-to-udp", "3261 §18", "a transport for each side")
                        .trunk(isHungUp(calls()))
                        .overTcp()
                        .agent(hangsUp(answers())),
                Row.of("bye-in-a-call-that-is-over", "3261 §12, 3261 §15", "481 to a second BYE")
                        .trunk(hangsUp(calls()).bye().expect(481))
                        .agent(isHungUp(answers())),
                Row.of("media-crosses", "4961, 3550 §11", "the capture of SIPp comes back from its echo")
                        .trunk(hangsUp(calls().play("g711a").pause(1500)))
                        .agent(isHungUp(answers()))
                        .arguments("-rtp_echo")
                        .hears(30));
    }

    private static List<Row> causes() {
        return List.of(
                Row.of("cause-of-the-bye", "3326 §2", "the cause crosses, one of each protocol, without its text")
                        .trunk(calls().expect("BYE")
                                .has("Reason", "^ ?Q.850;cause=16, SIP;cause=200$")
                                .respond(200, "OK"))
                        .agent(answers()
                                .with("Reason: Q.850;cause=16;text=\"from 10.1.2.3\", SIP;cause=200, X;cause=1")
                                .bye()
                                .expect(200)),
                Row.of("cause-of-the-cancel", "3326 §2", "a phone is told that a call was answered elsewhere")
                        .trunk(cancels(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(180)
                                .with("Reason: SIP ;cause=200 ;text=\"Call completed elsewhere\"")))
                        .agent(rings().expect("CANCEL")
                                .has("Reason", "^ ?SIP;cause=200$")
                                .respond(200, "OK")
                                .ofInvite()
                                .respond(487, "Request Terminated")
                                .expect("ACK")));
    }

    private static List<Row> cancelled() {
        return List.of(
                Row.of("cancel-before-any-response", "3261 §9", "CANCEL waits for the first provisional response")
                        .trunk(cancels(Scenario.start().invite().expect(100)))
                        .agent(isCancelled(
                                Scenario.start().expect("INVITE").pause(300).respond(180, "Ringing"))),
                Row.of("cancel-while-ringing", "3261 §9", "CANCEL crosses")
                        .trunk(cancels(Scenario.start().invite().mayGet(100).expect(180)))
                        .agent(isCancelled(rings())),
                Row.of("cancel-with-early-media", "3261 §9", "CANCEL after 183 with an answer")
                        .trunk(cancels(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(183)
                                .says(AUDIO)))
                        .agent(isCancelled(Scenario.start()
                                .expect("INVITE")
                                .body(SippSdp.audio("sendrecv"))
                                .respond(183, "Session Progress"))),
                Row.of("cancel-crosses-answer", "3261 §9, 3261 §13", "a 2xx that crossed the CANCEL gets ACK and BYE")
                        .trunk(cancels(Scenario.start().invite().mayGet(100).expect(180)))
                        .agent(isHungUp(rings().expect("CANCEL")
                                .respond(200, "OK")
                                .ofInvite()
                                .answer("sendrecv")
                                .expect("ACK"))),
                Row.of("cancel-of-nothing", "3261 §9", "CANCEL without its INVITE gets 481")
                        .trunk(Scenario.start().first("CANCEL").expect(481)),
                Row.of("bye-while-ringing", "3261 §15", "BYE in an early dialog ends the INVITE with 487")
                        .trunk(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(180)
                                .bye()
                                .expect(200)
                                .expect(487)
                                .ackOfFailure())
                        .agent(isCancelled(rings())));
    }

    private static List<Row> lost() {
        return List.of(
                Row.of("invite-sent-again", "3261 §17", "an INVITE that comes twice makes one call")
                        .trunk(cancels(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(180)
                                .again()))
                        .agent(isCancelled(rings()))
                        .then("agent1", "attempts", 1),
                Row.of("answer-sent-again", "3261 §13", "each 2xx to ours gets its ACK")
                        .trunk(isHungUp(calls()))
                        .agent(hangsUp(rings().ofInvite()
                                .answer("sendrecv")
                                .expect("ACK")
                                .again()
                                .expect("ACK"))),
                Row.of("bye-sent-again", "3261 §17", "a BYE that comes twice crosses once, and gets no 481")
                        .trunk(calls().bye().expect(200).again().pause(200))
                        .agent(isHungUp(answers())),
                Row.of("ack-never-comes", "3261 §12, 3261 §13", "64 T1 after a 2xx without an ACK, BYE to both")
                        .trunk(isHungUp(
                                Scenario.start().invite().mayGet(100, 180).expect(200)))
                        .agent(isHungUp(answers()))
                        .atMost(60));
    }

    private static List<Row> refused() {
        return Stream.of(
                        new int[] {400, 400},
                        new int[] {403, 403},
                        new int[] {404, 404},
                        new int[] {410, 410},
                        new int[] {480, 480},
                        new int[] {481, 480},
                        new int[] {484, 484},
                        new int[] {486, 486},
                        new int[] {487, 480},
                        new int[] {488, 488},
                        new int[] {401, 500},
                        new int[] {421, 500},
                        new int[] {500, 500},
                        new int[] {503, 500},
                        new int[] {600, 600},
                        new int[] {603, 603},
                        new int[] {606, 606},
                        new int[] {302, 480})
                .map(status -> refused(status[0], status[1]))
                .toList();
    }

    private static Row refused(int said, int told) {
        String shows = said + " of the called side is " + told + " for the caller";
        return Row.of("refused-" + said, "3261 §21, 6432", said == 503 ? shows + ", without its Retry-After" : shows)
                .trunk(Scenario.start()
                        .invite()
                        .mayGet(100)
                        .expect(180)
                        .expect(told)
                        .has("Reason", "^ ?Q.850;cause=17$")
                        .lacks("Retry-After")
                        .lacks("Contact")
                        .lacks("WWW-Authenticate")
                        .ackOfFailure())
                .agent(rings().with(
                                "Reason: Q.850;cause=17;text=\"x\"",
                                "Retry-After: 77",
                                "WWW-Authenticate: Digest realm=\"x\", nonce=\"y\"")
                        .respond(said, "No")
                        .expect("ACK"));
    }
}
