package sotto.proxy.sipp;

import static sotto.proxy.sipp.Talk.cancels;
import static sotto.proxy.sipp.Talk.hangsUp;
import static sotto.proxy.sipp.Talk.isCancelled;
import static sotto.proxy.sipp.Talk.isHungUp;
import static sotto.proxy.sipp.Talk.rings;

import java.util.List;
import java.util.stream.Stream;
import sotto.proxy.e2e.Scenario;
import sotto.proxy.e2e.SippSdp;

/** Rows for a program that is set up otherwise: little room, an address translator, IPv6. Stateless. */
final class SiteRows {
    private static final int WARM_UP_CALLS = 30;
    private static final String ADVERTISED = "192[.]0[.]2[.]77";
    private static final String OURS_TLS = "<sip:127[.]0[.]0[.]1:[0-9]+;transport=tls>";
    private static final String OURS_6 = "<sip:\\[::1\\]:[0-9]+>";
    private static final String AUDIO_6 = "c=IN IP6 (::1|0:0:0:0:0:0:0:1).*m=audio [0-9]+ RTP/AVP 8 101";

    private SiteRows() {}

    static List<Row> all() {
        return Stream.of(tight(), tls(), ipv6()).flatMap(List::stream).toList();
    }

    /** Plain calls, one after the other; no row of the table. */
    static Row warmUp(Site.Kind kind) {
        Row caller = Row.of("warm-up", "", "calls before the rows").trunk(hangsUp(Talk.calls()));
        Row both = tls(kind, caller).arguments("-l", "1").agent(isHungUp(Talk.answers()));
        return tls(kind, both).calls(WARM_UP_CALLS).on(kind);
    }

    private static Row tls(Site.Kind kind, Row row) {
        return kind == Site.Kind.TLS ? row.overTls() : row;
    }

    private static List<Row> tight() {
        return List.of(
                Row.of("nobody-answers", "3261 §16.8", "408 after answer-timeout, and CANCEL")
                        .trunk(Scenario.start()
                                .invite()
                                .mayGet(100)
                                .expect(180)
                                .expect(408)
                                .ackOfFailure())
                        .agent(isCancelled(rings()))
                        .on(Site.Kind.TIGHT),
                Row.of(
                                "most-calls-of-all",
                                "3261 §21",
                                "503 with Retry-After above sip.max-calls; the first call goes on")
                        .trunk(PeerRows.another(PeerRows.callsAndKnowsWhom()))
                        .agent(isHungUp(Talk.answers()))
                        .on(Site.Kind.TIGHT),
                Row.of(
                                "behind-an-address-translator",
                                "3261 §8.1, 3581 §3",
                                "Via, Contact and SDP have what is advertised")
                        .trunk(hangsUp(Scenario.start()
                                .invite()
                                .mayGet(100, 180)
                                .expect(200)
                                .has("Contact", ADVERTISED)
                                .says("c=IN IP4 " + ADVERTISED)
                                .ack()))
                        .agent(isHungUp(Scenario.start()
                                .expect("INVITE")
                                .has("Via", ADVERTISED + ".*rport")
                                .has("Contact", ADVERTISED)
                                .says("c=IN IP4 " + ADVERTISED)
                                .answer("sendrecv")
                                .expect("ACK")))
                        .on(Site.Kind.TIGHT));
    }

    private static List<Row> tls() {
        return List.of(
                Row.of(
                                "call-over-tls",
                                "3261 §26.3.1, 5922 §7",
                                "TLS with certificates on both sides, and BYE to the caller")
                        .trunk(isHungUp(Scenario.start()
                                .invite()
                                .mayGet(100, 180)
                                .expect(200)
                                .has("Contact", OURS_TLS)
                                .ack()))
                        .overTls()
                        .agent(hangsUp(Scenario.start()
                                .expect("INVITE")
                                .has("Via", "SIP/2.0/TLS 127[.]0[.]0[.]1")
                                .has("Contact", OURS_TLS)
                                .answer("sendrecv")
                                .expect("ACK")))
                        .overTls()
                        .on(Site.Kind.TLS),
                Row.of(
                                "call-from-udp-to-tls-with-srtp",
                                "3261 §26.3.1, 4568 §5",
                                "keys go over TLS only, plain audio to the trunk")
                        .trunk(hangsUp(Scenario.start()
                                .invite()
                                .mayGet(100, 180)
                                .expect(200)
                                .says(Talk.AUDIO)
                                .matchesNot("crypto|TLS")
                                .ack()))
                        .agent(
                                isHungUp(Scenario.start()
                                        .expect("INVITE")
                                        .rememberSaid("tag", "RTP/SAVP.*a=crypto:([0-9]+) AES_CM_128_HMAC_SHA1_80")
                                        .body(SippSdp.srtp("sendrecv").replace("crypto:1", "crypto:[$tag]"))
                                        .answer("")
                                        .expect("ACK")),
                                "srtp: require")
                        .overTls()
                        .on(Site.Kind.TLS),
                Row.of("cancel-from-tls-to-udp", "3261 §9, 3261 §26.3.1", "CANCEL crosses from TLS")
                        .trunk(cancels(Scenario.start().invite().mayGet(100).expect(180)))
                        .overTls()
                        .agent(isCancelled(rings()))
                        .on(Site.Kind.TLS));
    }

    private static List<Row> ipv6() {
        return List.of(
                Row.of("call-over-ipv6", "3261 §18, 8866 §5", "signalling and media over IPv6")
                        .trunk(hangsUp(Scenario.start()
                                .invite()
                                .mayGet(100, 180)
                                .expect(200)
                                .has("Contact", OURS_6)
                                .says(AUDIO_6)
                                .ack()))
                        .agent(isHungUp(Scenario.start()
                                .expect("INVITE")
                                .has("Contact", OURS_6)
                                .says(AUDIO_6)
                                .answer("sendrecv")
                                .expect("ACK")))
                        .on(Site.Kind.IPV6),
                Row.of("cancel-over-ipv6", "3261 §9", "CANCEL crosses there too")
                        .trunk(cancels(Scenario.start().invite().mayGet(100).expect(180)))
                        .agent(isCancelled(rings()))
                        .on(Site.Kind.IPV6),
                Row.of("offer-of-ipv4-to-ipv6", "3264 §5", "488: no audio address of the same kind")
                        .trunk(Scenario.start()
                                .body(SippSdp.audio("sendrecv")
                                        .replace("c=IN IP[media_ip_type] [media_ip]", "c=IN IP4 192.0.2.1"))
                                .invite()
                                .mayGet(100)
                                .expect(488)
                                .has("Warning", "304")
                                .ackOfFailure())
                        .absentAgent()
                        .on(Site.Kind.IPV6));
    }
}
