package sotto.proxy.sipp;

import static sotto.proxy.sipp.Talk.answersForUpdate;
import static sotto.proxy.sipp.Talk.calls;
import static sotto.proxy.sipp.Talk.hangsUp;
import static sotto.proxy.sipp.Talk.isHungUp;
import static sotto.proxy.sipp.Talk.isReInvited;
import static sotto.proxy.sipp.Talk.isSettled;
import static sotto.proxy.sipp.Talk.reInvites;
import static sotto.proxy.sipp.Talk.settles;

import java.util.List;
import sotto.proxy.e2e.Scenario;
import sotto.proxy.e2e.SippSdp;

/** Fax in a call: T.38 in the place of the audio. Stateless. */
final class FaxRows {
    private static final String PASS = "t38: pass";
    private static final String[] ATTRIBUTES = {
        "a=T38FaxVersion:0", "a=T38MaxBitRate:14400", "a=T38FaxRateManagement:transferredTCF",
        "a=T38FaxMaxBuffer:262", "a=T38FaxMaxDatagram:176", "a=T38FaxUdpEC:t38UDPRedundancy"
    };
    private static final String OURS =
            "c=IN IP4 127[.]0[.]0[.]1.*m=image [0-9]+ udptl t38.*" + String.join(".*", ATTRIBUTES) + "[[:cntrl:]]*$";

    private FaxRows() {}

    static List<Row> all() {
        return List.of(
                Row.of(
                                "fax-and-audio-again",
                                "3362, 3264 §8",
                                "the called side turns to T.38 and back to audio; our ports, their attributes")
                        .trunk(isHungUp(isReInvited(isFaxed(settles(calls()), fax()), "sendrecv", "sendrecv")), PASS)
                        .agent(
                                hangsUp(reInvites(faxes(isSettled(answersForUpdate()), fax()), "sendrecv", "sendrecv")),
                                PASS),
                Row.of(
                                "fax-beside-ended-audio",
                                "3362",
                                "m=audio with port 0 is answered with port 0; hung up in the fax")
                        .trunk(isHungUp(isFaxed(settles(calls()), fax())), PASS)
                        .agent(
                                hangsUp(isSettled(answersForUpdate())
                                        .body(SippSdp.of("m=audio 0 RTP/AVP 8\n" + line() + "\n"
                                                + String.join("\n", ATTRIBUTES)))
                                        .request("INVITE")
                                        .mayGet(100)
                                        .expect(200)
                                        .says("m=audio 0 RTP/AVP 8[[:cntrl:]]+m=image [0-9]+ udptl t38")
                                        .ack()),
                                PASS),
                Row.of("fax-from-the-start", "3362", "a call that offers T.38 and nothing else")
                        .trunk(
                                hangsUp(Scenario.start()
                                        .body(fax())
                                        .invite()
                                        .mayGet(100, 180)
                                        .expect(200)
                                        .says(OURS)
                                        .ack()),
                                PASS)
                        .agent(
                                isHungUp(Scenario.start()
                                        .expect("INVITE")
                                        .says(OURS)
                                        .body(fax())
                                        .answer("sendrecv")
                                        .expect("ACK")),
                                PASS),
                Row.of("fax-is-refused-there", "3362, 3261 §14", "488 crosses, and the audio goes on")
                        .trunk(
                                isHungUp(settles(calls())
                                        .expect("INVITE")
                                        .says(OURS)
                                        .respond(488, "Not Acceptable Here")
                                        .expect("ACK")),
                                PASS)
                        .agent(hangsUp(isRefused(isSettled(answersForUpdate()))), PASS),
                refused("fax-is-not-let-here", "refuse", "pass", "304"),
                refused("fax-is-not-let-there", "pass", "refuse", "304"));
    }

    private static Row refused(String name, String ofAgent, String ofTrunk, String warning) {
        return Row.of(name, "3362", "agents: " + ofAgent + ", trunk: " + ofTrunk + ": 488, the trunk hears of nothing")
                .trunk(isHungUp(settles(calls())), "t38: " + ofTrunk)
                .agent(
                        hangsUp(isSettled(answersForUpdate())
                                .body(fax())
                                .request("INVITE")
                                .mayGet(100)
                                .expect(488)
                                .has("Warning", "^ ?" + warning + " ")
                                .ackOfFailure()),
                        "t38: " + ofAgent);
    }

    private static String line() {
        return "m=image [media_port] udptl t38";
    }

    private static String fax() {
        return SippSdp.of(line() + "\n" + String.join("\n", ATTRIBUTES));
    }

    private static Scenario faxes(Scenario talk, String offer) {
        return talk.body(offer)
                .request("INVITE")
                .mayGet(100)
                .expect(200)
                .says(OURS)
                .ack();
    }

    private static Scenario isFaxed(Scenario talk, String answer) {
        return talk.expect("INVITE").says(OURS).body(answer).answer("sendrecv").expect("ACK");
    }

    private static Scenario isRefused(Scenario talk) {
        return talk.body(fax()).request("INVITE").mayGet(100).expect(488).ackOfFailure();
    }
}
