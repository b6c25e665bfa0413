package sotto.proxy.trunk;

import java.util.List;
import sotto.media.packet.Side;

/**
 * A peer as API and metrics show it.
 *
 * @param side {@code CALLER} for a trunk, {@code AGENT} for a peer behind it
 * @param realm name of the network that it is in
 * @param address host and port as configured
 * @param transport {@code udp}, {@code tcp}, {@code tls}
 * @param health UP where one of its servers is
 * @param servers that its requests may go to
 * @param calls that are up, from it and to it
 * @param attempts INVITEs sent to it
 * @param failedOver calls that went to the next peer because it failed
 * @param overLimit calls that it was not given, or not taken from it, because of its limits
 * @param registered whether it knows where we are
 * @param refusedCredentials requests to it that it did not take our credentials for
 * @param wrongCredentials INVITEs from it with credentials that are not the ones
 */
public record PeerView(
        String name,
        Side side,
        String realm,
        String address,
        String transport,
        Health.State health,
        List<Server> servers,
        int calls,
        long attempts,
        long failedOver,
        long overLimit,
        Registered registered,
        long refusedCredentials,
        long wrongCredentials) {
    /**
     * One of its servers.
     *
     * @param address address and port
     * @param transport as above
     */
    public record Server(String address, String transport, Health.State health) {}
}
