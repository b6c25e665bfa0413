package sotto.proxy.demo;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one side of a call remembers (RFC 3261 §12), and the messages that this side writes. Not thread-safe: belongs to
 * whoever runs the call.
 */
public final class SipDialog {
    private static final Pattern ADDRESS = Pattern.compile("sips?:(?:[^@>]*@)?([0-9.]+)(?::([0-9]+))?");
    private static final Pattern URI = Pattern.compile("<([^>]*)>");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final InetSocketAddress local;
    private final InetSocketAddress peer;
    private final String callId;
    private final String localParty;
    private String remoteParty;
    private String target;
    private List<SipMessage.Header> routes = List.of();
    private long cseq = 1;
    private String inviteBranch = "";

    private SipDialog(InetSocketAddress local, InetSocketAddress peer, String callId, Parties parties) {
        this.local = local;
        this.peer = peer;
        this.callId = callId;
        this.localParty = parties.local;
        this.remoteParty = parties.remote;
        this.target = parties.target;
    }

    private record Parties(String local, String remote, String target) {}

    /**
     * The calling side.
     *
     * @param local our SIP socket
     * @param peer where the INVITE goes
     * @param from our user part
     * @param to the called user part
     */
    public static SipDialog calling(InetSocketAddress local, InetSocketAddress peer, String from, String to) {
        String uri = "sip:" + to + "@" + text(peer);
        return new SipDialog(
                local,
                peer,
                token() + "@" + local.getAddress().getHostAddress(),
                new Parties("<sip:" + from + "@" + text(local) + ">;tag=" + token(), "<" + uri + ">", uri));
    }

    /**
     * The called side.
     *
     * @param peer where the INVITE came from
     */
    public static SipDialog called(InetSocketAddress local, InetSocketAddress peer, SipMessage invite) {
        SipDialog dialog = new SipDialog(
                local,
                peer,
                invite.callId(),
                new Parties(
                        invite.header("To").orElse("") + ";tag=" + token(),
                        invite.header("From").orElse(""),
                        uri(invite.header("Contact")).orElse("sip:" + text(peer))));
        dialog.routes = invite.headers("Record-Route"); // §12.1.1: as they are, for the called side
        return dialog;
    }

    public String callId() {
        return callId;
    }

    /** Where the call was sent, or came from. */
    public InetSocketAddress peer() {
        return peer;
    }

    /** The INVITE that opens the dialog, or one within it. */
    public SipMessage invite(byte[] sdp) {
        inviteBranch = branch();
        return request("INVITE", inviteBranch).sdp(sdp).build();
    }

    /** Takes peer's tag, target and routes from a response that makes a dialog (§12.1.2). */
    public void establish(SipMessage response) {
        remoteParty = response.header("To").orElse(remoteParty);
        uri(response.header("Contact")).ifPresent(contact -> target = contact);
        List<SipMessage.Header> recorded = new ArrayList<>(response.headers("Record-Route"));
        Collections.reverse(recorded);
        routes = recorded;
    }

    /** Acknowledges a final response to the INVITE: in a transaction of its own for 2xx (§13.2.2.4), else in the same. */
    public SipMessage ack(SipMessage response) {
        String branch = response.status() < 300 ? branch() : inviteBranch;
        return builder("ACK", branch, response.header("To").orElse(remoteParty), response.cseq())
                .build();
    }

    /** Gives up an INVITE that rings (§9.1): same branch and number as the INVITE. */
    public SipMessage cancel() {
        return builder("CANCEL", inviteBranch, remoteParty, cseq).build();
    }

    /** A further request in the dialog. */
    public SipMessage next(String method) {
        cseq++;
        return request(method, branch()).build();
    }

    /** Answers a request of the peer. */
    public SipMessage reply(SipMessage request, int status, String reason, byte[] sdp) {
        SipMessage.Builder reply = SipMessage.response(status, reason)
                .addAll(request.headers("Via"))
                .addAll(request.headers("Record-Route"))
                .add("From", request.header("From").orElse(""));
        boolean tagged = request.parameter("To", "tag").isPresent() || status == 100;
        reply.add("To", tagged ? request.header("To").orElse("") : localParty)
                .add("Call-ID", request.callId())
                .add("CSeq", request.header("CSeq").orElse(""));
        if (status < 300 && status > 100) {
            reply.add("Contact", "<sip:" + text(local) + ">");
        }
        return reply.sdp(sdp).build();
    }

    /** Where requests of this dialog go: first route, else the peer's contact, else where the call was sent. */
    public InetSocketAddress destination() {
        String next = routes.isEmpty() ? target : routes.getFirst().value();
        Matcher address = ADDRESS.matcher(next);
        if (!address.find()) {
            return peer;
        }
        String port = address.group(2);
        return new InetSocketAddress(address.group(1), port == null ? 5060 : Integer.parseInt(port));
    }

    private SipMessage.Builder request(String method, String branch) {
        return builder(method, branch, remoteParty, cseq)
                .add("Contact", "<sip:" + text(local) + ">")
                .add("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS");
    }

    private SipMessage.Builder builder(String method, String branch, String to, long number) {
        SipMessage.Builder request = SipMessage.request(method, target)
                .add("Via", "SIP/2.0/UDP " + text(local) + ";branch=" + branch + ";rport")
                .add("Max-Forwards", "70");
        routes.forEach(route -> request.add("Route", route.value()));
        return request.add("From", localParty)
                .add("To", to)
                .add("Call-ID", callId)
                .add("CSeq", number + " " + method);
    }

    private static Optional<String> uri(Optional<String> contact) {
        return contact.map(value -> {
            Matcher bracketed = URI.matcher(value);
            return bracketed.find() ? bracketed.group(1) : value.split(";")[0].strip();
        });
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private static String branch() {
        return "z9hG4bK" + token(); // §8.1.1.7: the cookie
    }

    private static String token() {
        byte[] octets = new byte[10];
        RANDOM.nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }
}
