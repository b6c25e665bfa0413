package sotto.proxy.guard;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides of each datagram, connection and message of a connection whether anything reads it. Thread-safe; memory bounded.
 *
 * <pre>
 *  source                                    asked for     then
 *  at a peer's address, or in allow          anything      in, always: a forged flood cannot take a trunk away
 *  in deny                                   anything      dropped
 *  banned                                    anything      dropped, for the time of the ban
 *  has proved to be a partner, for an hour   anything      in
 *  any other, above its rate                 one more      dropped, and banned
 *  any other, all together above theirs      one more      dropped
 *  any other                                 one more      in
 *  any other, that calls itself a scanner    a message     dropped, and banned
 *  any other, with many wrong passwords      a message     banned
 * </pre>
 *
 * <p>The source of a datagram can be forged: who knows an address that is neither a peer's nor in {@code allow} can have it
 * banned. A partner proves itself by what only it has: a password, a certificate, the tag of a call, the branch of a
 * request.
 */
public final class SourceGuard {
    private static final Logger LOG = LoggerFactory.getLogger(SourceGuard.class);
    private static final int SOURCES = 65_536;
    private static final int MOST_BANS = 10_000;
    private static final long PROVED_NS = Duration.ofHours(1).toNanos();
    private static final Rate LOG_LINES = new Rate(Duration.ofSeconds(6).toNanos(), 10);
    private static final Source ALL = new Source(0);
    private static final int ONE = 8;

    private final GuardSettings settings;
    private final Predicate<InetAddress> peers;
    private final Scanners scanners;
    private final Rate rate;
    private final Rate strangersRate;
    private final Rate wrongRate;
    private final SourceTable buckets;
    private final SourceTable wrong;
    private final SourceTable proved;
    private final SourceTable together; // all strangers, as one source
    private final SourceTable lines; // of the log, the same
    private final Bans bans;
    private final LongAdder unlogged;
    private final Map<Cause, LongAdder> dropped;

    /**
     * @param peers true for an address of a peer; asked each time, for those of names change
     * @param secret random, so that nobody knows which sources share a place
     * @param nowNs monotonic clock
     */
    public SourceGuard(GuardSettings settings, Predicate<InetAddress> peers, long secret, long nowNs) {
        this.settings = settings;
        this.peers = peers;
        this.scanners = new Scanners(settings.scanners());
        this.rate = Rate.perSecond(settings.rate(), settings.burst());
        this.strangersRate = Rate.perSecond(settings.strangersRate(), settings.strangersRate());
        this.wrongRate = new Rate(settings.banFor().toNanos() / settings.wrongPasswords(), settings.wrongPasswords());
        this.buckets = new SourceTable(SOURCES, secret);
        this.wrong = new SourceTable(SOURCES, secret);
        this.proved = new SourceTable(SOURCES, secret);
        this.together = new SourceTable(ONE, secret);
        this.lines = new SourceTable(ONE, secret);
        this.bans = new Bans(MOST_BANS, nowNs);
        this.unlogged = new LongAdder();
        this.dropped = new EnumMap<>(Cause.class);
        for (Cause cause : Cause.values()) {
            dropped.put(cause, new LongAdder());
        }
    }

    private SourceGuard(SourceGuard other, Predicate<InetAddress> peers) {
        this.settings = other.settings;
        this.peers = peers;
        this.scanners = other.scanners;
        this.rate = other.rate;
        this.strangersRate = other.strangersRate;
        this.wrongRate = other.wrongRate;
        this.buckets = other.buckets;
        this.wrong = other.wrong;
        this.proved = other.proved;
        this.together = other.together;
        this.lines = other.lines;
        this.bans = other.bans;
        this.unlogged = other.unlogged;
        this.dropped = other.dropped;
    }

    /** The same one, bans and counts too, where others are exempt: what is a peer in one network is none in another. */
    public SourceGuard exempting(Predicate<InetAddress> others) {
        return new SourceGuard(this, others);
    }

