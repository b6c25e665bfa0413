package sotto.proxy.trunk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.media.packet.Side;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.dns.NameServers;
import sotto.proxy.realm.Realms;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipSource;
import sotto.proxy.sip.SipTransport;
import sotto.proxy.sip.digest.DigestRealm;
import sotto.proxy.sip.digest.DigestUser;

/**
 * All peers, and from which of them a request came. Thread-safe; {@link #resolve} may block.
 *
 * <p>A peer is known by what its {@code match} asks for, all of it, and in its own realm only; of several that fit, the one that asks for most is
 * meant: certificate above identity above address. Known by its password alone, it is first claimed by a user name, and
 * nothing but a challenge comes of that. Those that ask for the same, which is mostly the address, are told apart so:
 *
 * <pre>
 *  source address is of   and                                                 so it is from
 *  nobody                                                                     a stranger
 *  one peer                                                                   that one
 *  several                UDP source port is one's port                       that one
 *  several                else the Via's port is one's port                   that one
 *  several                else the Contact's port is one's port               that one
 *  several                else                                                the first; trunks come first
 * </pre>
 *
 * <p>The source port of TCP and TLS is ephemeral and says nothing. The last row fails closed: the trunks' side is the one
 * whose digits are masked.
 */
public final class Peers {
    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

    private final List<Peer> all;
    private final Locator locator;
    private final DigestRealm passwords = new DigestRealm(System.nanoTime());
    private final List<DigestUser> unseen; // those that are known by a password alone

    /**
     * Nobody matches before {@link #resolve}.
     *
     * @param realms networks that they are in
     * @param servers asked for peers of whom the file has a name alone
     * @param hasTls whether we can speak it
     */
    public Peers(Peering peering, Realms realms, NameServers servers, boolean hasTls) {
        this.locator = new Locator(servers, hasTls);
        this.all = Stream.concat(
                        peering.trunks().stream().map(settings -> peer(settings, realms, Side.CALLER)),
                        peering.agents().stream().map(settings -> peer(settings, realms, Side.AGENT)))
                .toList();
        this.unseen = all.stream()
                .filter(peer -> !peer.match().isBySight())
                .flatMap(peer -> peer.user().stream())
                .toList();
    }

    private Peer peer(PeerSettings settings, Realms realms, Side side) {
        return new Peer(settings, realms.of(settings.realm()), side, passwords);
    }

    /** Trunks first, then in the order of the file. */
    public List<Peer> all() {
        return all;
    }

    /** Those of one side. */
    public List<Peer> of(Side side) {
        return all.stream().filter(peer -> peer.side() == side).toList();
    }

    /**
     * Names of which one must be in the certificate of whoever speaks TLS with us.
     *
     * @param realm name of the network that it is in
     */
    public Set<String> tlsNames(String realm) {
        Set<String> names = new HashSet<>();
        for (Peer peer : all) {
            if (!peer.realm().name().equals(realm)) {
                continue;
            }
            if (peer.settings().transport() == PeerSettings.Transport.TLS) {
                names.add(peer.settings().host());
            }
            peer.match().certificate().ifPresent(names::add);
        }
        return names;
    }

    /** Looks all hosts up again. What name servers do not tell now stays as it was. */
    public void resolve() {
        for (Peer peer : all) {
            try {
                resolve(peer);
            } catch (IOException e) {
                LOG.warn(
                        "peer {} keeps the {} addresses that were known: {} does not resolve ({}); with none, calls to it"
                                + " fail and its own are refused as a stranger's; correct the host or the name server",
                        peer.name(),
                        peer.addresses().size(),
                        peer.settings().host(),
                        e.getMessage());
            }
        }
    }

