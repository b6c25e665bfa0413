package sotto.proxy.sipp;

import static sotto.proxy.sipp.Talk.hangsUp;
import static sotto.proxy.sipp.Talk.isHungUp;

import java.util.List;
import java.util.stream.Stream;
import sotto.proxy.e2e.Scenario;

/** What of a call's numbers, headers and names crosses, and in which form. Stateless. */
final class PassageRows {
    private static final String TRUSTED = "trust-identity: true";
    private static final String ANN = "P-Asserted-Identity: \"Ann\" <sip:+49301@10.1.2.3;user=phone>";

    private PassageRows() {}

    static List<Row> all() {
        return Stream.of(numbers(), noHeaders(), headers(), identity(), privacy(), history())
                .flatMap(List::stream)
                .toList();
    }

    private static Scenario invites(String... headers) {
        return hangsUp(Talk.answered(Scenario.start().with(headers).invite()));
    }

    /** Takes a call whose INVITE was looked at. */
    private static Scenario accepts(Scenario invited) {
        return isHungUp(invited.answer("sendrecv").expect("ACK"));
    }

    private static Scenario invited() {
        return Scenario.start().expect("INVITE");
    }

    private static List<Row> numbers() {
        return List.of(
                Row.of(
                                "numbers-rewritten",
                                "3261 §8.1",
                                "numbers-in of the one, numbers-out of the other: URI, From and To")
                        .trunk(
                                invites("From: <sip:004989@[local_ip]:[local_port]>;tag={me}-[pid]-[call_number]"),
                                """
                                numbers-in:
                                  international:
                                    prefix: "00"
                                    replace: "+"
                                """)
                        .calls("004930100")
                        .agent(
                                accepts(invited()
                                        .matches("^INVITE sip:030100@")
                                        .has("From", "<sip:089@127[.]0[.]0[.]1[>:]")
                                        .has("To", "<sip:[+]4930100@|<sip:030100@")),
                                """
                                numbers-out:
                                  national:
                                    match: "[+]49(.*)"
                                    replace: "0$1"
                                """),
                Row.of("numbers-as-they-are", "3261 §8.1", "without a rule they cross as they came")
                        .trunk(invites("From: <sip:%2B49-1@[local_ip]>;tag={me}-[pid]-[call_number]"))
                        .calls("*31#")
                        .agent(accepts(invited().matches("^INVITE sip:[*]31(#|%23)@"))));
    }

    private static List<Row> noHeaders() {
        return List.of(Row.of("headers-stay", "3261 §20", "no header crosses, either way, but Subject")
                .trunk(hangsUp(Scenario.start()
                        .with("X-Secret: 1", "User-Agent: SIPp", "Subject: order 7", "Call-Info: <http://x.example/>")
                        .invite()
                        .mayGet(100)
                        .expect(180)
                        .lacks("X-Secret")
                        .expect(200)
                        .lacks("X-Secret")
                        .lacks("Server")
                        .ack()))
                .agent(accepts(invited()
                        .has("Subject", "order 7")
                        .lacks("X-Secret")
                        .lacks("User-Agent")
                        .lacks("Call-Info")
                        .with("X-Secret: 2")
                        .respond(180, "Ringing")
                        .with("X-Secret: 3", "Server: SIPp"))));
    }

    private static List<Row> headers() {
        return List.of(
                Row.of("header-rules", "3261 §20", "pass and rewrite of the one, add and remove of the other")
                        .trunk(
                                invites("X-Campaign: 7", "X-Other: 8", "Subject: private"),
                                """
                                headers-in:
                                  pass-it:
                                    action: pass
                                    header: X-Campaign
                                  word-it:
                                    action: rewrite
                                    header: X-Campaign
                                    match: (.*)
                                    value: Order $1
                                """)
                        .agent(
                                accepts(invited()
                                        .has("X-Campaign", "^ ?Order 7$")
                                        .has("X-Tenant", "acme")
                                        .lacks("X-Other")
                                        .lacks("Subject")),
                                """
                                headers-out:
                                  name-us:
                                    action: add
                                    header: X-Tenant
                                    value: acme
                                  no-subject:
                                    action: remove
                                    header: Subject
                                """),
                Row.of("header-rules-back", "3261 §20", "the same for responses: 180, 200 and refusals")
                        .trunk(hangsUp(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(180)
                                .has("X-Queue", "sales")
                                .expect(200)
                                .has("X-Queue", "agent 12")
                                .lacks("X-Other")
                                .ack()))
                        .agent(
                                accepts(invited()
                                        .with("X-Queue: sales")
                                        .respond(180, "Ringing")
                                        .with("X-Queue: agent 12", "X-Other: 1")),
                                """
                                headers-in:
                                  queue:
                                    action: pass
                                    header: X-Queue
                                """));
    }

