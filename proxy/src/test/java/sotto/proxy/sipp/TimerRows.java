package sotto.proxy.sipp;

import static sotto.proxy.sipp.Talk.TAKES_UPDATE;
import static sotto.proxy.sipp.Talk.calls;
import static sotto.proxy.sipp.Talk.hangsUp;
import static sotto.proxy.sipp.Talk.isHungUp;
import static sotto.proxy.sipp.Talk.rings;

import java.util.List;
import java.util.stream.Stream;
import sotto.proxy.e2e.Scenario;

/**
 * Session timers. Stateless. A caller cannot have less than the 90 s of RFC 4028 §4, so its rows wait for 45 and 60 s; what
 * the called side says in its 200 is taken as it is.
 */
final class TimerRows {
    private static final String KNOWS_TIMER = "Supported: timer";

    private TimerRows() {}

    static List<Row> all() {
        return Stream.of(ofTheCaller(), longOnes(), ofTheCalled(), endsOfTheCalled())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Row> ofTheCaller() {
        return List.of(
                Row.of("session-timer-too-short", "4028 §8", "422 with Min-SE")
                        .trunk(Scenario.start()
                                .with(KNOWS_TIMER, "Session-Expires: 89")
                                .invite()
                                .mayGet(100)
                                .expect(422)
                                .has("Min-SE", "90")
                                .ackOfFailure()),
                Row.of(
                                "session-timer-of-the-caller",
                                "4028 §8, 4028 §9",
                                "the caller refreshes; the other leg has none")
                        .trunk(hangsUp(answered(
                                        Scenario.start()
                                                .with(KNOWS_TIMER, "Session-Expires: 1800")
                                                .invite(),
                                        "1800;refresher=uac")
                                .with(KNOWS_TIMER, "Session-Expires: 900;refresher=uac")
                                .request("UPDATE")
                                .expect(200)
                                .has("Session-Expires", "900;refresher=uac")))
                        .agent(isHungUp(Scenario.start()
                                .expect("INVITE")
                                .lacks("Session-Expires")
                                .answer("sendrecv")
                                .expect("ACK"))),
                Row.of(
                                "session-timer-of-an-old-caller",
                                "4028 §9",
                                "we refresh where the caller cannot, and ask nothing")
                        .trunk(hangsUp(Scenario.start()
                                .with("Session-Expires: 1800")
                                .invite()
                                .mayGet(100, 180)
                                .expect(200)
                                .has("Session-Expires", "1800;refresher=uas")
                                .lacks("Require")
                                .ack()))
                        .agent(isHungUp(Talk.answers())));
    }

    private static List<Row> longOnes() {
        return List.of(
                Row.of("session-refreshed-by-us", "4028 §9, 4028 §10", "UPDATE to the caller after half of 90 s")
                        .trunk(hangsUp(answered(
                                        Scenario.start()
                                                .with(KNOWS_TIMER, TAKES_UPDATE, "Session-Expires: 90;refresher=uas")
                                                .invite(),
                                        "90;refresher=uas")
                                .expect("UPDATE")
                                .has("Session-Expires", "90;refresher=uac")
                                .with("Require: timer", "Session-Expires: 90;refresher=uac")
                                .respond(200, "OK")))
                        .agent(isHungUp(Talk.answers()))
                        .atMost(75),
                Row.of("session-not-refreshed-by-the-caller", "4028 §10", "BYE to both after 60 of its 90 s")
                        .trunk(isHungUp(answered(
                                Scenario.start()
                                        .with(KNOWS_TIMER, "Session-Expires: 90;refresher=uac")
                                        .invite(),
                                "90;refresher=uac")))
                        .agent(isHungUp(Talk.answers()))
                        .atMost(90));
    }

    private static Scenario answered(Scenario invite, String expires) {
        return invite.mayGet(100, 180)
                .expect(200)
                .has("Session-Expires", expires)
                .has("Require", "timer")
                .ack();
    }

    private static List<Row> ofTheCalled() {
        return List.of(
                Row.of(
                                "session-without-time",
                                "4028 §10",
                                "Session-Expires: 0 makes no storm: a refresh a second at most")
                        .trunk(isHungUp(calls()))
                        .agent(hangsUp(answers("0;refresher=uac", TAKES_UPDATE)
                                .expect("UPDATE")
                                .with("Require: timer", "Session-Expires: 0;refresher=uac")
                                .respond(200, "OK")
                                .pause(300))),
                Row.of(
                                "session-refreshed-with-update",
                                "4028 §7, 4028 §10",
                                "UPDATE at half the time the called side asked for")
                        .trunk(isHungUp(calls()))
                        .agent(hangsUp(answers("4;refresher=uac", TAKES_UPDATE)
                                .expect("UPDATE")
                                .has("Session-Expires", "4;refresher=uac")
                                .lacks("Content-Type")
                                .with("Require: timer", "Session-Expires: 1800;refresher=uac")
                                .respond(200, "OK"))),
                Row.of("session-refreshed-with-re-invite", "4028 §7", "the same SDP again, to who does not take UPDATE")
                        .trunk(isHungUp(calls()))
                        .agent(hangsUp(answers("4;refresher=uac", "Allow: INVITE, ACK, BYE, CANCEL")
                                .expect("INVITE")
                                .has("Session-Expires", "4;refresher=uac")
                                .says("o=- [0-9]+ 1 IN")
                                .with("Require: timer", "Session-Expires: 1800;refresher=uac")
                                .answer("sendrecv")
                                .expect("ACK"))),
                Row.of("session-refresh-refused", "4028 §7", "405 to the UPDATE: re-INVITE instead")
                        .trunk(isHungUp(calls()))
                        .agent(hangsUp(answers("4;refresher=uac", TAKES_UPDATE)
                                .expect("UPDATE")
                                .respond(405, "Method Not Allowed")
                                .expect("INVITE")
                                .with("Require: timer", "Session-Expires: 1800;refresher=uac")
                                .answer("sendrecv")
                                .expect("ACK"))));
    }

    private static List<Row> endsOfTheCalled() {
        return List.of(
                Row.of("session-refresh-of-a-lost-dialog", "4028 §10", "481 to the refresh ends the call")
                        .trunk(isHungUp(calls()))
                        .agent(isHungUp(answers("4;refresher=uac", TAKES_UPDATE)
                                .expect("UPDATE")
                                .respond(481, "Gone"))),
                Row.of("session-not-refreshed-by-the-called", "4028 §10", "BYE to both before its time is over")
                        .trunk(isHungUp(calls()))
                        .agent(isHungUp(answers("6;refresher=uas", TAKES_UPDATE))),
                Row.of(
                                "session-refreshed-by-the-called",
                                "4028 §9, 4028 §10",
                                "its refresh keeps the call past that time")
                        .trunk(isHungUp(calls()))
                        .agent(hangsUp(answers("6;refresher=uas", TAKES_UPDATE)
                                .pause(1500)
                                .with(KNOWS_TIMER, "Session-Expires: 1800;refresher=uac")
                                .request("UPDATE")
                                .expect(200)
                                .has("Session-Expires", "1800;refresher=uac")
                                .pause(4000))));
    }

    private static Scenario answers(String expires, String allow) {
        return rings().with("Require: timer", "Session-Expires: " + expires, allow)
                .answer("sendrecv")
                .expect("ACK");
    }
}
