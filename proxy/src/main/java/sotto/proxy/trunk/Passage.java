package sotto.proxy.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.sip.SipHeader;
import sotto.proxy.sip.SipParty;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.stir.Asserted;
import sotto.proxy.stir.Party;
import sotto.proxy.stir.Signer.Signed;
import sotto.proxy.stir.Verdict;
import sotto.proxy.stir.Verstat;

/**
 * What of an INVITE, and of its responses, crosses between two peers: in this order what the policy lets cross, the rules
 * {@code in} of the one it comes from, the rules {@code out} of the one it goes to. Nothing else does. Immutable.
 *
 * <pre>
 *  verstat of the caller's number        towards a trusted peer    towards others
 *  verified here                         what came of it           -
 *  not verified; from a trusted peer     what that peer said       -
 *  not verified; from another            -                         -
 * </pre>
 *
 * <p>Out of scope: requests within a dialog carry no headers across.
 *
 * @param verdict on the caller's number, where it was verified
 */
public record Passage(Peer from, SipRequest invite, Optional<Verdict> verdict) {
    /** Of an INVITE that nobody verified. */
    public Passage(Peer from, SipRequest invite) {
        this(from, invite, Optional.empty());
    }

    /**
     * What is sent on.
     *
     * @param called number to be called
     * @param from who calls
     * @param to who was called, as the message says
     * @param headers all that cross
     * @param signed our word on the caller's number, where it is in the headers
     */
    public record Outgoing(
            String called, SipParty from, SipParty to, List<SipHeader> headers, Optional<Signed> signed) {
        /** One without our word. */
        Outgoing(String called, SipParty from, SipParty to, List<SipHeader> headers) {
            this(called, from, to, headers, Optional.empty());
        }
    }

    /** The same, after a verification. */
    public Passage verified(Verdict now) {
        return new Passage(from, invite, Optional.of(now));
    }

    /** What of the INVITE a signature is compared with; numbers as they came, and in the form that rules give them. */
    public Asserted asserted() {
        List<String> callers = new ArrayList<>(List.of(invite.callingUri()));
        if (policy(from).trustsIdentity()) { // else a stranger's own number would vouch for another one in From
            callers.addAll(new Identity(invite::headers).asserted());
        }
        return new Asserted(
                invite.identities(),
                parties(callers, numbersIn()::calling),
                parties(invite.calledUris(), numbersIn()::called),
                invite.header("Date"),
                invite.callId());
    }

    private static List<Party> parties(List<String> uris, Function<String, String> form) {
        List<Party> parties =
                uris.stream().flatMap(uri -> Party.of(uri).stream()).toList();
        Stream<Party> formed = parties.stream()
                .filter(Party::isNumber)
                .flatMap(party -> Stream.of(party.value(), "+" + party.value()))
                .flatMap(number -> Party.ofUser(form.apply(number)).stream());
        return Stream.concat(parties.stream(), formed).toList();
    }

    /** The called number in the form that routes are written for. */
    public String called() {
        return numbersIn().called(Verstat.stripped(invite.user()));
    }

    /** What one peer gets. */
    public Outgoing to(Peer to) {
        NumberRules in = numbersIn();
        NumberRules out = outOf(to);
        Identity.Form form = form(in, out, to);
        Identity identity = new Identity(invite::headers);
        SipParty caller = new SipParty(
                invite.from().display(), form.calling().apply(invite.from().user()));
        boolean isHidden = identity.isHiddenFrom(policy(to).trustsIdentity());
        List<SipHeader> policy = new ArrayList<>(from.isPhone() ? Phones.credentials(invite) : List.of());
        invite.headers("Subject").stream().limit(1).forEach(subject -> policy.add(new SipHeader("Subject", subject)));
        policy.addAll(identity.headers(policy(from).trustsIdentity(), policy(to).trustsIdentity(), form));
        Outgoing outgoing = new Outgoing(
                out.called(called()),
                isHidden ? SipParty.ANONYMOUS : caller,
                new SipParty(
                        invite.to().display(), form.called().apply(invite.to().user())),
                ruled(from, to, policy, invite::headers),
                Optional.empty());
        return isHidden ? outgoing : signed(to, outgoing, form);
    }

    /** The number that is vouched for is the asserted one of a trusted peer, else From's (RFC 8224 §6.1 step 1). */
    private Outgoing signed(Peer to, Outgoing outgoing, Identity.Form form) {
        Stream<String> asserted =
                policy(from).trustsIdentity() ? new Identity(invite::headers).asserted().stream() : Stream.empty();
        Optional<String> caller = Stream.concat(asserted, Stream.of(invite.callingUri()))
                .filter(uri -> Party.of(uri).filter(Party::isNumber).isPresent())
                .findFirst()
                .map(uri -> uri.replaceFirst("(?i)^(?:sips?|tel):", "").split("[@;]", 2)[0])
                .map(form.calling());
        return to.signer()
                .flatMap(signer -> new Signing(
                                signer,
                                from,
                                to.settings().stir().sign().orElseThrow().attest())
                        .sign(caller, outgoing))
                .map(signed -> Signing.with(outgoing, signed))
                .orElse(outgoing);
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
        Identity.Form form = new Identity.Form(
                from.realm().uriHost(),
                number -> out.calling(in.calling(Verstat.stripped(number))),
                number -> out.called(in.called(Verstat.stripped(number))));
        Identity identity = new Identity(response::headers);
        List<SipHeader> crossing = new ArrayList<>(from.isPhone() ? Phones.challenges(response) : List.of());
        crossing.addAll(
                identity.headers(policy(called).trustsIdentity(), policy(from).trustsIdentity(), form));
        crossing.addAll(ReleaseCauses.of(response::headers)); // RFC 6432
        return ruled(called, from, crossing, response::headers);
    }

    private Identity.Form form(NumberRules in, NumberRules out, Peer to) {
        boolean toTrusted = policy(to).trustsIdentity();
        return new Identity.Form(
                to.realm().uriHost(),
                number -> {
                    String written = out.calling(in.calling(Verstat.stripped(number)));
                    return toTrusted ? verstat(number).map(v -> v.on(written)).orElse(written) : written;
                },
                number -> out.called(in.called(Verstat.stripped(number))));
    }

    private Optional<Verstat> verstat(String number) {
        if (verdict.isPresent()) {
            List<Party> forms = parties(List.of("tel:" + number), numbersIn()::calling);
            return forms.isEmpty()
                    ? Optional.empty()
                    : Optional.of(verdict.get().verstat(forms));
        }
        return policy(from).trustsIdentity() ? Verstat.of(number) : Optional.empty();
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
