package sotto.proxy.trunk;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import sotto.media.packet.Side;
import sotto.proxy.config.Account;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.sip.SipDestination;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipTransport;
import sotto.proxy.sip.digest.Algorithm;
import sotto.proxy.sip.digest.DigestGuard;
import sotto.proxy.sip.digest.DigestUser;
import sotto.proxy.sip.digest.Secret;
import sotto.proxy.stir.Attest;
import sotto.proxy.stir.Party;
import sotto.proxy.stir.Signer;

/** A trunk or a peer behind it: its settings, and how it does. Thread-safe. */
public final class Peer {
    private final PeerSettings settings;
    private final Side side;
    private final Allowance allowance;
    private final Health health;
    private final AtomicInteger calls = new AtomicInteger();
    private final LongAdder attempts = new LongAdder();
    private final LongAdder failedOver = new LongAdder();
    private final LongAdder overLimit = new LongAdder();
    private final Optional<DigestUser> user;
    private final Optional<DigestGuard> guard;
    private final Optional<Signer> signer;
    private final LongAdder wrongCredentials = new LongAdder();
    private volatile Set<InetAddress> addresses = Set.of();
    private volatile Registered registered;

    Peer(PeerSettings settings, Side side) {
        this.settings = settings;
        this.side = side;
        this.allowance = new Allowance(settings.limits().rate());
        this.health = new Health(settings.name(), settings.probing());
        this.user = settings.account().map(account -> user(settings.name(), account));
        this.guard = user.filter(u -> settings.account().get().authenticate())
                .map(u -> new DigestGuard(u, System.nanoTime()));
        this.signer = settings.stir()
                .sign()
                .map(sign -> new Signer(settings.name(), sign.key(), sign.x5u(), InstantSource.system()));
        this.registered =
                settings.account().flatMap(Account::registration).isPresent() ? Registered.PENDING : Registered.NONE;
    }

    private static DigestUser user(String peer, Account account) {
        Set<Algorithm> allowed = account.hashes().stream()
                .map(hash -> Algorithm.valueOf(hash.name()))
                .collect(Collectors.toSet());
        return new DigestUser(peer, account.user(), new Secret(account.passwordFile()), allowed);
    }

    public PeerSettings settings() {
        return settings;
    }

    public String name() {
        return settings.name();
    }

    /**
     * Where requests to it go.
     *
     * @param number user part of the request URI; may be empty
     */
    public SipDestination destination(String number) {
        return new SipDestination(
                number,
                settings.host(),
                settings.port(),
                SipTransport.valueOf(settings.transport().name()));
    }

    /** The side of a call that it is on: the trunks' is the one that keys are masked of. */
    public Side side() {
        return side;
    }

    public Health health() {
        return health;
    }

    /** Who we are to it; empty where its challenges cannot be answered. */
    public Optional<DigestUser> user() {
        return user;
    }

    /** Vouches towards it for who calls; empty where that is not configured. */
    Optional<Signer> signer() {
        return signer;
    }

    /** How far its callers are known, and their right to a number (ATIS-1000074 §5.2.3). */
    Attest attests(Party caller) {
        boolean isItsNumber = settings.stir().attestFull().stream().anyMatch(caller.value()::startsWith);
        if (isItsNumber) {
            return Attest.A;
        }
        return guard.isPresent() ? Attest.B : Attest.C;
    }

    /**
     * What an INVITE of it that makes a new call is answered with until it has the right credentials (RFC 3261 §22.2);
     * no state is kept for it. Empty where it may come in.
     */
    public Optional<SipReply> challenge(SipRequest invite) {
        return guard.flatMap(asking -> challenge(asking, invite));
    }

    private Optional<SipReply> challenge(DigestGuard asking, SipRequest invite) {
        long nowNs = invite.receivedNs();
        DigestGuard.Verdict verdict =
                asking.judge(invite.headers("Authorization"), invite.method(), invite.user(), nowNs);
        if (verdict == DigestGuard.Verdict.GOOD) {
            return Optional.empty();
        }
        if (verdict == DigestGuard.Verdict.WRONG) {
            wrongCredentials.increment();
        }
        String challenges = asking.challenges(verdict == DigestGuard.Verdict.STALE, nowNs);
        return Optional.of(SipReply.of(401).with("WWW-Authenticate", challenges));
    }

    void registered(Registered now) {
        registered = now;
    }

    Registered registered() {
        return registered;
    }

    Set<InetAddress> addresses() {
        return addresses;
    }

    void addresses(Set<InetAddress> resolved) {
        addresses = resolved;
    }

    /**
     * Takes room for one call, from or to it, until {@link #leave}.
     *
     * @param nowNs monotonic clock
     * @return false where it has as many as it may, or they come too fast
     */
    public boolean enter(long nowNs) {
        int most = settings.limits().calls().orElse(Integer.MAX_VALUE);
        int before = calls.getAndUpdate(now -> now < most ? now + 1 : now);
        if (before >= most) {
            overLimit.increment();
            return false;
        }
        if (!allowance.take(nowNs)) {
            calls.decrementAndGet();
            overLimit.increment();
            return false;
        }
        return true;
    }

    /** Gives the room back. */
    public void leave() {
        calls.decrementAndGet();
    }

    /** It was sent an INVITE. */
    public void tried() {
        attempts.increment();
    }

    /** It failed, and the call went to the next one. */
    public void failedOver() {
        failedOver.increment();
    }

    /** How it does now. */
    public PeerView view() {
        return new PeerView(
                name(),
                side,
                settings.host() + ":" + settings.port(),
                settings.transport().name().toLowerCase(java.util.Locale.ROOT),
                health.state(),
                calls.get(),
                attempts.sum(),
                failedOver.sum(),
                overLimit.sum(),
                registered,
                user.map(DigestUser::refusals).orElse(0L),
                wrongCredentials.sum());
    }
}
