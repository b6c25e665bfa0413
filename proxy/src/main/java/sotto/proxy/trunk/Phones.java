package sotto.proxy.trunk;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import sotto.media.packet.Side;
import sotto.proxy.config.PeerMatch;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.PeerStir;
import sotto.proxy.realm.Realm;
import sotto.proxy.sip.SipFlow;
import sotto.proxy.sip.SipHeader;
import sotto.proxy.sip.SipRelay;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipTransport;

/**
 * The phones that register at one PBX through us, as peers of calls with it. Thread-safe.
 *
 * <pre>
 *  call              caller's side    agent's side    way
 *  PBX to a phone    the PBX          the phone       along the phone's flow
 *  phone to PBX      the PBX          the phone       to the PBX, with the addresses that the phone wrote
 * </pre>
 *
 * <p>So the phone is the side that hears no key, whoever called: keys come from behind the PBX.
 */
public final class Phones {
    private static final List<String> CREDENTIALS = List.of("Authorization", "Proxy-Authorization");
    private static final List<String> CHALLENGES = List.of("WWW-Authenticate", "Proxy-Authenticate");

    private final Peer pbx;
    private final PeerPolicy.Phones rule;
    private final Peer phones;
    private final Set<String> domains = new LinkedHashSet<>();

    private Phones(Peer pbx, PeerPolicy.Phones rule) {
        this.pbx = pbx;
        this.rule = rule;
        this.phones = new Peer(settings(pbx.settings(), rule), pbx.realm(), Side.AGENT);
        domains.addAll(rule.domains());
        domains.add(pbx.settings().host().toLowerCase(Locale.ROOT));
    }

    /** One for each PBX that has some. */
    public static List<Phones> of(List<Peer> peers) {
        List<Phones> all = new ArrayList<>();
        for (Peer peer : peers) {
            peer.settings().policy().phones().ifPresent(rule -> all.add(new Phones(peer, rule)));
        }
        return List.copyOf(all);
    }

    /** What a phone may: what its PBX may; transfers are for the PBX to do. */
    private static PeerSettings settings(PeerSettings pbx, PeerPolicy.Phones rule) {
        PeerPolicy.Requests may = pbx.policy().requests();
        PeerPolicy.Refer refer = may.refer() == PeerPolicy.Refer.PASS ? PeerPolicy.Refer.PASS : PeerPolicy.Refer.REFUSE;
        PeerPolicy policy = new PeerPolicy(
                        false,
                        PeerPolicy.Rules.NONE,
                        PeerPolicy.Rules.NONE,
                        pbx.policy().codecs())
                .with(new PeerPolicy.Requests(refer, may.infoTypes(), false));
        return new PeerSettings(
                pbx.name() + "/phones",
                pbx.host(),
                pbx.port(),
                pbx.transport(),
                PeerSettings.Lookup.NAPTR, // its places are told, none is written down
                rule.srtp(),
                PeerSettings.Limits.NONE,
                Optional.empty(),
                PeerSettings.FailOver.USUAL,
                policy,
                Optional.empty(),
                PeerMatch.SOURCE,
                PeerStir.NONE,
                pbx.realm(),
                PeerSettings.Kind.PEER);
    }

    /** Name of the PBX. */
    public String name() {
        return pbx.name();
    }

    public PeerPolicy.Phones rule() {
        return rule;
    }

    public boolean isIts(Peer peer) {
        return peer == pbx;
    }

    /** The network that they are in: that of their PBX. */
    public Realm realm() {
        return pbx.realm();
    }

    /**
     * True for an address that phones may be at.
     *
     * @param network name of the realm that it is in
     */
    public boolean mayBeAt(String network, InetAddress address) {
        return realm().name().equals(network) && rule.sources().stream().anyMatch(range -> range.contains(address));
    }

    /** True for a host that names the PBX. */
    public boolean names(String host) {
        return domains.contains(host.toLowerCase(Locale.ROOT));
    }

    /** The domain that a host stands for: itself where it names the PBX, else the PBX's first. */
    public String domain(String host) {
        return names(host) ? host.toLowerCase(Locale.ROOT) : domains.iterator().next();
    }

    /** How a request of a phone gets to the PBX now; empty where it is nowhere to be found. */
    public Optional<SipRelay> relay() {
        return pbx.servers(ThreadLocalRandom.current()).stream().findFirst().flatMap(server -> address(server)
                .map(address -> new SipRelay(domains, domains.iterator().next(), address, server.transport())));
    }

    private Optional<InetSocketAddress> address(Server server) {
        return server.place()
                .map(Locator.Place::address)
                .or(() -> pbx.addresses().stream().findFirst())
                .map(address -> new InetSocketAddress(address, server.port()));
    }

    /** The PBX as the caller of a phone. */
    public Peer calling(SipFlow flow) {
        InetSocketAddress to = flow.address();
        Peer phone = phones.at(
                new Locator.Place(to.getAddress(), to.getPort(), flow.transport(), 0, 0),
                new Tie(true, Optional.empty(), Optional.of(flow), Optional.empty()));
        return pbx.towardsPhones(new Tie(false, Optional.of(phone), Optional.empty(), Optional.empty()));
    }

    /** A phone as a caller of the PBX; empty where that is nowhere to be found. */
    public Optional<Peer> calledBy(InetSocketAddress source, SipTransport transport) {
        return relay().map(relay -> {
            Peer called = pbx.towardsPhones(new Tie(false, Optional.empty(), Optional.empty(), Optional.of(relay)));
            return phones.at(
                    new Locator.Place(source.getAddress(), source.getPort(), transport, 0, 0),
                    new Tie(true, Optional.of(called), Optional.empty(), Optional.empty()));
        });
    }

    /** What of a phone's request its PBX alone can judge: credentials, and whether it wants to be anonymous. */
    public static List<SipHeader> credentials(SipRequest request) {
        List<SipHeader> headers = headers(CREDENTIALS, request::headers);
        headers.addAll(headers(List.of("Privacy"), request::headers));
        return headers;
    }

    /** What the PBX asks a phone for. */
    public static List<SipHeader> challenges(SipResponse response) {
        return headers(CHALLENGES, response::headers);
    }

    /** Headers of those names, each value as it was written. */
    public static List<SipHeader> headers(
            List<String> names, java.util.function.Function<String, List<String>> received) {
        List<SipHeader> headers = new ArrayList<>();
        for (String name : names) {
            received.apply(name).forEach(value -> headers.add(new SipHeader(name, value)));
        }
        return headers;
    }
}
