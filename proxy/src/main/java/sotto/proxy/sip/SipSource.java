package sotto.proxy.sip;

import java.net.InetAddress;
import java.util.OptionalInt;

/**
 * Where a request came from.
 *
 * @param address source address of the packet or connection
 * @param port source port; of no meaning where the transport keeps connections
 * @param transport what it came by
 * @param sentByPort port that the topmost Via names, 5060 or 5061 where it names none
 * @param contactPort the same of the Contact header, where there is one
 */
public record SipSource(
        InetAddress address, int port, SipTransport transport, int sentByPort, OptionalInt contactPort) {
    @Override
    public String toString() {
        return address.getHostAddress() + ":" + port;
    }
}
