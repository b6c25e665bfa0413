package sotto.proxy.stir;

import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sotto.proxy.stir.Passport.Refused;

/**
 * The verification service of RFC 8224 §6.2. Thread-safe; asks neither disk nor net.
 *
 * <pre>
 *  in this order                                                       else
 *  an Identity header with no ppt, or with shaken; others are no matter  no-identity
 *  its syntax, its two JSON texts, alg, typ, x5u = info                malformed, other-algorithm
 *  iat within the age that is allowed, of now and of Date              stale-date
 *  orig is who the message says calls, dest who it says is called      other-call
 *  the certificate is in the store                                     no-certificate
 *  leads to an anchor, is valid now, P-256, may sign                   untrusted-certificate
 *  its TNAuthList, where it has one, covers orig                       no-authority
 *  the signature                                                       bad-signature
 *  was not seen with another call                                      replayed
 * </pre>
 *
 * <p>What is cheap comes first. Of several headers one that passes is enough; else the failure of the first is told.
 */
public final class Verifier {
    private static final int MOST_HEADERS = 4; // each may cost a signature
    private static final Set<String> KNOWN = Set.of("", Passport.SHAKEN);

    private final CertificateStore store;
    private final Duration maxAge;
    private final InstantSource clock;
    private final Replays replays;

    /** @param maxAge most that iat may be off */
    public Verifier(CertificateStore store, Duration maxAge, InstantSource clock) {
        this.store = store;
        this.maxAge = maxAge;
        this.clock = clock;
        this.replays = new Replays(2 * maxAge.toMillis());
    }

    public CertificateStore store() {
        return store;
    }

    public Verdict verify(Asserted call) {
        List<Verdict> failed = new ArrayList<>();
        int tried = 0;
        for (String value : call.identities()) {
            Optional<IdentityHeader> header = IdentityHeader.parse(value);
            if (header.isPresent() && !KNOWN.contains(ppt(header.get()))) {
                continue;
            }
            if (++tried > MOST_HEADERS) {
                break;
            }
            Verdict verdict = header.map(h -> verify(h, call)).orElseGet(() -> Verdict.failed(Failure.MALFORMED, ""));
            if (verdict.failure().isEmpty()) {
                return verdict;
            }
            failed.add(verdict);
        }
        return failed.isEmpty() ? Verdict.failed(Failure.NO_IDENTITY, "") : failed.getFirst();
    }

    /** The parameter may be left out, but not say another thing (RFC 8224 §4.1); without claims it alone says it. */
    private static String ppt(IdentityHeader header) {
        String named = Es256.decode(header.header()).map(Passport::pptOf).orElse("");
        return named.isEmpty() ? header.ppt() : named;
    }

    private Verdict verify(IdentityHeader header, Asserted call) {
        try {
            return check(header, call);
        } catch (Refused e) {
            return Verdict.failed(e.failure(), header.signature());
        }
    }

    private Verdict check(IdentityHeader header, Asserted call) throws Refused {
        Passport passport = header.isCompact() ? rebuilt(header, call) : read(header);
        checkAge(passport, call);
        checkParties(passport, call);
        CertificateStore.Found found = store.find(header.info()).orElseThrow(() -> new Refused(Failure.NO_CERTIFICATE));
        Chain chain = found.chain();
        if (!chain.isGood(found.anchors(), clock.instant())) {
            throw new Refused(Failure.UNTRUSTED_CERTIFICATE);
        }
        checkAuthority(chain, passport.orig());
        byte[] signature = Es256.decode(header.signature()).orElseThrow(() -> new Refused(Failure.MALFORMED));
        String input = header.isCompact() ? passport.signingInput() : header.header() + "." + header.claims();
        if (signature.length != Es256.SIGNATURE_BYTES || !Es256.verify(chain.key(), input, signature)) {
            throw new Refused(Failure.BAD_SIGNATURE);
        }
        if (!replays.accept(signature, call.callId(), clock.millis())) {
            throw new Refused(Failure.REPLAYED);
        }
        return Verdict.passed(passport, chain.subject());
    }

    private static Passport read(IdentityHeader header) throws Refused {
        byte[] head = Es256.decode(header.header()).orElseThrow(() -> new Refused(Failure.MALFORMED));
        byte[] claims = Es256.decode(header.claims()).orElseThrow(() -> new Refused(Failure.MALFORMED));
        Passport passport = Passport.read(head, claims);
        if (!header.alg().equals(Es256.NAME)) {
            throw new Refused(Failure.OTHER_ALGORITHM);
        }
        if (!passport.x5u().equals(header.info())
                || (!header.ppt().isEmpty() && !header.ppt().equals(passport.ppt()))) {
            throw new Refused(Failure.MALFORMED);
        }
        return passport;
    }

    /** The compact form has no claims: they are what From, To and Date say (RFC 8224 §4.1.2, RFC 8225 §7). */
    private static Passport rebuilt(IdentityHeader header, Asserted call) throws Refused {
        if (!header.alg().equals(Es256.NAME)) {
            throw new Refused(Failure.OTHER_ALGORITHM);
        }
        Optional<Instant> date = call.date().flatMap(Verifier::instant);
        boolean isWhole =
                date.isPresent() && !call.callers().isEmpty() && !call.called().isEmpty();
        if (!header.ppt().isEmpty() || !isWhole) { // attest and origid are in no other header
            throw new Refused(Failure.MALFORMED);
        }
        return new Passport(
                header.info(),
                "",
                call.callers().getFirst(),
                List.of(call.called().getFirst()),
                date.get().getEpochSecond(),
                Optional.empty(),
                Optional.empty());
    }

    private void checkAge(Passport passport, Asserted call) throws Refused {
        Optional<Instant> date = call.date().flatMap(Verifier::instant);
        if (call.date().isPresent() && date.isEmpty()) {
            throw new Refused(Failure.STALE_DATE);
        }
        long nowSeconds = clock.instant().getEpochSecond();
        long iat = passport.iatSeconds();
        if (isOff(iat, nowSeconds) || (date.isPresent() && isOff(iat, date.get().getEpochSecond()))) {
            throw new Refused(Failure.STALE_DATE);
        }
    }

    private boolean isOff(long iatSeconds, long seconds) {
        long most = maxAge.toSeconds();
        return iatSeconds < seconds - most || iatSeconds > seconds + most;
    }

    private static Optional<Instant> instant(String date) { // RFC 3261 §20.17
        try {
            return Optional.of(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static void checkParties(Passport passport, Asserted call) throws Refused {
        if (!passport.orig().isNumber()) {
            throw new Refused(Failure.NO_AUTHORITY); // RFC 8226 has certificates for numbers only
        }
        if (!call.callers().contains(passport.orig())
                || passport.dest().stream().noneMatch(call.called()::contains)) {
            throw new Refused(Failure.OTHER_CALL);
        }
    }

    private static void checkAuthority(Chain chain, Party orig) throws Refused {
        try {
            Optional<TnAuthList> numbers = chain.numbers();
            if (numbers.isPresent() && !numbers.get().covers(orig.value())) {
                throw new Refused(Failure.NO_AUTHORITY);
            }
        } catch (CertificateException e) {
            throw new Refused(Failure.UNTRUSTED_CERTIFICATE);
        }
    }
}