    private void resolve(Peer peer) throws IOException {
        if (peer.settings().lookup() == PeerSettings.Lookup.ADDRESS) {
            peer.addresses(Set.of(InetAddress.getAllByName(peer.settings().host())));
            return;
        }
        List<Locator.Place> places = locator.places(peer.settings()).stream()
                .filter(place -> peer.realm().reaches(place.address()))
                .toList();
        if (places.isEmpty()) {
            throw new UnknownHostException("neither SRV nor address records of the IP version of its realm");
        }
        peer.found(places);
        peer.addresses(places.stream().map(Locator.Place::address).collect(Collectors.toUnmodifiableSet()));
    }

    /** True for an address of any of them, as they are now. */
    public boolean areAt(InetAddress address) {
        for (Peer peer : all) {
            if (peer.addresses().contains(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The same of those that are in one realm.
     *
     * @param realm its name
     */
    public boolean areAt(InetAddress address, String realm) {
        for (Peer peer : all) {
            if (peer.realm().name().equals(realm) && peer.addresses().contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** True where it comes from an address of peers of other realms alone: by a network that they are not in. */
    public boolean areElsewhere(SipRequest request) {
        return areAt(request.address()) && !areAt(request.address(), request.realm());
    }

    /**
     * The peer that it came from; empty for a stranger, and for whoever comes by WebSocket: all who come through a web
     * server have its address, which may be a peer's.
     */
    public Optional<Peer> from(SipRequest request) {
        return from(Shown.by(request));
    }

    Optional<Peer> from(Shown shown) {
        SipSource source = shown.source();
        if (source.transport().isWebSocket()) {
            return Optional.empty();
        }
        List<Peer> fitting = all.stream()
                .filter(peer -> peer.match().isBySight() && fits(peer, shown))
                .toList();
        int most =
                fitting.stream().mapToInt(peer -> peer.match().strength()).max().orElse(0);
        List<Peer> there =
                fitting.stream().filter(peer -> peer.match().strength() == most).toList();
        if (there.size() <= 1) {
            return there.stream().findFirst();
        }
        return (source.transport() == SipTransport.UDP ? only(there, source.port()) : Optional.<Peer>empty())
                .or(() -> only(there, source.sentByPort()))
                .or(() -> only(there, source.contactPort().orElse(0)))
                .or(() -> Optional.of(there.getFirst()));
    }

    private static boolean fits(Peer peer, Shown shown) {
        return peer.realm().name().equals(shown.realm())
                && peer.match()
                        .fits(
                                peer.addresses().contains(shown.source().address()),
                                shown.certificates(),
                                shown.identities());
    }

    /** True where a stranger may be a peer that is known by its password alone. */
    public boolean takePasswords() {
        return !unseen.isEmpty();
    }

    /** Asks a stranger for a password. */
    public SipReply challenge(SipRequest invite) {
        String challenges = passwords.challenges(unseen, invite.address(), invite.receivedNs());
        return SipReply.of(401).with("WWW-Authenticate", challenges);
    }

    /** True for credentials that answer what we sent to where they come from: whose they are is known then. */
    public boolean asked(SipRequest invite) {
        return passwords.asked(invite.address(), invite.headers("Authorization"), invite.receivedNs());
    }

    /** The peer that a stranger says it is, by user name; its {@link Peer#challenge} finds out whether that is so. */
    public Optional<Peer> claimed(SipRequest request) {
        Optional<String> user = DigestRealm.userName(request.headers("Authorization"));
        if (unseen.isEmpty() || user.isEmpty()) {
            return Optional.empty();
        }
        Shown shown = Shown.by(request);
        return all.stream()
                .filter(peer -> !peer.match().isBySight()
                        && peer.settings()
                                .account()
                                .filter(a -> a.user().equals(user.get()))
                                .isPresent()
                        && fits(peer, shown))
                .findFirst();
    }

    private static Optional<Peer> only(List<Peer> there, int port) {
        List<Peer> with = there.stream()
                .filter(peer -> peer.servers().stream().anyMatch(server -> server.port() == port))
                .toList();
        return with.size() == 1 ? Optional.of(with.getFirst()) : Optional.empty();
    }
}
