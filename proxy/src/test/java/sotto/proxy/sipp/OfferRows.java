package sotto.proxy.sipp;

import static sotto.proxy.sipp.Talk.AUDIO;
import static sotto.proxy.sipp.Talk.answers;
import static sotto.proxy.sipp.Talk.hangsUp;
import static sotto.proxy.sipp.Talk.isHungUp;

import java.util.List;
import java.util.stream.Stream;
import sotto.proxy.e2e.Scenario;
import sotto.proxy.e2e.SippSdp;

/** Offers and answers: codecs, media lines, attributes, keys. Stateless. */
final class OfferRows {
    private static final String PCMA = "a=rtpmap:8 PCMA/8000";
    private static final String PCMU = "a=rtpmap:0 PCMU/8000";
    private static final String KEYS = "a=rtpmap:101 telephone-event/8000";
    private static final String END = "[[:cntrl:]]";
    private static final String SUITE = "AES_CM_128_HMAC_SHA1_80";

    private OfferRows() {}

    static List<Row> all() {
        return Stream.of(codecs(), lines(), secured()).flatMap(List::stream).toList();
    }

    /** Calls with that offer, and looks at the answer. */
    private static Scenario offers(String sdp, String expression) {
        return Scenario.start().body(sdp).invite().mayGet(100, 180).expect(200).says(expression);
    }

    private static Scenario ends(Scenario answered) {
        return hangsUp(answered.ack());
    }

    private static Scenario isOffered(String expression) {
        return Scenario.start().expect("INVITE").says(expression);
    }

    private static Scenario accepts(Scenario invited, String sdp) {
        return isHungUp(invited.body(sdp).answer("").expect("ACK"));
    }

    private static String both() {
        return SippSdp.of("m=audio [media_port] RTP/AVP 8 0 101", PCMA, PCMU, KEYS);
    }

    private static String pcmu() {
        return SippSdp.of("m=audio [media_port] RTP/AVP 0 101", PCMU, KEYS);
    }

    private static List<Row> codecs() {
        return List.of(
                Row.of("codecs-in-order", "3264 §5", "codecs of a peer says what it is offered first")
                        .trunk(ends(offers(both(), "m=audio [0-9]+ RTP/AVP 0 101" + END)))
                        .agent(
                                accepts(isOffered("m=audio [0-9]+ RTP/AVP 0 8 101" + END), pcmu()),
                                "codecs: PCMU PCMA telephone-event"),
                Row.of("codecs-denied", "3264 §5", "what a peer may not have, it is not offered")
                        .trunk(ends(offers(both(), "m=audio [0-9]+ RTP/AVP 0 101" + END)))
                        .agent(accepts(isOffered("m=audio [0-9]+ RTP/AVP 0 101" + END), pcmu()), "codecs-denied: PCMA"),
                Row.of("codecs-converted", "3264 §5", "a peer that may have the other law only is offered that")
                        .trunk(ends(offers(SippSdp.audio("sendrecv"), "m=audio [0-9]+ RTP/AVP 8 101" + END)))
                        .agent(
                                accepts(isOffered("m=audio [0-9]+ RTP/AVP 0 101" + END), pcmu()),
                                "codecs: PCMU telephone-event"),
                Row.of("codecs-converted-last", "3264 §5", "what need not be converted is offered first")
                        .trunk(ends(offers(SippSdp.audio("sendrecv"), "m=audio [0-9]+ RTP/AVP 8 101" + END)))
                        .agent(
                                accepts(isOffered("m=audio [0-9]+ RTP/AVP 8 0 101" + END), pcmu()),
                                "codecs: PCMU PCMA telephone-event"),
                Row.of("codecs-of-the-caller", "3264 §6", "488 to an offer of what the caller may not have")
                        .trunk(
                                Scenario.start()
                                        .invite()
                                        .mayGet(100)
                                        .expect(488)
                                        .has("Warning", "305")
                                        .ackOfFailure(),
                                "codecs: PCMU")
                        .absentAgent(),
                Row.of("codecs-without-events", "4733 §2.4, 3264 §6", "no telephone-event across: none in the answer")
                        .trunk(ends(offers(SippSdp.audio("sendrecv"), "m=audio [0-9]+ RTP/AVP 8" + END)))
                        .agent(
                                accepts(
                                        isOffered("m=audio [0-9]+ RTP/AVP 8 0" + END),
                                        SippSdp.of("m=audio [media_port] RTP/AVP 8")),
                                "codecs: PCMA PCMU"),
                Row.of("codec-of-the-answer", "3264 §6", "the one that the called side chose is the caller's")
                        .trunk(ends(offers(both(), "m=audio [0-9]+ RTP/AVP 0 101" + END)))
                        .agent(accepts(isOffered("m=audio [0-9]+ RTP/AVP 8 0 101" + END), pcmu())),
                Row.of("codec-that-was-not-offered", "3264 §6", "an answer with another codec: ACK, BYE; 502")
                        .trunk(Scenario.start()
                                .invite()
                                .mayGet(100, 180)
                                .expect(502)
                                .ackOfFailure())
                        .agent(accepts(isOffered(AUDIO), pcmu())),
                Row.of("events-under-another-number", "3264 §5, 4733 §2.4", "payload types are kept on both sides")
                        .trunk(ends(offers(
                                SippSdp.of("m=audio [media_port] RTP/AVP 8 96", PCMA, KEYS.replace("101", "96")),
                                "m=audio [0-9]+ RTP/AVP 8 96" + END)))
                        .agent(accepts(
                                isOffered("a=rtpmap:96 telephone-event/8000"),
                                SippSdp.of("m=audio [media_port] RTP/AVP 8 96", PCMA, KEYS.replace("101", "96")))));
    }

