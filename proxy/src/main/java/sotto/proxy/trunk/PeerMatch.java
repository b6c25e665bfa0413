package sotto.proxy.trunk;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.media.packet.Side;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.sip.SipSource;
import sotto.proxy.sip.SipTransport;

/**
 * Tells from which peer a request came, by where it came from. Thread-safe; {@link #resolve} may block.
 *
 * <pre>
 *  source address is of   and                                          so it is from
 *  neither                                                             a stranger
 *  one of them                                                         that one
 *  both                   UDP source port is one peer's port           that one
 *  both                   else the Via's port is one peer's port       that one
 *  both                   else the Contact's port is one peer's port   that one
 *  both                   else                                         the trunk
 * </pre>
 *
 * <p>The source port of TCP and TLS is ephemeral and says nothing. The last row fails closed: the trunk's side is the one
 * whose digits are masked.
 */
public final class PeerMatch {
    private static final Logger LOG = LoggerFactory.getLogger(PeerMatch.class);

    private final PeerSettings trunk;
    private final PeerSettings agents;
    private final AtomicReference<Set<InetAddress>> trunkAddresses = new AtomicReference<>(Set.of());
    private final AtomicReference<Set<InetAddress>> agentAddresses = new AtomicReference<>(Set.of());

    /** Nobody matches before {@link #resolve}. */
    public PeerMatch(PeerSettings trunk, PeerSettings agents) {
        this.trunk = trunk;
        this.agents = agents;
    }

    /** Looks both hosts up again. A name that does not resolve now keeps the addresses that it had. */
    public void resolve() {
        resolve(trunk, trunkAddresses);
        resolve(agents, agentAddresses);
    }

    private static void resolve(PeerSettings peer, AtomicReference<Set<InetAddress>> addresses) {
        try {
            addresses.set(Set.of(InetAddress.getAllByName(peer.host())));
        } catch (UnknownHostException e) {
            LOG.warn(
                    "peer {} has no address: {} does not resolve; its calls are refused as a stranger's; correct the host "
                            + "or the name server",
                    peer.name(),
                    peer.host());
        }
    }

    /** The side that the source is on; empty for a stranger. */
    public Optional<Side> side(SipSource source) {
        boolean isTrunk = trunkAddresses.get().contains(source.address());
        boolean isAgents = agentAddresses.get().contains(source.address());
        if (!isTrunk && !isAgents) {
            return Optional.empty();
        }
        if (isTrunk != isAgents) {
            return Optional.of(isTrunk ? Side.CALLER : Side.AGENT);
        }
        if (source.transport() == SipTransport.UDP && onlyOne(source.port())) {
            return Optional.of(owner(source.port()));
        }
        if (onlyOne(source.sentByPort())) {
            return Optional.of(owner(source.sentByPort()));
        }
        if (source.contactPort().isPresent() && onlyOne(source.contactPort().getAsInt())) {
            return Optional.of(owner(source.contactPort().getAsInt()));
        }
        return Optional.of(Side.CALLER);
    }

    private boolean onlyOne(int port) {
        return (port == trunk.port()) != (port == agents.port());
    }

    private Side owner(int port) {
        return port == trunk.port() ? Side.CALLER : Side.AGENT;
    }
}
