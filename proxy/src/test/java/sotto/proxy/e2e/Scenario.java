package sotto.proxy.e2e;

import java.util.Locale;

/** What SIPp says and expects, message by message; written down as its XML. */
final class Scenario {
    private static final String FIRST_URI = "sip:[service]@[remote_ip]:[remote_port]";

    private final StringBuilder steps = new StringBuilder();
    private int cseq = 1;
    private int index; // of the next step, as SIPp counts them for its branches
    private int inviteIndex;
    private boolean inDialog; // requests that come have our tag already

    private Scenario() {}

    static Scenario start() {
        return new Scenario();
    }

    /** INVITE with an offer of G.711 A-law and telephone-event. */
    Scenario invite() {
        inviteIndex = index;
        return request("INVITE", "", FIRST_URI, body("sendrecv"));
    }

    /** re-INVITE in the dialog, from the side that called. */
    Scenario reInvite(String direction) {
        cseq++;
        return request("INVITE", "[peer_tag_param]", "[next_url]", body(direction));
    }

    /** ACK of a 2xx: a transaction of its own. */
    Scenario ack() {
        inDialog = true;
        return request("ACK", "[peer_tag_param]", "[next_url]", "");
    }

    /** ACK of any other final response: part of the INVITE's transaction (RFC 3261 §17.1.1.3). */
    Scenario ackOfFailure() {
        return request("ACK", "[peer_tag_param]", FIRST_URI, "");
    }

    /** CANCEL of the INVITE: the same branch (RFC 3261 §9.1). */
    Scenario cancel() {
        return request("CANCEL", "", FIRST_URI, "");
    }

    Scenario bye() {
        cseq++;
        return request("BYE", "[peer_tag_param]", "[next_url]", "");
    }

    private Scenario request(String method, String toTag, String uri, String body) {
        boolean sameTransaction = !method.equals("INVITE") && uri.equals(FIRST_URI);
        String branch = sameTransaction ? "[branch-" + (index - inviteIndex) + "]" : "[branch]";
        return send(
                method.equals("ACK") ? "" : "retrans=\"500\"",
                """
                %1$s %2$s SIP/2.0
                Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=%6$s
                From: caller <sip:caller@[local_ip]:[local_port]>;tag=[pid]c[call_number]
                To: called <sip:[service]@[remote_ip]:[remote_port]>%3$s
                Call-ID: [call_id]
                CSeq: %4$d %1$s
                Contact: <sip:caller@[local_ip]:[local_port];transport=[transport]>
                Max-Forwards: 70
                %5$s"""
                        .formatted(method, uri, toTag, cseq, body, branch));
    }

    /** BYE from the side that was called. */
    Scenario byeFromCalled() {
        return send(
                "retrans=\"500\"",
                """
                BYE [$caller] SIP/2.0
                Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
                From:[$to];tag=[pid]s[call_number]
                To:[$from]
                [last_Call-ID:]
                CSeq: 1 BYE
                Max-Forwards: 70
                Content-Length: 0
                """);
    }

    /** A response to the last request, with the dialog's tag. */
    Scenario respond(int status, String reason) {
        return send("", response(status, reason) + "Content-Length: 0\n");
    }

    /** 200 to INVITE or re-INVITE with an answer. */
    Scenario answer(String direction) {
        return send("retrans=\"500\"", response(200, "OK") + body(direction));
    }

    /** The final response to an INVITE after its CANCEL was answered: of the last request, all but the method in CSeq. */
    Scenario respondCancelled() {
        return send("", response(487, "Request Terminated").replace("[last_CSeq:]", "CSeq: 1 INVITE"));
    }

    private String response(int status, String reason) {
        return """
                SIP/2.0 %d %s
                [last_Via:]
                [last_From:]
                [last_To:]%s
                [last_Call-ID:]
                [last_CSeq:]
                Contact: <sip:called@[local_ip]:[local_port];transport=[transport]>
                """
                .formatted(status, reason, inDialog ? "" : ";tag=[pid]s[call_number]");
    }

    private static String body(String direction) {
        return """
                Content-Type: application/sdp
                Content-Length: [len]

                v=0
                o=sipp 53655765 2353687637 IN IP4 [local_ip]
                s=-
                c=IN IP4 [media_ip]
                t=0 0
                m=audio [media_port] RTP/AVP 8 101
                a=rtpmap:8 PCMA/8000
                a=rtpmap:101 telephone-event/8000
                a=fmtp:101 0-15
                a=%s
                """
                .formatted(direction);
    }

    private Scenario send(String attributes, String message) {
        String whole = message.contains("Content-") ? message : message + "Content-Length: 0\n";
        index++;
        steps.append("<send ").append(attributes).append("><![CDATA[\n\n");
        steps.append(whole).append("\n]]></send>\n");
        return this;
    }

    Scenario expect(String method) {
        String remember = method.equals("INVITE")
                ? """
                <action>
                  <ereg regexp="sip:[a-zA-Z0-9@.:;=_-]*" search_in="hdr" header="Contact:" assign_to="caller"/>
                  <ereg regexp=".*" search_in="hdr" header="From:" assign_to="from"/>
                  <ereg regexp=".*" search_in="hdr" header="To:" assign_to="to"/>
                </action>
                """
                : "";
        index++;
        inDialog |= method.equals("ACK");
        steps.append("<recv request=\"%s\" crlf=\"true\">%s</recv>\n".formatted(method, remember));
        return this;
    }

    Scenario expect(int status) {
        index++;
        steps.append("<recv response=\"%d\" rrs=\"true\"/>\n".formatted(status));
        return this;
    }

    /** Provisional responses that may come or not. */
    Scenario mayGet(int... statuses) {
        for (int status : statuses) {
            index++;
            steps.append("<recv response=\"%d\" optional=\"true\"/>\n".formatted(status));
        }
        return this;
    }

    Scenario pause(int milliseconds) {
        index++;
        steps.append("<pause milliseconds=\"%d\"/>\n".formatted(milliseconds));
        return this;
    }

    /** Plays a capture that SIPp's package brings. */
    Scenario play(String pcap) {
        index++;
        steps.append("<nop><action><exec play_pcap_audio=\"/usr/share/sip-tester/%s.pcap\"/></action></nop>\n"
                .formatted(pcap));
        return this;
    }

    String xml(String name) {
        String used = steps.indexOf("assign_to") >= 0 ? "<Reference variables=\"caller,from,to\"/>\n" : "";
        return "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<scenario name=\"%s\">\n%s%s</scenario>\n"
                .formatted(name.toLowerCase(Locale.ROOT), steps, used);
    }
}
