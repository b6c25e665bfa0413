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
import sotto.proxy.sip.SipSource;
import sotto.proxy.sip.SipTransport;

/**
 * All peers, and from which of them a request came, by where it came from. Thread-safe; {@link #resolve} may block.
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

    /**
     * Nobody matches before {@link #resolve}.
     *
     * @param servers asked for peers of whom the file has a name alone
     * @param hasTls whether we can speak it
     */
    public Peers(Peering peering, NameServers servers, boolean hasTls) {
        this.locator = new Locator(servers, hasTls);
        this.all = Stream.concat(
                        peering.trunks().stream().map(settings -> new Peer(settings, Side.CALLER)),
                        peering.agents().stream().map(settings -> new Peer(settings, Side.AGENT)))
                .toList();
    }

    /** Trunks first, then in the order of the file. */
    public List<Peer> all() {
        return all;
    }

    /** Those of one side. */
    public List<Peer> of(Side side) {
        return all.stream().filter(peer -> peer.side() == side).toList();
    }

    /** Names of which one must be in the certificate of whoever speaks TLS with us. */
    public Set<String> tlsNames() {
        Set<String> names = new HashSet<>();
        for (Peer peer : all) {
            if (peer.settings().transport() == PeerSettings.Transport.TLS) {
                names.add(peer.settings().host());
            }
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
        List<Locator.Place> places = locator.places(peer.settings());
        if (places.isEmpty()) {
            throw new UnknownHostException("neither SRV nor address records");
        }
        peer.found(places);
        peer.addresses(places.stream().map(Locator.Place::address).collect(Collectors.toUnmodifiableSet()));
    }

    /** The peer that it came from; empty for a stranger. */
    public Optional<Peer> from(SipSource source) {
        List<Peer> there = all.stream()
                .filter(peer -> peer.addresses().contains(source.address()))
                .toList();
        if (there.size() <= 1) {
            return there.stream().findFirst();
        }
        return (source.transport() == SipTransport.UDP ? only(there, source.port()) : Optional.<Peer>empty())
                .or(() -> only(there, source.sentByPort()))
                .or(() -> only(there, source.contactPort().orElse(0)))
                .or(() -> Optional.of(there.getFirst()));
    }

    private static Optional<Peer> only(List<Peer> there, int port) {
        List<Peer> with = there.stream()
                .filter(peer -> peer.servers().stream().anyMatch(server -> server.port() == port))
                .toList();
        return with.size() == 1 ? Optional.of(with.getFirst()) : Optional.empty();
    }
}
