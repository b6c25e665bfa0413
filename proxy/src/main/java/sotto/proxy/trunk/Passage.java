package sotto.proxy.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.sip.SipHeader;
import sotto.proxy.sip.SipParty;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;

/**
 * What of an INVITE, and of its responses, crosses between two peers: in this order what the policy lets cross, the rules
 * {@code in} of the one it comes from, the rules {@code out} of the one it goes to. Nothing else does. Immutable.
 *
 * <p>Out of scope: requests within a dialog carry no headers across.
 *
 * @param host ours, as peers know it
 */
public record Passage(Peer from, SipRequest invite, String host) {
    /**
     * What is sent on.
     *
     * @param called number to be called
     * @param from who calls
     * @param to who was called, as the message says
     * @param headers all that cross
     */
    public record Outgoing(String called, SipParty from, SipParty to, List<SipHeader> headers) {}

    /** The called number in the form that routes are written for. */
    public String called() {
        return numbersIn().called(invite.user());
    }

    /** What one peer gets. */
    public Outgoing to(Peer to) {
        NumberRules in = numbersIn();
        NumberRules out = outOf(to);
        Identity.Form form = form(in, out);
        Identity identity = new Identity(invite::headers);
        SipParty caller = new SipParty(
                invite.from().display(), form.calling().apply(invite.from().user()));
        List<SipHeader> policy = new ArrayList<>();
        invite.headers("Subject").stream().limit(1).forEach(subject -> policy.add(new SipHeader("Subject", subject)));
        policy.addAll(identity.headers(policy(from).trustsIdentity(), policy(to).trustsIdentity(), form));
        return new Outgoing(
                out.called(called()),
                identity.isHiddenFrom(policy(to).trustsIdentity()) ? SipParty.ANONYMOUS : caller,
                new SipParty(
                        invite.to().display(), form.called().apply(invite.to().user())),
                ruled(from, to, policy, invite::headers));
    }

    /**
     * The number that a peer means, in the form that routes are written for.
     *
     * @param user as it wrote it
     */
    public static String called(Peer by, String user) {
        return new NumberRules(policy(by).in().numbers()).called(user);
    }

    /** The other way round: the number as a peer is to see it. */
    public static String calledBy(Peer peer, String number) {
        return outOf(peer).called(number);
    }

    /** What one peer gets where the caller is transferred to it: a call of the caller to that number. */
    public Outgoing onward(Peer to, String number) {
        Outgoing usual = to(to);
        String called = outOf(to).called(number);
        return new Outgoing(called, usual.from(), new SipParty("", called), usual.headers());
    }

    /** The same where it is the called party that is transferred: nothing is known of it but its number. */
    public static Outgoing onward(Peer from, SipParty party, Peer to, String number) {
        String normal = new NumberRules(policy(from).in().numbers()).calling(party.user());
        NumberRules out = outOf(to);
        String called = out.called(number);
        return new Outgoing(called, new SipParty("", out.calling(normal)), new SipParty("", called), List.of());
    }

    private static NumberRules outOf(Peer to) {
        return new NumberRules(policy(to).out().numbers());
    }

    /** What of a response goes back, from the peer that was called. */
    public List<SipHeader> back(Peer called, SipResponse response) {
        NumberRules in = new NumberRules(policy(called).in().numbers());
        NumberRules out = new NumberRules(policy(from).out().numbers());
        Identity.Form form = form(in, out);
        Identity identity = new Identity(response::headers);
        return ruled(
                called,
                from,
                identity.headers(policy(called).trustsIdentity(), policy(from).trustsIdentity(), form),
                response::headers);
    }

    private Identity.Form form(NumberRules in, NumberRules out) {
        return new Identity.Form(
                host, number -> out.calling(in.calling(number)), number -> out.called(in.called(number)));
    }

    private static List<SipHeader> ruled(
            Peer from, Peer to, List<SipHeader> policy, Function<String, List<String>> received) {
        List<SipHeader> in = new HeaderRules(policy(from).in().headers()).apply(policy, received);
        return new HeaderRules(policy(to).out().headers()).apply(in, received);
    }

    private NumberRules numbersIn() {
        return new NumberRules(policy(from).in().numbers());
    }

    private static PeerPolicy policy(Peer peer) {
        return peer.settings().policy();
    }
}
