package sotto.proxy.sipp;

import static sotto.proxy.sipp.Talk.answers;
import static sotto.proxy.sipp.Talk.calls;
import static sotto.proxy.sipp.Talk.hangsUp;
import static sotto.proxy.sipp.Talk.isHungUp;
import static sotto.proxy.sipp.Talk.rings;

import java.util.List;
import java.util.stream.Stream;
import sotto.proxy.e2e.Scenario;

/** Trunks and the peers behind them: passwords, routes, fail-over, limits, health, registration. Stateless. */
final class PeerRows {
    private static final String ACCOUNT = "user: bob\npassword-file: {password}\ndigest: md5"; // all that SIPp knows
    private static final String CREDENTIALS = "[authentication username=bob password=sesame]";
    private static final String CHALLENGE =
            "Digest realm=\"pbx\", nonce=\"a7c3[call_number]\", algorithm=MD5, qop=\"auth\"";

    private static final String[] OTHER = {
        "Call-ID: other///[call_id]", "From: <sip:caller@[local_ip]>;tag={me}-9[call_number]"
    };

    private PeerRows() {}

    static List<Row> all() {
        return Stream.of(
                        digestOfTheCalled(),
                        digestOfTheCaller(),
                        routes(),
                        failOver(),
                        noFailOver(),
                        limits(),
                        health())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Row> digestOfTheCalled() {
        return List.of(
                Row.of(
                                "digest-of-the-called-side",
                                "3261 §22.1, 7616 §3.3",
                                "401 to ours is answered, the ACK and BYE too")
                        .trunk(hangsUp(calls()))
                        .agent(
                                Scenario.start()
                                        .expect("INVITE")
                                        .with("WWW-Authenticate: " + CHALLENGE)
                                        .respond(401, "Unauthorized")
                                        .expect("ACK")
                                        .expect("INVITE")
                                        .verify("bob", Site.PASSWORD)
                                        .answer("sendrecv")
                                        .expect("ACK")
                                        .has("Authorization", "username=.bob")
                                        .expect("BYE")
                                        .verify("bob", Site.PASSWORD)
                                        .respond(200, "OK"),
                                ACCOUNT),
                Row.of("digest-of-a-proxy", "3261 §22.3", "407 to ours is answered")
                        .trunk(isHungUp(calls()))
                        .agent(
                                hangsUp(Scenario.start()
                                        .expect("INVITE")
                                        .with("Proxy-Authenticate: " + CHALLENGE)
                                        .respond(407, "Proxy Authentication Required")
                                        .expect("ACK")
                                        .expect("INVITE")
                                        .has("Proxy-Authorization", "username=.bob.*nc=00000001")
                                        .answer("sendrecv")
                                        .expect("ACK")),
                                ACCOUNT),
                Row.of("digest-refused-by-the-called-side", "3261 §22.1", "a second 401 is the end: 500 for the caller")
                        .trunk(Scenario.start().invite().mayGet(100).expect(500).ackOfFailure())
                        .agent(
                                Scenario.start()
                                        .expect("INVITE")
                                        .with("WWW-Authenticate: " + CHALLENGE)
                                        .respond(401, "Unauthorized")
                                        .expect("ACK")
                                        .expect("INVITE")
                                        .has("Authorization", "username=.bob")
                                        .with("WWW-Authenticate: " + CHALLENGE)
                                        .respond(401, "Unauthorized")
                                        .expect("ACK"),
                                ACCOUNT)
                        .then("agent1", "refusedCredentials", 1));
    }

    private static List<Row> digestOfTheCaller() {
        return List.of(
                Row.of(
                                "digest-of-the-caller",
                                "3261 §22.2, 8760 §2",
                                "no call without the password; the BYE needs none")
                        .trunk(
                                hangsUp(challenged()
                                        .with(CREDENTIALS)
                                        .invite()
                                        .mayGet(100, 180)
                                        .expect(200)
                                        .ack()),
                                ACCOUNT,
                                "authenticate: true")
                        .arguments("-auth_uri", "100@127.0.0.1")
                        .agent(isHungUp(Scenario.start()
                                .expect("INVITE")
                                .lacks("Authorization")
                                .answer("sendrecv")
                                .expect("ACK"))),
                Row.of("digest-with-a-wrong-password", "3261 §22.2", "401 once more; nobody is called")
                        .trunk(
                                challenged()
                                        .with("[authentication username=bob password=guess]")
                                        .invite()
                                        .mayGet(100)
                                        .expect(401)
                                        .has("WWW-Authenticate", "Digest")
                                        .ackOfFailure(),
                                ACCOUNT,
                                "authenticate: true")
                        .arguments("-auth_uri", "100@127.0.0.1")
                        .absentAgent()
                        .then("trunk1", "wrongCredentials", 1)
                        .then("agent1", "attempts", 0));
    }

    private static Scenario challenged() {
        return Scenario.start()
                .invite()
                .mayGet(100)
                .expectChallenge(401)
                .has("WWW-Authenticate", "algorithm=MD5")
                .ackOfFailure();
    }

    private static List<Row> routes() {
        String byPrefix =
                """
                one:
                  from: {trunk1}
                  prefix: 1
                  to: {agent1}
                two:
                  from: {trunk1}
                  prefix: 2 +49
                  to: {agent2}
                """;
        return List.of(
                Row.of("route-by-prefix", "3261 §16.6", "the rule whose prefix fits says who is called")
                        .trunk(hangsUp(calls()))
                        .calls("+4930100")
                        .absentAgent()
                        .agent(isHungUp(answers()))
                        .routes(byPrefix)
                        .then("agent1", "attempts", 0),
                Row.of("route-of-nobody", "3261 §21", "404 where no rule fits")
                        .trunk(Scenario.start().invite().mayGet(100).expect(404).ackOfFailure())
                        .calls("300")
                        .absentAgent()
                        .absentAgent()
                        .routes(byPrefix));
    }

    private static List<Row> failOver() {
        return List.of(
                Row.of("fail-over-on-503", "3261 §16.6", "the next peer, and the caller does not notice")
                        .trunk(hangsUp(calls()))
                        .agent(Scenario.start()
                                .expect("INVITE")
                                .respond(503, "No")
                                .expect("ACK"))
                        .agent(isHungUp(answers())),
                Row.of("fail-over-after-ringing", "3261 §16.6", "503 after a 180 still goes to the next peer")
                        .trunk(hangsUp(calls()))
                        .agent(rings().respond(503, "No").expect("ACK"))
                        .agent(isHungUp(answers())),
                Row.of("fail-over-on-silence", "3261 §16.6", "a peer that says nothing for its try-for is left")
                        .trunk(hangsUp(calls()))
                        .absentAgent("try-for: 500ms")
                        .agent(isHungUp(answers()))
                        .then("agent1", "failedOver", 1),
                Row.of("fail-over-on-no-connection", "3261 §16.6", "a peer whose TCP port is closed is left")
                        .trunk(hangsUp(calls()))
                        .absentAgent("transport: tcp")
                        .agent(isHungUp(answers())),
                Row.of("fail-over-on-a-code-of-its-own", "3261 §16.6", "fail-over-on says which codes")
                        .trunk(hangsUp(calls()))
                        .agent(
                                Scenario.start()
                                        .expect("INVITE")
                                        .respond(480, "No")
                                        .expect("ACK"),
                                "fail-over-on: 480 6xx")
                        .agent(isHungUp(answers())));
    }

    private static List<Row> noFailOver() {
        return List.of(
                Row.of("no-fail-over-on-busy", "3261 §16.6", "486 was said by somebody: no other peer is asked")
                        .trunk(Scenario.start()
                                .invite()
                                .mayGet(100, 180)
                                .expect(486)
                                .ackOfFailure())
                        .agent(rings().respond(486, "Busy Here").expect("ACK"))
                        .absentAgent()
                        .then("agent2", "attempts", 0),
                Row.of("fail-over-to-nobody", "3261 §16.6", "the last peer's answer is the caller's")
                        .trunk(Scenario.start().invite().mayGet(100).expect(504).ackOfFailure())
                        .agent(Scenario.start()
                                .expect("INVITE")
                                .respond(503, "No")
                                .expect("ACK"))
                        .agent(Scenario.start()
                                .expect("INVITE")
                                .respond(504, "No")
                                .expect("ACK")),
                Row.of(
                                "answer-after-fail-over",
                                "3261 §13, 3261 §16.6",
                                "a peer that answers after its turn gets ACK and BYE")
                        .trunk(isHungUp(calls()))
                        .agent(
                                isHungUp(Scenario.start()
                                        .expect("INVITE")
                                        .pause(1200)
                                        .ofInvite()
                                        .answer("sendrecv")
                                        .expect("ACK")),
                                "try-for: 500ms")
                        .agent(hangsUp(answers())));
    }

    private static List<Row> limits() {
        return List.of(
                Row.of(
                                "most-calls-of-a-peer",
                                "3261 §21",
                                "503 with Retry-After above max-calls; the first call goes on")
                        .trunk(another(callsAndKnowsWhom()), "max-calls: 1")
                        .agent(isHungUp(answers()))
                        .then("trunk1", "overLimit", 1),
                Row.of("most-calls-a-second", "3261 §21", "503 with Retry-After above calls-per-second")
                        .trunk(another(callsAndKnowsWhom()), "calls-per-second: 1")
                        .agent(isHungUp(answers()))
                        .then("trunk1", "overLimit", 1),
                Row.of(
                                "next-peer-at-the-limit",
                                "3261 §16.6",
                                "who has as many calls as it may is passed over for the next")
                        .trunk(twice())
                        .agent(isHungUp(answers()), "max-calls: 1")
                        .agent(isHungUp(answers()))
                        .then("agent1", "overLimit", 1));
    }

    /** A second call from the same scenario: SIPp takes what comes after three slashes for the Call-ID of the first. */
    static Scenario another(Scenario talk) {
        return talk.with(OTHER)
                .invite()
                .mayGet(100)
                .expect(503)
                .has("Retry-After", "[1-9]")
                .with(OTHER)
                .ackOfFailure()
                .with("To:[$peer]")
                .bye()
                .expect(200);
    }

    static Scenario callsAndKnowsWhom() {
        return Scenario.start()
                .invite()
                .mayGet(100, 180)
                .expect(200)
                .remember("peer", "To", ".*")
                .ack();
    }

    /** Two calls at a time, which end one after the other. */
    private static Scenario twice() {
        return hangsUp(callsAndKnowsWhom()
                .with(OTHER)
                .invite()
                .mayGet(100, 180)
                .expect(200)
                .with(OTHER)
                .ack()
                .with(OTHER)
                .bye()
                .expect(200)
                .with("To:[$peer]"));
    }

    private static List<Row> health() {
        return List.of(
                Row.of("peer-that-is-asked", "3261 §11", "OPTIONS as often as options-every says")
                        .agent(
                                Scenario.start()
                                        .expect("OPTIONS")
                                        .matches("^OPTIONS sip:127")
                                        .respond(200, "OK"),
                                "options-every: 1s")
                        .calls(2),
                Row.of("peer-that-is-down", "3261 §11", "calls go to others first, without a try there")
                        .trunk(hangsUp(calls()))
                        .once("agent1", "health", "down")
                        .absentAgent("options-every: 1s", "down-after: 1")
                        .agent(isHungUp(answers()))
                        .then("agent1", "attempts", 0),
                Row.of(
                                "registration",
                                "3261 §10.2, 3261 §22.1",
                                "REGISTER, answered challenge, renewal at half its time")
                        .trunk(
                                Scenario.start()
                                        .expect("REGISTER")
                                        .has("Contact", "<sip:bob@127[.]0[.]0[.]1")
                                        .has("Expires", "600")
                                        .with("WWW-Authenticate: " + CHALLENGE)
                                        .respond(401, "Unauthorized")
                                        .expect("REGISTER")
                                        .verify("bob", Site.PASSWORD)
                                        .with("Expires: 4")
                                        .respond(200, "OK")
                                        .expect("REGISTER")
                                        .has("Expires", "600")
                                        .respond(200, "OK"),
                                ACCOUNT + "\nregister:\n  expires: 600s")
                        .then("trunk1", "registered", "up")
                        .atMost(45),
                Row.of("registration-too-brief", "3261 §10.2", "423: again at once, with the time that is asked for")
                        .trunk(
                                Scenario.start()
                                        .expect("REGISTER")
                                        .has("Expires", "60")
                                        .with("Min-Expires: 1800")
                                        .respond(423, "Interval Too Brief")
                                        .expect("REGISTER")
                                        .has("Expires", "1800")
                                        .respond(200, "OK"),
                                ACCOUNT + "\nregister:\n  expires: 60s")
                        .atMost(45));
    }
}
