package sotto.proxy.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What SIPp says and expects, message by message; written down as its XML. One thread.
 *
 * <p>The side that begins with a request is the caller. What {@link #with}, {@link #body}, {@link #ofInvite} and
 * {@link #branch} say is for the next message that is sent; what {@link #has} and the like ask is of the last one that is
 * expected. Regular expressions are POSIX's extended ones.
 *
 * <pre>
 *  stands for     in texts
 *  {me}           this SIPp's name; all tags, Call-IDs and SDP origins of its own begin with it
 *  {others}       in expressions: the name or the address of any other SIPp of the row
 * </pre>
 */
public final class Scenario {
    private static final String FIRST_URI = "sip:[service]@[remote_ip]:[remote_port]";
    private static final String AGAIN_UNTIL_ANSWERED = "retrans=\"500\"";
    private static final int MOST_TIMES = 60; // 15 s; SIPp reads no more than 64 KiB
    private static final String NOBODY = "no body"; // where a body would be usual
    private static final Pattern VARIABLE = Pattern.compile("assign_to=\"([\\w,]+)\"");
    private static final String HIDES = check("{others}", "search_in=\"msg\" check_it_inverse=\"true\"", "v");

    private final List<String> steps = new ArrayList<>();
    private final StringBuilder expected = new StringBuilder(); // the last one, still open for checks
    private final List<String> with = new ArrayList<>();
    private String body = "";
    private String branch = "";
    private boolean ofInvite;
    private String lastSent = "";
    private int lastSentIndex;
    private boolean isCaller;
    private boolean inDialog; // requests that come have our tag already
    private boolean invited;
    private boolean answered; // the last response was a 2xx
    private int cseq;
    private int inviteCseq;
    private int inviteIndex;
    private String inviteUri = FIRST_URI;
    private int bodies;

    private Scenario() {}

    public static Scenario start() {
        return new Scenario();
    }

    /** Header lines of the next message; one that it has anyway is replaced. */
    public Scenario with(String... headers) {
        with.addAll(List.of(headers));
        return this;
    }

    /** SDP of the next message instead of the usual; none where it is empty. */
    public Scenario body(String sdp) {
        body = sdp.isEmpty() ? NOBODY : sdp;
        return this;
    }

    /** The next response is to the last INVITE that came, whatever came since. */
    public Scenario ofInvite() {
        ofInvite = true;
        return this;
    }

    /** The next responses are of another place that a proxy forked the call to: their To tag is another one. */
    public Scenario branch(String name) {
        branch = name;
        return this;
    }

    /** INVITE with an offer of G.711 A-law and telephone-event. */
    public Scenario invite() {
        return first("INVITE");
    }

    /** A request without a To tag. */
    public Scenario first(String method) {
        return first(method, FIRST_URI);
    }

    /** The same to a URI. */
    public Scenario first(String method, String uri) {
        isCaller = true;
        cseq++;
        return request(method, "", uri, "[branch]");
    }

    /** re-INVITE in the dialog. */
    public Scenario reInvite(String direction) {
        return body(SippSdp.audio(direction)).request("INVITE");
    }

    /** Any request in the dialog but ACK and CANCEL. */
    public Scenario request(String method) {
        cseq++;
        return request(method, "[peer_tag_param]", isCaller ? "[next_url]" : "[$contact]", "[branch]");
    }

    /** ACK of a 2xx: a transaction of its own. */
    public Scenario ack() {
        inDialog = true;
        return request("ACK", "[peer_tag_param]", isCaller ? "[next_url]" : "[$contact]", "[branch]");
    }

    /** ACK of any other final response: part of the INVITE's transaction (RFC 3261 §17.1.1.3). */
    public Scenario ackOfFailure() {
        return request("ACK", "[peer_tag_param]", inviteUri, ofInviteBranch());
    }

    /** CANCEL of the INVITE: the same branch (RFC 3261 §9.1). */
    public Scenario cancel() {
        return request("CANCEL", inviteUri.equals(FIRST_URI) ? "" : "[peer_tag_param]", inviteUri, ofInviteBranch());
    }

    public Scenario bye() {
        return request("BYE");
    }

    private String ofInviteBranch() {
        close();
        return "[branch-" + (steps.size() - inviteIndex) + "]";
    }

    private Scenario request(String method, String toTag, String uri, String transaction) {
        close();
        boolean isInvite = method.equals("INVITE");
        if (isInvite) {
            inviteIndex = steps.size();
            inviteCseq = cseq;
            inviteUri = uri;
        }
        boolean sharesCseq = method.equals("ACK") || method.equals("CANCEL");
        String parties = isCaller
                ? """
                From: caller <sip:caller@[local_ip]:[local_port]>;tag={me}-[pid]-[call_number]
                To: called <sip:[service]@[remote_ip]:[remote_port]>%s
                """
                        .formatted(toTag)
                : """
                From:[$to];tag={me}-[pid]-[call_number]%s
                To:[$from]
                """
                        .formatted(branch);
        return send(
                method.equals("ACK") ? "" : AGAIN_UNTIL_ANSWERED,
                """
                %1$s %2$s SIP/2.0
                Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=%3$s
                %4$sCall-ID: [call_id]
                CSeq: %5$d %1$s
                Contact: <sip:{me}-0@[local_ip]:[local_port];transport=[transport]>
                Max-Forwards: 70
                """
                        .formatted(method, uri, transaction, parties, sharesCseq ? inviteCseq : cseq),
                isInvite ? SippSdp.audio("sendrecv") : "");
    }

    /** A response to the last request, with the dialog's tag. */
    public Scenario respond(int status, String reason) {
        answered = status < 300;
        return send("", response(status, reason), "");
    }

    /** 200 to INVITE or re-INVITE with an answer; sent again until the ACK. */
    public Scenario answer(String direction) {
        answered = true;
        return send(AGAIN_UNTIL_ANSWERED, response(200, "OK"), SippSdp.audio(direction));
    }

    private String response(int status, String reason) {
        String tag = ";tag={me}-[pid]-[call_number]" + branch;
        String copied = ofInvite
                ? "Via:[$via]\nFrom:[$from]\nTo:[$to]%s\nCall-ID: [call_id]\nCSeq:[$cseq]\n".formatted(tag)
                : "[last_Via:]\n[last_From:]\n[last_To:]%s\n[last_Call-ID:]\n[last_CSeq:]\n"
                        .formatted(inDialog ? "" : tag);
        ofInvite = false;
        return "SIP/2.0 %d %s\n%sContact: <sip:{me}-0%s@[local_ip]:[local_port];transport=[transport]>\n"
                .formatted(status, reason, copied, branch);
    }

    private Scenario send(String attributes, String head, String usualBody) {
        close();
        StringBuilder message = new StringBuilder();
        head.lines()
                .filter(line -> with.stream().noneMatch(other -> name(other).equals(name(line))))
                .forEach(line -> message.append(line).append('\n'));
        with.forEach(header -> message.append(header).append('\n'));
        String sdp = body.isEmpty() ? usualBody : body.equals(NOBODY) ? "" : body;
        if (sdp.isEmpty()) {
            message.append("Content-Length: 0\n");
        } else {
            message.append(message.indexOf("Content-Type:") < 0 ? "Content-Type: application/sdp\n" : "")
                    .append("Content-Length: [len]\n\n")
                    .append(sdp.replace("{version}", Integer.toString(++bodies)));
        }
        with.clear();
        body = "";
        lastSent = "<send %s><![CDATA[\n\n%s\n]]></send>\n".formatted(attributes, message);
        lastSentIndex = steps.size();
        steps.add(lastSent);
        return this;
    }

    private static String name(String line) {
        int colon = line.indexOf(':');
        return colon < 0 || line.startsWith("SIP/2.0 ") || line.contains(" SIP/2.0")
                ? line
                : line.substring(0, colon).replace("[last_", "");
    }

    /** A request in the dialog, and a new one every 250 ms while it is refused so; goes on with the first 200. Once only. */
    public Scenario insist(String method, int refused) {
        String said = body;
        String[] headers = with.toArray(String[]::new);
        with.clear();
        for (int i = 0; i < MOST_TIMES; i++) {
            body(said).with(headers).request(method);
            expect(refused, "optional=\"true\" next=\"again%d\"".formatted(i));
            expect(200, "next=\"taken\"");
            step("<label id=\"again%d\"/>\n".formatted(i)).pause(250);
        }
        return step("<label id=\"taken\"/>\n");
    }

    /** The last message once more, octet by octet. */
    public Scenario again() {
        close();
        return step(lastSent.replace("[branch]", "[branch-" + (steps.size() - lastSentIndex) + "]")
                .replace(AGAIN_UNTIL_ANSWERED, ""));
    }

    /** The last request once more, as it would come by another way through the network. */
    public Scenario againByAnotherWay() {
        return step(lastSent.replace("branch=[branch]", "branch=[branch]-other"));
    }

    /** A request; the first one that comes must be this. */
    public Scenario expect(String method) {
        close();
        inDialog |= method.equals("ACK") && answered;
        expected.append("<recv request=\"%s\" crlf=\"true\"><action>".formatted(method))
                .append(HIDES);
        if (method.equals("INVITE")) {
            remember("via", "Via", ".*").remember("cseq", "CSeq", ".*");
            if (!invited) {
                remember("contact", "Contact", "sip:[a-zA-Z0-9@.:;=_-]*|sip:[][a-zA-Z0-9@.:;=_-]*");
                remember("from", "From", ".*").remember("to", "To", ".*");
            }
            invited = true;
        }
        return this;
    }

    /** A response; the first one that comes must be this. */
    public Scenario expect(int status) {
        return expect(status, status < 300 ? "rrs=\"true\"" : "");
    }

    /** A 401 or 407 that is going to be answered. */
    public Scenario expectChallenge(int status) {
        return expect(status, "auth=\"true\"");
    }

    private Scenario expect(int status, String attributes) {
        close();
        expected.append("<recv response=\"%d\" %s><action>".formatted(status, attributes))
                .append(HIDES);
        return this;
    }

    /** Provisional responses that may come or not. */
    public Scenario mayGet(int... statuses) {
        for (int status : statuses) {
            expect(status, "optional=\"true\"");
        }
        return this;
    }

    /** A header that is there, and of whose value the expression matches a part. */
    public Scenario has(String header, String expression) {
        return check(expression, "search_in=\"hdr\" header=\"" + header + ":\" check_it=\"true\"");
    }

    /** A header that is not there. */
    public Scenario lacks(String header) {
        return check("[[:cntrl:]]" + header + ":", "search_in=\"msg\" check_it_inverse=\"true\"");
    }

    /** A part of the whole message, from its start line on. */
    public Scenario matches(String expression) {
        return check(expression, "search_in=\"msg\" check_it=\"true\"");
    }

    /** A part that the whole message does not have. */
    public Scenario matchesNot(String expression) {
        return check(expression, "search_in=\"msg\" check_it_inverse=\"true\"");
    }

    /** A part of the body. */
    public Scenario says(String expression) {
        return check(expression, "search_in=\"body\" check_it=\"true\"");
    }

    /** Keeps what the expression matches of a header, for later messages: [$variable]. */
    public Scenario remember(String variable, String header, String expression) {
        expected.append(check(expression, "search_in=\"hdr\" header=\"" + header + ":\" check_it=\"true\"", variable));
        return this;
    }

    /** Keeps what the first group of the expression matches of the body. */
    public Scenario rememberSaid(String variable, String expression) {
        expected.append(check(expression, "search_in=\"body\" check_it=\"true\"", "whole," + variable));
        return this;
    }

    private Scenario check(String expression, String where) {
        expected.append(check(expression, where, "v"));
        return this;
    }

    private static String check(String expression, String where, String variable) {
        String escaped = expression.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return "<ereg regexp=\"%s\" %s assign_to=\"%s\"/>".formatted(escaped, where, variable);
    }

    /** Credentials of the last request expected; 403 goes out where they are not right, which nobody expects. */
    public Scenario verify(String user, String password) {
        expected.append("<verifyauth assign_to=\"right\" username=\"%s\" password=\"%s\"/>".formatted(user, password));
        close();
        String label = "right" + steps.size();
        steps.add("<nop hide=\"true\" test=\"right\" next=\"%s\"/>\n".formatted(label));
        respond(403, "Wrong Credentials");
        steps.set(steps.size() - 1, steps.getLast() + "<label id=\"%s\"/>\n".formatted(label));
        return this;
    }

    public Scenario pause(int milliseconds) {
        return step("<pause milliseconds=\"%d\"/>\n".formatted(milliseconds));
    }

    /** Plays a capture that SIPp's package brings. */
    public Scenario play(String pcap) {
        return step("<nop><action><exec play_pcap_audio=\"/usr/share/sip-tester/%s.pcap\"/></action></nop>\n"
                .formatted(pcap));
    }

    private Scenario step(String element) {
        close();
        steps.add(element);
        return this;
    }

    private void close() {
        if (!expected.isEmpty()) {
            steps.add(expected + "</action></recv>\n");
            expected.setLength(0);
        }
    }

    /** True where it waits for a call. */
    public boolean isCalled() {
        return !isCaller;
    }

    /** As SIPp reads it. */
    public String xml(String name) {
        return xml(name, "");
    }

    /**
     * As SIPp reads it.
     *
     * @param others what no message may have a part of; empty for no such check
     */
    public String xml(String name, String others) {
        close();
        String all = String.join("", steps)
                .replace(HIDES, others.isEmpty() ? "" : HIDES.replace("{others}", others))
                .replace("{me}", name)
                .replace("<action></action>", "");
        TreeSet<String> variables = new TreeSet<>();
        VARIABLE.matcher(all)
                .results()
                .forEach(found -> variables.addAll(List.of(found.group(1).split(","))));
        String used =
                variables.isEmpty() ? "" : "<Reference variables=\"%s\"/>\n".formatted(String.join(",", variables));
        return "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<scenario name=\"%s\">\n%s%s</scenario>\n"
                .formatted(name.toLowerCase(Locale.ROOT), all, used);
    }
}
