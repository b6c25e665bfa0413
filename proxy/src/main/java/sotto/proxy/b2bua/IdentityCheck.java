package sotto.proxy.b2bua;

import java.util.Optional;
import sotto.proxy.config.PeerStir;
import sotto.proxy.sip.SipReply;
import sotto.proxy.stir.Attest;
import sotto.proxy.stir.Failure;
import sotto.proxy.stir.Signer.Signed;
import sotto.proxy.stir.Verdict;
import sotto.proxy.trunk.Passage;
import sotto.proxy.trunk.Peer;

/** Who a call is from: what came of the verification of an INVITE, or of our own word for it. Stateless. */
final class IdentityCheck {
    private IdentityCheck() {}

    /** Verifies an INVITE; empty where calls of its peer are not. */
    static Optional<Verdict> of(CallServices services, Peer from, Passage passage) {
        if (from.settings().stir().verification().isEmpty()) {
            return Optional.empty();
        }
        Optional<Verdict> verdict = services.verifier().map(verifier -> verifier.verify(passage.asserted()));
        verdict.ifPresent(v -> services.listener().verified(v.label()));
        return verdict;
    }

    /** What the caller gets where the call fails with it; empty where it goes on. */
    static Optional<Refusals.Refusal> refusal(Peer from, Optional<Verdict> verdict) {
        boolean isRequired = from.settings()
                .stir()
                .verification()
                .filter(PeerStir.Verification::isRequired)
                .isPresent();
        return verdict.filter(v -> isRequired)
                .flatMap(v -> v.failure().map(failure -> refusal(failure, v.signature())));
    }

    /** RFC 8224 §6.2.2; which header it was, in its compact form (RFC 9410 §4, §5). */
    private static Refusals.Refusal refusal(Failure failure, String signature) {
        String reason = "STIR;cause=" + failure.sipStatus() + ";text=\"" + failure.phrase() + "\"";
        String header = signature.isEmpty() ? "" : ";ppi=\".." + signature + "\"";
        return new Refusals.Refusal(
                "identity-refused",
                SipReply.of(failure.sipStatus()).saying(failure.phrase()).with("Reason", reason + header));
    }

    static CallView.IdentityView view(Verdict verdict) {
        return new CallView.IdentityView(
                Optional.of(verdict.verstat().text()),
                verdict.failure().map(Failure::label),
                verdict.attest().map(Attest::name),
                verdict.origid(),
                verdict.subject());
    }

    /** Tells of our word for a number, or that there is none; only of peers that are to have it. */
    static Optional<CallView.IdentityView> signed(CallServices services, Peer to, Optional<Signed> signed) {
        if (to.settings().stir().sign().isPresent()) {
            services.listener().signed(signed.map(s -> s.attest().name()).orElse("none"));
        }
        return signed.map(s -> new CallView.IdentityView(
                Optional.empty(),
                Optional.empty(),
                Optional.of(s.attest().name()),
                Optional.of(s.origid()),
                s.subject()));
    }
}
