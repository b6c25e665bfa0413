package sotto.proxy.sipp;

import static sotto.proxy.sipp.Talk.answers;
import static sotto.proxy.sipp.Talk.answersForUpdate;
import static sotto.proxy.sipp.Talk.calls;
import static sotto.proxy.sipp.Talk.hangsUp;
import static sotto.proxy.sipp.Talk.isHungUp;
import static sotto.proxy.sipp.Talk.isSettled;
import static sotto.proxy.sipp.Talk.settles;

import java.util.List;
import java.util.stream.Stream;
import sotto.proxy.e2e.Scenario;

/** Transfers, INFO and MESSAGE: what crosses by policy only. Stateless. */
final class TransferRows {
    private static final String TO_300 = "Refer-To: <sip:300@pbx.example>";
    private static final String XML = "application/vnd.example+xml";
    private static final String OUR_300 = "<sip:300@127[.]0[.]0[.]1";

    /** The number of the target, and all others. */
    private static final String ROUTES =
            """
            target:
              from: {trunk1}
              prefix: 300
              to: {agent2}
            first:
              from: {trunk1}
              to: {agent1}
            """;

    private TransferRows() {}

    static List<Row> all() {
        return Stream.of(done(), refused(), passed(), infos(), messages())
                .flatMap(List::stream)
                .toList();
    }

    private static Scenario refers() {
        return isSettled(answersForUpdate()).with(TO_300).request("REFER");
    }

    private static Scenario isTold(Scenario talk, int status) {
        return talk.expect("NOTIFY")
                .has("Event", "refer")
                .has("Content-Type", "message/sipfrag")
                .says("^SIP/2.0 " + status)
                .respond(200, "OK");
    }

    private static List<Row> done() {
        return List.of(
                Row.of(
                                "transfer-to-a-colleague",
                                "3515 §2.4, 3420 §2, 5589 §6",
                                "REFER of the agent is done here: NOTIFY 100 and 200, BYE; the caller hears nothing of it")
                        .trunk(isHungUp(settles(calls())))
                        .agent(isHungUp(isTold(isTold(refers().expect(202), 100), 200)), "refer: local")
                        .agent(hangsUp(Scenario.start()
                                .expect("INVITE")
                                .matches("^INVITE sip:300@")
                                .matchesNot("pbx[.]example")
                                .lacks("Referred-By")
                                .answer("sendrecv")
                                .expect("ACK")))
                        .routes(ROUTES),
                Row.of("transfer-to-who-is-busy", "3515 §2.4, 5589 §6", "NOTIFY 486, and the call goes on as it was")
                        .trunk(isHungUp(settles(calls())))
                        .agent(hangsUp(isTold(isTold(refers().expect(202), 100), 486)), "refer: local")
                        .agent(Scenario.start()
                                .expect("INVITE")
                                .respond(486, "Busy Here")
                                .expect("ACK"))
                        .routes(ROUTES));
    }

    private static List<Row> refused() {
        return List.of(
                Row.of("transfer-not-allowed", "3515 §2.4", "405 without the policy, and Allow does not have it")
                        .trunk(isHungUp(settles(calls())))
                        .agent(hangsUp(refers().expect(405).matchesNot("Allow:[^[:cntrl:]]*REFER"))),
                Row.of("transfer-to-another-scheme", "3515 §2.4", "400: nobody to call")
                        .trunk(isHungUp(settles(calls())))
                        .agent(
                                hangsUp(isSettled(answersForUpdate())
                                        .with("Refer-To: <http://x.example/>")
                                        .request("REFER")
                                        .expect(400)),
                                "refer: local"));
    }

    private static List<Row> passed() {
        return List.of(Row.of(
                        "transfer-passed",
                        "3515 §2.4, 3420 §2",
                        "REFER crosses where both sides pass it, and its NOTIFY comes back")
                .trunk(
                        isHungUp(settles(calls())
                                .expect("REFER")
                                .has("Refer-To", OUR_300)
                                .matchesNot("pbx[.]example")
                                .remember("id", "CSeq", "[0-9]+")
                                .respond(202, "Accepted")
                                .with(
                                        "Event: refer;id=[$id]",
                                        "Subscription-State: terminated;reason=noresource",
                                        "Content-Type: message/sipfrag;version=2.0")
                                .body("SIP/2.0 200 OK\n")
                                .request("NOTIFY")
                                .expect(200)),
                        "refer: pass")
                .agent(hangsUp(isTold(refers().expect(202), 200)), "refer: pass"));
    }

    private static List<Row> infos() {
        String types = "info-types: " + XML;
        return List.of(
                Row.of("info-crosses", "6086 §4.2.2", "INFO of a type that both peers have")
                        .trunk(
                                hangsUp(calls().with("Content-Type: " + XML)
                                        .body("<x/>\n")
                                        .request("INFO")
                                        .expect(200)),
                                types)
                        .agent(
                                isHungUp(answers()
                                        .expect("INFO")
                                        .has("Content-Type", "application/vnd[.]example[+]xml")
                                        .says("^<x/>")
                                        .respond(200, "OK")),
                                types),
                Row.of("info-with-keys", "6086 §4.2.2", "415: a key may be part of a card number")
                        .trunk(
                                hangsUp(calls().with("Content-Type: application/dtmf-relay")
                                        .body("Signal=4\n")
                                        .request("INFO")
                                        .expect(415)),
                                types)
                        .agent(isHungUp(answers()), types));
    }

    private static List<Row> messages() {
        return List.of(
                Row.of("message-in-the-call", "3428 §4", "text crosses where both peers have messages")
                        .trunk(
                                isHungUp(settles(calls())
                                        .expect("MESSAGE")
                                        .says("^Hello")
                                        .respond(200, "OK")),
                                "messages: true")
                        .agent(
                                hangsUp(isSettled(answersForUpdate())
                                        .with("Content-Type: text/plain")
                                        .body("Hello\n")
                                        .request("MESSAGE")
                                        .expect(200)),
                                "messages: true"),
                Row.of("message-outside", "3428 §4, 3428 §7", "it is routed as a call is")
                        .trunk(
                                Scenario.start()
                                        .with("Content-Type: text/plain")
                                        .body("Hello\n")
                                        .first("MESSAGE")
                                        .expect(200)
                                        .lacks("Contact"),
                                "messages: true")
                        .agent(
                                Scenario.start()
                                        .expect("MESSAGE")
                                        .says("^Hello")
                                        .lacks("Contact")
                                        .respond(200, "OK"),
                                "messages: true"),
                Row.of("message-not-allowed", "3428 §7", "405 without the policy")
                        .trunk(Scenario.start()
                                .with("Content-Type: text/plain")
                                .body("Hello\n")
                                .first("MESSAGE")
                                .expect(405)));
    }
}
