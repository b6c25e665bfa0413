package sotto.proxy.trunk;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.media.packet.Side;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
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

    /** Nobody matches before {@link #resolve}. */
    public Peers(Peering peering) {
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

    /** Looks all hosts up again. A name that does not resolve now keeps the addresses that it had. */
    public void resolve() {
        for (Peer peer : all) {
            try {
                peer.addresses(Set.of(InetAddress.getAllByName(peer.settings().host())));
            } catch (UnknownHostException e) {
                LOG.warn(
                        "peer {} has no address: {} does not resolve; its calls are refused as a stranger's; correct the"
                                + " host or the name server",
                        peer.name(),
                        peer.settings().host());
            }
        }
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
        ToIntFunction<Peer> portOf = peer -> peer.settings().port();
        List<Peer> with =
                there.stream().filter(peer -> portOf.applyAsInt(peer) == port).toList();
        return with.size() == 1 ? Optional.of(with.getFirst()) : Optional.empty();
    }
}
