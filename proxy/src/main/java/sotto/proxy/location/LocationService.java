package sotto.proxy.location;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.sip.SipEndpoint;
import sotto.proxy.sip.SipFlow;
import sotto.proxy.sip.SipHeader;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipSource;
import sotto.proxy.sip.SipTransport;
import sotto.proxy.sip.Unreachable;
import sotto.proxy.trunk.Peer;
import sotto.proxy.trunk.Phones;

/**
 * Phones and DECT gateways that register at a PBX through us (RFC 3261 §10, RFC 3327, RFC 5626). Thread-safe.
 *
 * <pre>
 *  phone (behind NAT)                     us                                PBX
 *   | REGISTER, Contact of its own -----> | REGISTER, Contact: a token ----> |
 *   | <------------------- 401, as it is  | <--------------------------- 401 |
 *   | REGISTER, Authorization ----------> | the same -----------------------> |
 *   | <---- 200, its Contact, its time    | kept; <--------- 200, our Contact |
 *   |                                     |                                  |
 *   | <--- INVITE its Contact, its flow   | <----------------- INVITE token  |
 *   | INVITE, from its flow ------------> | INVITE, addresses as written ---> |
 *   | <--- OPTIONS, while behind NAT      |
 * </pre>
 *
 * <p>Every REGISTER goes to the PBX: it alone can tell who has the password.
 */
