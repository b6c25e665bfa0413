package sotto.proxy.stir;

import java.util.List;
import java.util.Optional;

/**
 * What came of a verification. Nothing in it is unproven: where it failed, only why.
 *
 * @param failure empty where the number is verified
 * @param number the caller's, canonical; only where verified
 * @param attest only where verified, of a {@code shaken} PASSporT
 * @param subject of the certificate; only where verified
 * @param signature of the header that failed, for its sender to know which; may be empty
 */
public record Verdict(
        Optional<Failure> failure,
        Optional<String> number,
        Optional<Attest> attest,
        Optional<String> origid,
        Optional<String> subject,
        String signature) {
    static Verdict failed(Failure failure, String signature) {
        return new Verdict(
                Optional.of(failure),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                signature);
    }

    static Verdict passed(Passport passport, String subject) {
        return new Verdict(
                Optional.empty(),
                Optional.of(passport.orig().value()),
                passport.attest(),
                passport.origid(),
                Optional.of(subject),
                "");
    }

    /** Of the call. */
    public Verstat verstat() {
        return failure.map(Failure::verstat).orElse(Verstat.PASSED);
    }

    /**
     * Of one number that a message names: another one than the signed one is not verified.
     *
     * @param named the number, in each form that it has
     */
    public Verstat verstat(List<Party> named) {
        boolean isOther = number.isPresent() && named.stream().map(Party::value).noneMatch(number.get()::equals);
        return isOther ? Verstat.NONE : verstat();
    }

    /** {@code passed}, or why not; a label in metrics. */
    public String label() {
        return failure.map(Failure::label).orElse("passed");
    }
}
