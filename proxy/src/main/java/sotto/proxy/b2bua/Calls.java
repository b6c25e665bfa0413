package sotto.proxy.b2bua;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.media.CallMedia;
import sotto.media.MediaPlane;
import sotto.proxy.config.PeerStir;
import sotto.proxy.config.Peering;
import sotto.proxy.config.SipSettings;
import sotto.proxy.dns.NameServers;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.location.LocationService;
import sotto.proxy.realm.Realm;
import sotto.proxy.realm.Realms;
import sotto.proxy.sip.SipEndpoint;
import sotto.proxy.stir.CertificateStore;
import sotto.proxy.stir.Verifier;
import sotto.proxy.threads.CallThreads;
import sotto.proxy.threads.Timers;
import sotto.proxy.trunk.Peer;
import sotto.proxy.trunk.PeerView;
import sotto.proxy.trunk.Peers;
import sotto.proxy.trunk.Phones;
import sotto.proxy.trunk.Probes;
import sotto.proxy.trunk.Protections;
import sotto.proxy.trunk.Registrations;
import sotto.proxy.trunk.Router;

/**
 * All calls of this process: a back-to-back user agent (RFC 7092) between trunks and the
 * peers behind them. Thread-safe.
 */
public final class Calls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final Duration RESOLVE_EVERY = Duration.ofSeconds(60);
    private static final Duration RELOAD_EVERY = Duration.ofSeconds(2);
    private static final Duration LOOK_FOR_PHONES_EVERY = Duration.ofSeconds(1);
    private static final Duration LONGEST_SILENCE_CHECK = Duration.ofSeconds(5);
    private static final int SILENCE_CHECKS = 4; // so many in the time allowed, so that it is kept to a quarter

    private final Setting setting;
    private final CallTable table = new CallTable();
    private final Timers timers = new Timers();
    private final CallThreads threads = new CallThreads();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final NameServers nameServers;
    private final Peers peers;
    private final SourceGuard guard;
    private final SipEndpoint endpoint;
    private final Optional<LocationService> location;
    private final Probes probes;
    private final Registrations registrations;

    /**
     * How calls are taken.
     *
     * @param realms networks that the peers are in
     * @param mediaSilence an answered call without any packet for this long is ended, unless it is on hold
     * @param listener told of what happens to calls
     * @param registrations file where phones that register through us are kept; untouched where none may
     */
    public record Setting(
            SipSettings sip,
            Realms realms,
            Peering peering,
            Duration mediaSilence,
            CallListener listener,
            Path registrations) {}

    private Calls(Setting setting, MediaPlane media) throws IOException {
        this.setting = setting;
        this.nameServers = new NameServers(setting.sip().dnsServers());
        this.peers = new Peers(
                setting.peering(),
                setting.realms(),
                nameServers,
                setting.sip().tls().isPresent());
        peers.resolve();
        List<InetAddress> addresses = new ArrayList<>();
        for (Realm realm : setting.realms().all()) {
            addresses.add(realm.audioAddress());
        }
        Optional<Verifier> verifier = verifier(setting.peering());
        Router router = new Router(peers, setting.peering().routes());
        this.guard =
                new SourceGuard(setting.sip().guard(), peers::areAt, new SecureRandom().nextLong(), System.nanoTime());
        Dispatcher dispatcher = new Dispatcher(peers, table, setting, guard, draining::get);
        this.endpoint = SipEndpoint.start(setting.sip(), setting.realms(), admission(peers, guard), dispatcher);
        try {
            this.location = location();
        } catch (IOException e) {
            endpoint.close();
            throw e;
        }
        dispatcher.open(new CallServices(
                endpoint, media, threads, timers, table, setting, router, verifier, location, addresses));
        location.ifPresent(service -> timers.every(LOOK_FOR_PHONES_EVERY, () -> threads.execute(service::look)));
        Duration quarter = setting.mediaSilence().dividedBy(SILENCE_CHECKS);
        timers.every(
                quarter.compareTo(LONGEST_SILENCE_CHECK) > 0 ? LONGEST_SILENCE_CHECK : quarter, this::endSilentCalls);
        timers.every(LOOK_EVERY, threads::look);
        timers.every(RESOLVE_EVERY, () -> threads.execute(peers::resolve));
        verifier.map(Verifier::store)
                .ifPresent(store -> timers.every(RELOAD_EVERY, () -> threads.execute(store::reload)));
        this.probes = Probes.start(endpoint, peers.all());
        this.registrations = Registrations.start(endpoint, peers.all());
    }

    private static Function<String, SipEndpoint.Admission> admission(Peers peers, SourceGuard guard) {
        return realm -> new SipEndpoint.Admission(
                peers.tlsNames(realm), guard.exempting(address -> peers.areAt(address, realm)));
    }

    private Optional<LocationService> location() throws IOException {
        List<Phones> phones = Phones.of(peers.all());
        if (phones.isEmpty()) {
            return Optional.empty();
        }
        LocationService.Ways ways = new LocationService.Ways(endpoint, guard, threads);
        return Optional.of(LocationService.open(setting.registrations(), phones, ways));
    }

    /** Phones that register through us; empty where no PBX has such. */
    public Optional<LocationService> phones() {
        return location;
    }

    /** One for all peers, so that what was seen from one is not new from another. */
    private static Optional<Verifier> verifier(Peering peering) {
        Optional<PeerStir.Verification> any = peering.all().stream()
                .flatMap(peer -> peer.stir().verification().stream())
                .findFirst();
        return any.map(v -> {
            CertificateStore store = new CertificateStore(v.certificates(), v.anchors());
            store.reload();
            return new Verifier(store, v.maxAge(), InstantSource.system());
        });
    }

    /**
     * Binds SIP and takes calls.
     *
     * @throws IOException where a port cannot be bound; nothing is held then
     */
    public static Calls start(Setting setting, MediaPlane media) throws IOException {
        if (Protections.mayHaveDtls(setting.peering())) {
            media.dtlsIdentity(); // the first one takes its time, and a call would wait for it
        }
        return new Calls(setting, media);
    }

    /** True where the media plane has heard nothing for so long, and nobody is on hold. */
    private boolean isSilent(Call call) {
        return !call.isHeld()
                && call.answeredMedia()
                        .filter(media -> media.silence().compareTo(setting.mediaSilence()) > 0)
                        .isPresent();
    }

    private void endSilentCalls() {
        for (Call call : table.running()) {
            if (isSilent(call)) {
                LOG.info("call {} is ended: no audio packet on either leg for {}", call.id(), setting.mediaSilence());
                call.queue().execute(() -> endSilent(call));
            }
        }
    }

    private void endSilent(Call call) {
        if (call.isAnswered()) { // it may have ended meanwhile
            setting.listener().refused("media-timeout", 0);
            call.hangUp("proxy");
        }
    }

    /** Calls now, oldest first. */
    public List<CallView> list() {
        return table.running().stream()
                .map(Call::view)
                .sorted(Comparator.comparing(CallView::startedAt))
                .toList();
    }

    /**
     * Finds a call now, or one ended in the last minutes.
     *
     * @param id ours, or the SIP Call-ID of either leg
     */
    public Optional<CallView> find(String id) {
        return table.running(id).map(Call::view).or(() -> table.ended(id));
    }

    /** Connections that a realm has by WebSocket now. */
    public int webSockets(String realm) {
        return endpoint.webSockets(realm);
    }

    /** Who is not listened to. */
    public SourceGuard guard() {
        return guard;
    }

    /** How trunks and the peers behind them do now; trunks first. */
    public List<PeerView> peers() {
        return peers.all().stream().map(Peer::view).toList();
    }

    /** The media of an answered call that is not over; {@code id} as in {@link #find}. */
    public Optional<CallMedia> media(String id) {
        return table.running(id).flatMap(Call::answeredMedia);
    }

    /**
     * Ends a call: CANCEL or BYE to both sides.
     *
     * @return false where there is none
     */
    public boolean hangUp(String id) {
        Optional<Call> call = table.running(id);
        call.ifPresent(c -> c.queue().execute(() -> c.hangUp("api")));
        return call.isPresent();
    }

    /** Takes no new call (503), waits for the running ones, at most this long. */
    public void drain(Duration atMost) throws InterruptedException {
        draining.set(true);
        if (!table.awaitNoCall(atMost)) {
            LOG.warn(
                    "{} calls still run after {} of draining; they are ended when the program stops",
                    table.size(),
                    atMost);
        }
    }

    /** Ends what is left and frees the ports. */
    @Override
    public void close() {
        draining.set(true);
        for (Call call : table.running()) {
            call.queue().execute(() -> call.hangUp("proxy"));
        }
        try {
            if (!table.awaitNoLeg(FAREWELL)) {
                LOG.info("some peers did not answer a BYE or CANCEL within {}", FAREWELL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        registrations.close();
        probes.close();
        timers.close();
        endpoint.close();
        threads.close();
        location.ifPresent(LocationService::close);
        nameServers.close();
    }

    CallThreads threads() {
        return threads;
    }

    /** Transactions of the SIP stack: 0 when only strangers called. */
    int transactions() {
        return endpoint.transactions();
    }

    /** Entries of the tables of running calls: 0 when nothing runs. */
    int entries() {
        return table.entries();
    }
}
