package sotto.proxy.trunk;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import sotto.media.packet.Side;
import sotto.proxy.config.Account;
import sotto.proxy.config.PeerMatch;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.realm.Realm;
import sotto.proxy.sip.SipDestination;
import sotto.proxy.sip.SipDialog;
import sotto.proxy.sip.SipEndpoint;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.digest.Algorithm;
import sotto.proxy.sip.digest.DigestGuard;
import sotto.proxy.sip.digest.DigestRealm;
import sotto.proxy.sip.digest.DigestUser;
import sotto.proxy.sip.digest.Secret;
import sotto.proxy.stir.Attest;
import sotto.proxy.stir.Party;
import sotto.proxy.stir.Signer;

/** A trunk or a peer behind it: its settings, and how it does. Thread-safe. */
public final class Peer {
    private final PeerSettings settings;
    private final Realm realm;
    private final Side side;
    private final Allowance allowance;
    private final Servers servers;
    private final AtomicInteger calls;
    private final LongAdder attempts;
    private final LongAdder failedOver;
    private final LongAdder overLimit;
    private final Optional<DigestUser> user;
    private final Optional<DigestGuard> guard;
    private final Optional<Signer> signer;
    private final LongAdder wrongCredentials;
    private final Tie tie;
    private volatile Set<InetAddress> addresses = Set.of();
    private volatile Registered registered;

    Peer(PeerSettings settings, Realm realm, Side side) {
        this(settings, realm, side, new DigestRealm(System.nanoTime()));
    }

    Peer(PeerSettings settings, Realm realm, Side side, DigestRealm passwords) {
        this.settings = settings;
        this.realm = realm;
        this.side = side;
        this.allowance = new Allowance(settings.limits().rate());
        this.servers = new Servers(settings);
        this.calls = new AtomicInteger();
        this.attempts = new LongAdder();
        this.failedOver = new LongAdder();
        this.overLimit = new LongAdder();
        this.wrongCredentials = new LongAdder();
        this.tie = Tie.NONE;
        this.user = settings.account().map(account -> user(settings.name(), account));
        this.guard = user.filter(u ->
                        settings.match().digest() || settings.account().get().authenticate())
                .map(passwords::guard);
        this.signer = settings.stir()
                .sign()
                .map(sign -> new Signer(settings.name(), sign.key(), sign.x5u(), InstantSource.system()));
        this.registered =
                settings.account().flatMap(Account::registration).isPresent() ? Registered.PENDING : Registered.NONE;
    }

    /** The same one, counted together with it, as it takes part in a call of a phone: nobody's challenges are answered. */
    private Peer(Peer same, Side side, Servers servers, Tie tie) {
        this.settings = same.settings;
        this.realm = same.realm;
        this.side = side;
        this.allowance = same.allowance;
        this.servers = servers;
        this.calls = same.calls;
        this.attempts = same.attempts;
        this.failedOver = same.failedOver;
        this.overLimit = same.overLimit;
        this.wrongCredentials = same.wrongCredentials;
        this.user = Optional.empty(); // else a phone without a password would get in with ours
        this.guard = same.guard;
        this.signer = same.signer;
        this.registered = Registered.NONE;
        this.addresses = same.addresses;
        this.tie = tie;
    }

    /** As the other end of a call of a phone: callers are behind it then, and the phone's side is the agent's. */
    Peer towardsPhones(Tie how) {
        return new Peer(this, Side.CALLER, servers, how);
    }

    /** As the one phone that is meant. */
    Peer at(Locator.Place place, Tie how) {
        Servers one = new Servers(settings);
        one.found(List.of(place));
        return new Peer(this, side, one, how);
    }

    /** What binds it to a call of a phone; {@link Tie#NONE} usually. */
    Tie tie() {
        return tie;
    }

    /** True for a phone that is registered through us. */
    public boolean isPhone() {
        return tie.isPhone();
    }

    /** The only one that its calls may go to, whatever the routes say. */
    public Optional<Peer> leadsTo() {
        return tie.leadsTo();
    }

    /** The dialog that answering its INVITE makes; with a phone it goes back the way that the INVITE came. */
    public SipDialog answering(SipEndpoint sip, SipRequest invite) {
        SipDialog dialog = sip.answering(invite);
        if (isPhone()) {
            dialog.keep(new InetSocketAddress(invite.address(), invite.source().port()));
        }
        return dialog;
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

    /** The network that it is in: all that goes to it leaves by our sockets there, with our address there. */
    public Realm realm() {
        return realm;
    }

    public String name() {
        return settings.name();
    }

    /** Places that a request to it may go to, the best first; none where its name is of nobody now. */
    public List<Server> servers(RandomGenerator lot) {
        return servers.order(lot);
    }

    /** The same, in no order. */
    List<Server> servers() {
        return servers.all();
    }

    void found(List<Locator.Place> places) {
        servers.found(places);
    }

    /**
     * Where a request of ours goes that is of no call; to its host by name where none of its places is known.
     *
     * @param number user part of the request URI; may be empty
     */
    SipDestination destination(String number) {
        return servers(ThreadLocalRandom.current()).stream()
                .findFirst()
                .orElseGet(() -> Server.written(settings))
                .destination(number);
    }

    /** The side of a call that it is on: the trunks' is the one that keys are masked of. */
    public Side side() {
        return side;
    }

    /** Whether one of its places is there. */
    public Health.State state() {
        return servers.state();
    }

    /** False only where all of it is known to be down. */
    boolean isWorthTrying() {
        return state() != Health.State.DOWN;
    }

    /** Who we are to it; empty where its challenges cannot be answered. */
    public Optional<DigestUser> user() {
        return user;
    }

    PeerMatch match() {
        return settings.match();
    }

    /**
     * Asks for a password.
     *
     * @param isWrong whether one was shown that is not the one
     */
    public record Challenge(SipReply reply, boolean isWrong) {}

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
    public Optional<Challenge> challenge(SipRequest invite) {
        return guard.flatMap(asking -> challenge(asking, invite));
    }

    private Optional<Challenge> challenge(DigestGuard asking, SipRequest invite) {
        long nowNs = invite.receivedNs();
        DigestGuard.Verdict verdict =
                asking.judge(invite.headers("Authorization"), invite.method(), invite.user(), nowNs);
        if (verdict == DigestGuard.Verdict.GOOD) {
            return Optional.empty();
        }
        if (verdict == DigestGuard.Verdict.WRONG) {
            wrongCredentials.increment();
        }
        String challenges = asking.challenges(verdict == DigestGuard.Verdict.STALE, invite.address(), nowNs);
        return Optional.of(new Challenge(
                SipReply.of(401).with("WWW-Authenticate", challenges), verdict == DigestGuard.Verdict.WRONG));
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
                realm.name(),
                settings.host() + ":" + settings.port(),
                settings.transport().name().toLowerCase(Locale.ROOT),
                state(),
                servers().stream()
                        .map(server -> new PeerView.Server(
                                server.shown(),
                                server.transport().name().toLowerCase(Locale.ROOT),
                                server.health().state()))
                        .toList(),
                calls.get(),
                attempts.sum(),
                failedOver.sum(),
                overLimit.sum(),
                registered,
                user.map(DigestUser::refusals).orElse(0L),
                wrongCredentials.sum());
    }
}
