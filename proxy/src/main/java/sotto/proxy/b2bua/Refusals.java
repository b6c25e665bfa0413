package sotto.proxy.b2bua;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sotto.media.packet.Side;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.sdp.SdpRefused;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.trunk.Peer;

/** Requests that are turned down for what they are, each with its section. Stateless. */
final class Refusals {
    static final String ALLOWED = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK";
    static final String REPLACES = "replaces";
    static final String RETRY_AFTER_S = "5";
    private static final Set<String> SUPPORTED = Set.of(SessionTimer.TAG, Provisionals.TAG);

    private Refusals() {}

    /** A reply, and its name in the metrics. */
    record Refusal(String cause, SipReply reply) {}

    /** What is wrong with a request of any method that we know, in the order of RFC 3261 §8.2. */
    static Optional<Refusal> ofAny(SipRequest request) {
        return ofAny(request, SUPPORTED);
    }

    private static Optional<Refusal> ofAny(SipRequest request, Set<String> supported) {
        if (!request.hasKnownScheme()) { // §8.2.2.1
            return Optional.of(new Refusal("unsupported-uri", SipReply.of(416)));
        }
        List<String> unknown = new ArrayList<>(request.requires());
        unknown.removeIf(supported::contains);
        return unknown.isEmpty() ? Optional.empty() : Optional.of(unsupported(unknown));
    }

    private static Refusal unsupported(List<String> tags) { // §8.2.2.3
        return new Refusal("unsupported-extension", SipReply.of(420).with("Unsupported", String.join(", ", tags)));
    }

    /** What is wrong with an INVITE or re-INVITE before its SDP is read. */
    static Optional<Refusal> of(SipRequest invite) {
        return of(invite, SUPPORTED);
    }

    /** The same with one that takes somebody's place (RFC 3891). */
    static Optional<Refusal> ofReplacing(SipRequest invite) {
        return of(invite, Set.of(SessionTimer.TAG, REPLACES));
    }

    private static Optional<Refusal> of(SipRequest invite, Set<String> supported) {
        if (invite.maxForwards().orElse(1) == 0) { // RFC 3261 §16.3 item 3; RFC 7332 §4: a B2BUA counts too
            return Optional.of(new Refusal("too-many-hops", SipReply.of(483)));
        }
        Optional<Refusal> any = ofAny(invite, supported);
        if (any.isPresent()) {
            return any;
        }
        if (invite.sdp().isEmpty() && invite.requires().contains(Provisionals.TAG)) {
            return Optional.of(unsupported(List.of(Provisionals.TAG))); // RFC 3262 §5: the offer would be in an 18x
        }
        Optional<SipReply> tooShort = SessionTimer.tooShort(invite);
        if (tooShort.isPresent()) {
            return Optional.of(new Refusal("session-interval-too-small", tooShort.get()));
        }
        if (invite.hasOtherBody()) { // §8.2.3
            return Optional.of(new Refusal("unsupported-body", SipReply.of(415).with("Accept", "application/sdp")));
        }
        if (!invite.acceptsSdp()) { // §21.4.7: all that we answer with is SDP
            return Optional.of(new Refusal("not-acceptable", SipReply.of(406)));
        }
        return Optional.empty();
    }

    static Refusal of(SdpRefused refused) {
        SdpRefused.Reason reason = refused.reason();
        String warning = warning(reason.warning(), String.valueOf(refused.getMessage()));
        return new Refusal(reason.cause(), SipReply.of(reason.sipStatus()).with("Warning", warning));
    }

    /** Methods that a peer may use. A caller's has INFO in any case: it is how some phones send keys ({@link Crossing}). */
    static String allowed(Peer peer) {
        PeerPolicy.Requests may = peer.settings().policy().requests();
        StringBuilder allowed = new StringBuilder(ALLOWED);
        if (may.refer() != PeerPolicy.Refer.REFUSE) {
            allowed.append(", REFER");
        }
        if (may.refer() == PeerPolicy.Refer.PASS) {
            allowed.append(", NOTIFY");
        }
        if (!may.infoTypes().isEmpty() || peer.side() == Side.CALLER) {
            allowed.append(", INFO");
        }
        return allowed.append(may.messages() ? ", MESSAGE" : "").toString();
    }

    /** The answer to OPTIONS. */
    static SipReply capabilities(Peer peer) {
        return SipReply.of(200).with("Allow", allowed(peer)).with("Accept", "application/sdp");
    }

    /** The answer to a method that nothing here takes. */
    static SipReply unknown(SipRequest request, Peer peer) {
        return Dispatcher.isKnown(request.method()) ? methodNotAllowed(peer) : SipReply.of(501);
    }

    static SipReply methodNotAllowed(Peer peer) {
        return SipReply.of(405).with("Allow", allowed(peer)); // §8.2.1
    }

    /** A sips URI, and nobody that is called over TLS (RFC 3261 §26.2.2, RFC 5630). */
    static Refusal sipsNotAllowed() {
        return new Refusal(
                "unsupported-uri",
                SipReply.of(480).with("Warning", warning(380, "SIPS not allowed: no TLS from here")));
    }

    /** SIP that anybody on the way can read, of a peer that is not to have that. */
    static Refusal inTheClear() {
        return new Refusal(
                "plain-sip", SipReply.of(403).with("Warning", warning(399, "this side takes SIP over TLS only")));
    }

    /** Neither a call's parties nor what passes between them change while the caller's keys are kept from the agent. */
    static Refusal masked() {
        return new Refusal(
                "secure-pay",
                SipReply.of(488).with("Warning", warning(399, "secure-pay is on in this call; try again after it")));
    }

    /** An INFO of a key while keys are wanted, and nobody can tell which. */
    static Refusal noKey() {
        return new Refusal(
                "malformed-key",
                SipReply.of(400)
                        .with("Warning", warning(399, "no key in the body: Signal=, then one of 0 to 9 * # A to D")));
    }

    static SipReply unavailable() {
        return SipReply.of(503).with("Retry-After", RETRY_AFTER_S); // §21.5.4
    }

    /** RFC 3261 §20.43; the agent is a pseudonym, so that no address of ours crosses. */
    private static String warning(int code, String text) {
        return code + " sotto \"" + text.replace('\\', '/').replace('"', '\'') + "\"";
    }
}