    /** One more datagram, connection, or message of a connection. False where it is to be dropped without a word. */
    public boolean admits(InetAddress address, long nowNs) {
        if (isExempt(address)) {
            return true;
        }
        if (isDenied(address)) {
            count(Cause.DENIED);
            return false;
        }
        Source source = Source.of(address);
        @Nullable Ban ban = bans.of(source, nowNs);
        if (ban != null) {
            ban.drop();
            count(ban.cause());
            return false;
        }
        if (!settings.enabled() || proved.keeps(source, nowNs)) {
            return true;
        }
        if (!buckets.take(source, rate, nowNs)) {
            banAndDrop(source, Cause.FLOOD, nowNs);
            return false;
        }
        if (!together.take(ALL, strangersRate, nowNs)) {
            count(Cause.STRANGER_LIMIT);
            return false;
        }
        return true;
    }

    /** True for a peer's address and for one in {@code allow}: nothing is held against it. */
    public boolean isExempt(InetAddress address) {
        return peers.test(address) || in(settings.allow(), address);
    }

    private boolean isDenied(InetAddress address) {
        return in(settings.deny(), address);
    }

    private static boolean in(List<AddressRange> ranges, InetAddress address) {
        for (AddressRange range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Bans who calls itself a scanner.
     *
     * @param userAgent text of the header, empty without one; {@code from} and {@code to} likewise
     * @return true where the message is to be dropped without a word
     */
    public boolean isScanner(InetAddress address, String userAgent, String from, String to, long nowNs) {
        return settings.enabled() && scanners.isOne(userAgent, from, to) && isScanner(address, nowNs);
    }

    private boolean isScanner(InetAddress address, long nowNs) {
        Source source = Source.of(address);
        if (isExempt(address) || proved.keeps(source, nowNs)) {
            return false;
        }
        banAndDrop(source, Cause.SCANNER, nowNs);
        return true;
    }

    /** A source showed a wrong password. */
    public void wrongPassword(InetAddress address, long nowNs) {
        Source source = Source.of(address);
        if (settings.enabled() && !isExempt(address) && !wrong.take(source, wrongRate, nowNs)) {
            proved.forget(source); // several may be behind one address
            ban(source, Cause.WRONG_PASSWORD, nowNs, settings.banFor());
        }
    }

    /** A source showed what only a partner of ours has. */
    public void proved(InetAddress address, long nowNs) {
        if (settings.enabled() && !isExempt(address)) {
            proved.keep(Source.of(address), nowNs + PROVED_NS);
        }
    }

    private void banAndDrop(Source source, Cause cause, long nowNs) {
        ban(source, cause, nowNs, settings.banFor()).ifPresent(Ban::drop);
        count(cause);
    }

    private Optional<Ban> ban(Source source, Cause cause, long nowNs, Duration length) {
        Ban ban = new Ban(source, cause, nowNs, nowNs + length.toNanos());
        if (!bans.add(ban, nowNs)) {
            return Optional.empty();
        }
        log(source, cause, length, nowNs);
        return Optional.of(ban);
    }

    private void log(Source source, Cause cause, Duration length, long nowNs) {
        if (lines.take(ALL, LOG_LINES, nowNs)) {
            long more = unlogged.sumThenReset();
            LOG.info(
                    "SIP from {} is dropped for {}, cause {}; and {} more since the last line like this",
                    source,
                    length,
                    cause.text(),
                    more);
        } else {
            unlogged.increment();
        }
    }

    private void count(Cause cause) {
        counter(cause).increment();
    }

    /**
     * Bans by hand.
     *
     * @return empty where there is no room; of no effect on an exempt one
     */
    public Optional<BanView> ban(InetAddress address, Duration length, long nowNs) {
        return ban(Source.of(address), Cause.BY_HAND, nowNs, length).map(ban -> ban.view(nowNs, Instant.now()));
    }

    /** Ends a ban. False where there is none. */
    public boolean lift(InetAddress address, long nowNs) {
        Source source = Source.of(address);
        buckets.forget(source); // it starts anew
        wrong.forget(source);
        return bans.lift(source, nowNs).isPresent();
    }

    /** Bans now, the newest first. */
    public List<BanView> bans(long nowNs) {
        Instant now = Instant.now();
        return bans.list(nowNs).stream()
                .map(ban -> ban.view(nowNs, now))
                .sorted(Comparator.comparing(BanView::since).reversed())
                .toList();
    }

    /** How many were dropped for a cause, since the start. */
    public long dropped(Cause cause) {
        return counter(cause).sum();
    }

    private LongAdder counter(Cause cause) {
        return Objects.requireNonNull(dropped.get(cause)); // there is one for each
    }

    /** How long a ban lasts where nobody says otherwise. */
    public Duration usualLength() {
        return settings.banFor();
    }
}
