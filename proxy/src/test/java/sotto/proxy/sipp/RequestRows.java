package sotto.proxy.sipp;

import static sotto.proxy.sipp.Talk.answers;
import static sotto.proxy.sipp.Talk.calls;
import static sotto.proxy.sipp.Talk.hangsUp;
import static sotto.proxy.sipp.Talk.isCancelled;
import static sotto.proxy.sipp.Talk.isHungUp;
import static sotto.proxy.sipp.Talk.rings;

import java.util.List;
import java.util.stream.Stream;
import sotto.proxy.e2e.Scenario;
import sotto.proxy.e2e.SippSdp;

/** Requests that are answered here, and never reach the other side. Stateless. */
final class RequestRows {
    private static final String VIDEO = "m=video [media_port] RTP/AVP 96";

    private RequestRows() {}

    static List<Row> all() {
        return Stream.of(outside(), inside(), invites(), offers())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Row> outside() {
        return List.of(
                Row.of("options", "3261 §11", "200 with what we take")
                        .trunk(Scenario.start()
                                .first("OPTIONS")
                                .expect(200)
                                .matches("(Allow: ?|, ?)INVITE")
                                .has("Accept", "application/sdp")),
                Row.of("options-with-unknown-extension", "3261 §8.2.2", "420 names what is not known")
                        .trunk(Scenario.start()
                                .with("Require: timer, nonsense")
                                .first("OPTIONS")
                                .expect(420)
                                .has("Unsupported", "^ ?nonsense")),
                Row.of("unknown-method", "3261 §8.2.2, 3261 §21", "501")
                        .trunk(Scenario.start().first("NONSENSE").expect(501)),
                Row.of("method-not-allowed", "3261 §8.2.2, 3261 §21", "405 with Allow")
                        .trunk(Scenario.start()
                                .with("Event: presence")
                                .first("PUBLISH")
                                .expect(405)
                                .matches("(Allow: ?|, ?)PRACK")),
                Row.of("unknown-uri-scheme", "3261 §8.2.2", "416")
                        .trunk(Scenario.start().first("OPTIONS", "nosuch:100").expect(416)),
                Row.of("request-of-an-unknown-dialog", "3261 §12", "481 to a To tag that nobody gave")
                        .trunk(Scenario.start()
                                .with("To: <sip:100@[remote_ip]>;tag=nobody")
                                .first("BYE")
                                .expect(481)),
                Row.of("stranger", "3261 §21", "403 to who is in no configuration, and no word of who is")
                        .stranger(Scenario.start()
                                .invite()
                                .expect(403)
                                .lacks("Contact")
                                .lacks("Server")
                                .ackOfFailure()));
    }

    private static List<Row> inside() {
        return List.of(
                Row.of("options-in-the-call", "3261 §11, 3261 §12", "answered here, for each leg is ours")
                        .trunk(hangsUp(calls().request("OPTIONS").expect(200).matches("(Allow: ?|, ?)UPDATE")))
                        .agent(isHungUp(answers())),
                Row.of(
                                "method-not-allowed-in-the-call",
                                "3261 §12",
                                "405; nothing crosses by a method that nobody asked for")
                        .trunk(hangsUp(calls().with("Event: presence")
                                .request("PUBLISH")
                                .expect(405)
                                .matches("(Allow: ?|, ?)BYE")))
                        .agent(isHungUp(answers())),
                Row.of("request-out-of-order", "3261 §12", "500 to a CSeq that is older than what was seen")
                        .trunk(hangsUp(calls().with("CSeq: 1 OPTIONS")
                                .request("OPTIONS")
                                .expect(500)))
                        .agent(isHungUp(answers())),
                Row.of("request-with-another-tag", "3261 §12", "481 to who knows our tag and not the peer's")
                        .trunk(hangsUp(calls().with("From: <sip:caller@[local_ip]>;tag=other")
                                .request("BYE")
                                .expect(481)))
                        .agent(isHungUp(answers())));
    }

    private static List<Row> invites() {
        return List.of(
                refused("no-hops-left", "3261 §16.3", 483, "483 to Max-Forwards: 0", "Max-Forwards: 0"),
                refused("unknown-extension", "3261 §8.2.2", 420, "420 to an INVITE", "Require: nonsense"),
                refused(
                        "nothing-acceptable",
                        "3261 §8.2.2, 3261 §21",
                        406,
                        "406 where SDP is not taken",
                        "Accept: text/html"),
                Row.of("other-body", "3261 §8.2.2, 3261 §21", "415 with Accept")
                        .trunk(Scenario.start()
                                .with("Content-Type: text/plain")
                                .invite()
                                .mayGet(100)
                                .expect(415)
                                .has("Accept", "application/sdp")
                                .ackOfFailure()),
                Row.of("merged-request", "3261 §8.2.2", "482 to the same INVITE by another way; the first one goes on")
                        .trunk(Scenario.start()
                                .invite()
                                .expect(100)
                                .expect(180)
                                .remember("peer", "To", ".*")
                                .againByAnotherWay()
                                .expect(482)
                                .with("To:[$peer]")
                                .bye()
                                .expect(200)
                                .expect(487)
                                .ackOfFailure())
                        .agent(isCancelled(rings()))
                        .then("agent1", "attempts", 1));
    }

    private static Row refused(String name, String rules, int status, String shows, String header) {
        return Row.of(name, rules, shows)
                .trunk(Scenario.start()
                        .with(header)
                        .invite()
                        .mayGet(100)
                        .expect(status)
                        .ackOfFailure());
    }

    private static List<Row> offers() {
        return List.of(
                offer("offer-that-is-malformed", "8866 §5", 400, "399", SippSdp.of("m=audio 99999 RTP/AVP 8")),
                offer("offer-without-audio", "3264 §5", 488, "304", SippSdp.of(VIDEO)),
                offer("offer-without-port", "3264 §5", 488, "304", SippSdp.of("m=audio 0 RTP/AVP 8")),
                offer(
                        "offer-without-known-codec",
                        "3264 §6",
                        488,
                        "305",
                        SippSdp.of("m=audio [media_port] RTP/AVP 18")),
                offer("offer-with-srtp-to-a-plain-side", "4568 §5", 488, "302", SippSdp.srtp("sendrecv")),
                offer(
                        "offer-of-ipv6-to-ipv4",
                        "3264 §5",
                        488,
                        "304",
                        SippSdp.audio("sendrecv")
                                .replace("c=IN IP[media_ip_type] [media_ip]", "c=IN IP6 2001:db8::1")));
    }

    private static Row offer(String name, String rules, int status, String warning, String sdp) {
        return Row.of(name, rules, status + " with Warning " + warning)
                .trunk(Scenario.start()
                        .body(sdp)
                        .invite()
                        .mayGet(100)
                        .expect(status)
                        .has("Warning", "^ ?" + warning + " ")
                        .ackOfFailure())
                .absentAgent()
                .then("agent1", "attempts", 0);
    }
}