public final class LocationService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocationService.class);
    private static final int MOST_UNDER_WAY = 5000; // a PBX that is silent keeps each for 32 s

    private final List<Phones> all;
    private final BindingTable table;
    private final Tokens tokens;
    private final Ways ways;
    private final KeepAlives keepAlives;
    private final Challenged challenged = new Challenged();
    private final AtomicInteger underWay = new AtomicInteger();
    private final Map<Result, LongAdder> results = new EnumMap<>(Result.class);

    /**
     * What it works with.
     *
     * @param executor for what writes to the file
     */
    public record Ways(SipEndpoint sip, SourceGuard guard, Executor executor) {}

    private LocationService(List<Phones> all, BindingTable table, Ways ways) {
        this.all = all;
        this.table = table;
        this.tokens = Tokens.of(table.secret());
        this.ways = ways;
        this.keepAlives = new KeepAlives(ways.sip, table, name -> rule(name));
        for (Result result : Result.values()) {
            results.put(result, new LongAdder());
        }
    }

    /**
     * Reads what was there before a restart.
     *
     * @param file where bindings are kept; nothing else is in it
     * @throws IOException where it can be neither read nor made
     */
    public static LocationService open(Path file, List<Phones> all, Ways ways) throws IOException {
        BindingTable table = BindingTable.open(
                file, name -> all.stream().anyMatch(phones -> phones.name().equals(name)), Instant.now());
        return new LocationService(all, table, ways);
    }

    private Optional<Phones> rule(String name) {
        return all.stream().filter(phones -> phones.name().equals(name)).findFirst();
    }

    /** Asks phones that are due, and forgets what is over for long; once a second. */
    public void look() {
        table.sweep(Instant.now());
        keepAlives.ask();
    }

    /**
     * Takes a REGISTER, where it is from a place that phones may be at.
     *
     * @return false where it is a stranger's
     */
    public boolean register(SipRequest register) {
        List<Phones> here = all.stream()
                .filter(phones -> phones.mayBeAt(register.realm(), register.address()))
                .toList();
        if (here.isEmpty()) {
            return false;
        }
        Optional<Phones> named = here.stream()
                .filter(phones -> register.calledHosts().stream().anyMatch(phones::names))
                .findFirst()
                .or(() -> Optional.of(here.getFirst()).filter(first -> register.calledHosts().stream()
                        .allMatch(first.realm().host()::equalsIgnoreCase)));
        if (named.isEmpty()) {
            refuse(register, Result.BAD, SipReply.of(404)); // RFC 3261 §10.3 item 1, and nothing is relayed elsewhere
        } else {
            Registering.take(this, register, named.get());
        }
        return true;
    }

    /** A WebSocket connection is over: the phones that registered along it are not reached until they register anew. */
    public void closed(String realm, SipTransport transport, InetSocketAddress remote) {
        table.lose(new Binding.Flow(remote.getAddress(), remote.getPort(), transport), pbx -> rule(pbx)
                .filter(phones -> phones.realm().name().equals(realm))
                .isPresent());
    }

    /**
     * Keeps it; where its WebSocket connection closed while the PBX was asked, as one that is not reached.
     *
     * @return false where it was there already
     */
    boolean keep(Binding binding, String realm) {
        boolean isNew = table.put(binding);
        SipFlow way = binding.way();
        if (way.transport().isWebSocket() && !ways.sip.isOpen(realm, way)) {
            closed(realm, way.transport(), way.address());
        }
        return isNew;
    }

    /** The PBX did not let it in; credentials that it was asked for, and that are wrong, are held against its source. */
    void refused(SipRequest register, List<SipHeader> challenges) {
        List<String> asked = challenges.stream().map(SipHeader::value).toList();
        List<String> shown = new ArrayList<>(register.headers("Authorization"));
        shown.addAll(register.headers("Proxy-Authorization"));
        if (challenged.isGuess(register.address(), shown, asked)) {
            ways.guard.wrongPassword(register.address(), register.receivedNs());
        }
        challenged.told(register.address(), asked);
    }

    void refuse(SipRequest register, Result result, SipReply reply) {
        count(result);
        reply(register, reply);
    }

    void reply(SipRequest register, SipReply reply) {
        try {
            register.reply(reply);
        } catch (Unreachable e) {
            LOG.debug("an answer to a REGISTER did not leave; the phone sends it again", e);
        }
    }

    /** One more REGISTER goes to a PBX, until {@link #end}; false where so many wait that it is to go later. */
    boolean begin() {
        return underWay.incrementAndGet() <= MOST_UNDER_WAY;
    }

    void end() {
        underWay.decrementAndGet();
    }

    void count(Result result) {
        Objects.requireNonNull(results.get(result)).increment();
    }

    BindingTable table() {
        return table;
    }

    Tokens tokens() {
        return tokens;
    }

    Ways ways() {
        return ways;
    }

    /** A registered phone, as the caller of its PBX: it is known by the source of its registration. */
    public Optional<Peer> phone(SipRequest request) {
        SipSource source = request.source();
        return table.at(new Binding.Flow(source.address(), source.port(), source.transport()), Instant.now())
                .flatMap(binding -> calling(binding, request));
    }

    /**
     * The same for one that calls from another port, by another connection: it says who it is, from its address. Not by
     * WebSocket, where all who come through one web server have its address.
     */
    public Optional<Peer> phoneAt(SipRequest request) {
        SipSource source = request.source();
        if (source.transport().isWebSocket()) {
            return Optional.empty();
        }
        Instant now = Instant.now();
        for (Phones phones : all) {
            String record = request.from().user() + "@" + phones.domain(request.callingHost());
            Optional<Binding> known = table.of(phones.name(), record, now).stream()
                    .filter(b -> b.flow().address().equals(source.address())
                            && b.flow().transport() == source.transport())
                    .findFirst();
            if (known.isPresent()) {
                return calling(known.get(), request);
            }
        }
        return Optional.empty();
    }

    private Optional<Peer> calling(Binding binding, SipRequest request) {
        SipSource source = request.source();
        return rule(binding.pbx())
                .filter(phones -> phones.realm().name().equals(request.realm()))
                .flatMap(phones ->
                        phones.calledBy(new InetSocketAddress(source.address(), source.port()), source.transport()));
    }

    /**
     * Whom a PBX means by a user part that may be one of our tokens.
     *
     * @param caller the PBX as the caller of that phone; empty where it cannot be called now
     * @param status then
     */
    public record Meant(Optional<Peer> caller, int status) {}

    /** Empty where it is no token: an ordinary call. */
    public Optional<Meant> meant(Peer from, String user) {
        Optional<Phones> phones = all.stream().filter(p -> p.isIts(from)).findFirst();
        if (phones.isEmpty() || !Tokens.isOne(user)) {
            return Optional.empty();
        }
        Optional<Binding> binding = table.of(user).filter(b -> b.pbx().equals(from.name()));
        if (binding.isEmpty()) {
            return Optional.of(new Meant(Optional.empty(), 404)); // RFC 3261 §16.5
        }
        if (binding.get().isOver(Instant.now())) {
            return Optional.of(new Meant(Optional.empty(), 480));
        }
        if (!ways.sip.isOpen(
                from.realm().name(), binding.get().way())) { // we do not connect: what listens there is not the phone
            return Optional.of(new Meant(Optional.empty(), binding.get().trait().isOutbound() ? 430 : 480));
        }
        return Optional.of(
                new Meant(Optional.of(phones.get().calling(binding.get().way())), 0));
    }

    /** PBXs that have phones. */
    public List<String> names() {
        return all.stream().map(Phones::name).toList();
    }

    /** Who is registered now, by address of record. */
    public List<BindingView> views() {
        return table.all(Instant.now()).stream()
                .map(binding -> binding.view(keepAlives.answered(binding.token())))
                .sorted(Comparator.comparing(BindingView::peer)
                        .thenComparing(BindingView::record)
                        .thenComparing(BindingView::received))
                .toList();
    }

    /** How many REGISTERs came to that, since the start. */
    public long total(Result result) {
        return Objects.requireNonNull(results.get(result)).sum();
    }

    /** Keep-alives that were not answered, since the start. */
    public long unanswered() {
        return keepAlives.unanswered();
    }

    @Override
    public void close() {
        table.close();
    }
}