    private static List<Row> lines() {
        String video = "m=video 40000 RTP/AVP 96";
        String audio = "m=audio [media_port] RTP/AVP 8 101";
        return List.of(
                Row.of("video-is-refused", "3264 §6", "audio crosses; the answer has the video with port 0")
                        .trunk(ends(offers(
                                SippSdp.of(audio, KEYS, video, "a=rtpmap:96 H264/90000"),
                                "m=audio [0-9]+ RTP/AVP 8 101.*m=video 0 RTP/AVP 96")))
                        .agent(isHungUp(isOffered(AUDIO)
                                .matchesNot("m=video")
                                .answer("sendrecv")
                                .expect("ACK"))),
                Row.of("video-comes-first", "3264 §6", "lines of the answer are in the order of the offer")
                        .trunk(ends(offers(
                                SippSdp.of(video, "a=rtpmap:96 H264/90000", audio, KEYS),
                                "m=video 0 RTP/AVP 96.*m=audio [1-9][0-9]* RTP/AVP 8 101")))
                        .agent(isHungUp(isOffered(AUDIO)
                                .matchesNot("m=video")
                                .answer("sendrecv")
                                .expect("ACK"))),
                Row.of("second-audio-is-refused", "3264 §6", "one audio stream; the other one gets port 0")
                        .trunk(ends(offers(
                                SippSdp.of(audio, KEYS, "m=audio 40000 RTP/AVP 0"),
                                "m=audio [1-9][0-9]* RTP/AVP 8 101.*m=audio 0 RTP/AVP 0")))
                        .agent(isHungUp(answers())),
                Row.of("unknown-attributes", "8866 §5", "unknown ones do not harm, and tell nothing across; no bundle")
                        .trunk(ends(offers(
                                        SippSdp.of(
                                                "a=group:BUNDLE 0",
                                                "a=ice-ufrag:abcd",
                                                audio,
                                                "b=AS:64",
                                                "a=mid:0",
                                                "a=candidate:1 1 UDP 1 10.1.2.3 9 typ host",
                                                "a=x-nosuch:1",
                                                KEYS),
                                        AUDIO)
                                .matchesNot("BUNDLE|a=mid")))
                        .agent(isHungUp(isOffered(AUDIO)
                                .matchesNot("BUNDLE|a=mid|ice-ufrag|candidate|10[.]1[.]2[.]3|nosuch")
                                .answer("sendrecv")
                                .expect("ACK"))),
                Row.of("packet-time", "8866 §6", "ptime crosses, each way its own")
                        .trunk(ends(offers(SippSdp.of(audio, KEYS, "a=ptime:30"), "a=ptime:20")))
                        .agent(accepts(isOffered("a=ptime:30"), SippSdp.of(audio, KEYS, "a=ptime:20"))),
                Row.of("rtcp-elsewhere", "3605 §2.1", "a=rtcp is read; ours is the next port, and theirs stays there")
                        .trunk(ends(offers(SippSdp.of(audio, KEYS, "a=rtcp:53000 IN IP4 [media_ip]"), AUDIO)))
                        .agent(isHungUp(isOffered(AUDIO)
                                .matchesNot("53000")
                                .answer("sendrecv")
                                .expect("ACK"))));
    }

    private static List<Row> secured() {
        return List.of(
                Row.of(
                                "srtp-behind",
                                "4568 §5, 4568 §6",
                                "RTP/SAVP with a key of ours for the agents, RTP/AVP for the trunk")
                        .trunk(ends(offers(SippSdp.audio("sendrecv"), AUDIO).matchesNot("crypto|SAVP")))
                        .agent(
                                accepts(
                                        isOffered("m=audio [0-9]+ RTP/SAVP 8 101")
                                                .rememberSaid("tag", "a=crypto:([0-9]+) " + SUITE),
                                        SippSdp.srtp("sendrecv").replace("crypto:1", "crypto:[$tag]")),
                                "srtp: require"),
                Row.of("srtp-answered-in-clear", "4568 §5", "a plain answer where keys are asked: ACK, BYE; 502")
                        .trunk(Scenario.start()
                                .invite()
                                .mayGet(100, 180)
                                .expect(502)
                                .ackOfFailure())
                        .agent(
                                accepts(isOffered("m=audio [0-9]+ RTP/SAVP"), SippSdp.audio("sendrecv")),
                                "srtp: require"),
                Row.of("srtp-on-the-trunk", "4568 §5, 4568 §6", "the answer has the offer's tag and a key of ours")
                        .trunk(
                                ends(offers(
                                                SippSdp.of(
                                                        "m=audio [media_port] RTP/SAVP 8 101",
                                                        KEYS,
                                                        "a=crypto:3 F8_128_HMAC_SHA1_80 " + SippSdp.KEY,
                                                        "a=crypto:4 " + SUITE + " " + SippSdp.KEY),
                                                "RTP/SAVP 8 101.*a=crypto:4 " + SUITE + " inline:")
                                        .matchesNot("WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|crypto:3")),
                                "srtp: require")
                        .agent(isHungUp(isOffered(AUDIO)
                                .matchesNot("crypto|SAVP")
                                .answer("sendrecv")
                                .expect("ACK"))),
                Row.of("srtp-is-asked", "4568 §5", "488 to a plain offer of who has to encrypt")
                        .trunk(
                                Scenario.start()
                                        .invite()
                                        .mayGet(100)
                                        .expect(488)
                                        .has("Warning", "302")
                                        .ackOfFailure(),
                                "srtp: require")
                        .absentAgent());
    }
}