    private static List<Row> identity() {
        return List.of(
                Row.of(
                                "identity-between-the-trusted",
                                "3325 §5",
                                "P-Asserted-Identity crosses with our host, Privacy with it")
                        .trunk(invites(ANN, "Privacy: id"), TRUSTED)
                        .agent(
                                accepts(invited()
                                        .has("P-Asserted-Identity", "Ann. <sip:[+]49301@127[.]0[.]0[.]1;user=phone>")
                                        .has("Privacy", "id")
                                        .has("From", "sip:caller@")),
                                TRUSTED),
                Row.of("identity-of-the-called-side", "3325 §5", "the same in the 200")
                        .trunk(
                                hangsUp(Scenario.start()
                                        .invite()
                                        .mayGet(100, 180)
                                        .expect(200)
                                        .has("P-Asserted-Identity", "<sip:[+]49301@127[.]0[.]0[.]1;user=phone>")
                                        .ack()),
                                TRUSTED)
                        .agent(accepts(invited().with(ANN)), TRUSTED),
                Row.of("identity-from-the-untrusted", "3325 §5", "an identity that anybody could write does not cross")
                        .trunk(invites(ANN))
                        .agent(accepts(invited().lacks("P-Asserted-Identity").has("From", "sip:caller@")), TRUSTED),
                Row.of("identity-to-the-untrusted", "3325 §9", "nor does one to whom it is not for")
                        .trunk(invites(ANN), TRUSTED)
                        .agent(accepts(invited().lacks("P-Asserted-Identity").has("From", "sip:caller@"))));
    }

    private static List<Row> privacy() {
        return List.of(
                Row.of("privacy", "3323 §4.1.1.3, 3325 §9", "who asks for it is anonymous to the untrusted")
                        .trunk(invites(ANN, "Privacy: id"), TRUSTED)
                        .agent(accepts(invited()
                                .has("From", "nonymous. <sip:anonymous@anonymous.invalid>")
                                .matchesNot("sip:caller@")
                                .lacks("P-Asserted-Identity")
                                .lacks("Privacy"))),
                Row.of("privacy-of-the-user", "3323 §4.2", "the same for user, whoever the caller's peer is")
                        .trunk(invites("Privacy: user;critical"))
                        .agent(accepts(invited()
                                .has("From", "sip:anonymous@anonymous.invalid")
                                .matchesNot("sip:caller@"))),
                Row.of("privacy-not-wanted", "3323 §4.2", "none is told on, and the caller is named")
                        .trunk(invites("Privacy: none"))
                        .agent(accepts(invited().has("Privacy", "none").has("From", "sip:caller@"))));
    }

    private static List<Row> history() {
        return List.of(
                Row.of("diversion", "5806 §10.1", "who was called first, with our host and its reason")
                        .trunk(
                                invites("Diversion: <sip:+49302@10.1.2.3>;reason=user-busy;counter=2;x=10.1.2.3"),
                                TRUSTED)
                        .agent(
                                accepts(invited()
                                        .has("Diversion", "<sip:[+]49302@127[.]0[.]0[.]1>;reason=user-busy;counter=2$")
                                        .matchesNot("10[.]1[.]2[.]3")),
                                TRUSTED),
                Row.of("history", "7044 §5", "History-Info with our host, index and cause")
                        .trunk(
                                invites(
                                        "History-Info: <sip:+49302@10.1.2.3;cause=486>;index=1, <sip:+49303@10.1.2.3>;index=1.1;mp=1"),
                                TRUSTED)
                        .agent(
                                accepts(invited()
                                        .matches(
                                                "History-Info: <sip:[+]49302@127[.]0[.]0[.]1;cause=486>;index=1[[:cntrl:]]")
                                        .matches(
                                                "History-Info: <sip:[+]49303@127[.]0[.]0[.]1>;index=1.1;mp=1[[:cntrl:]]")
                                        .matchesNot("10[.]1[.]2[.]3")),
                                TRUSTED),
                Row.of("history-to-the-untrusted", "5806 §10.1, 7044 §5", "neither of both crosses")
                        .trunk(
                                invites(
                                        "Diversion: <sip:+49302@10.1.2.3>",
                                        "History-Info: <sip:+49302@10.1.2.3>;index=1"),
                                TRUSTED)
                        .agent(accepts(invited().lacks("Diversion").lacks("History-Info"))));
    }
}
