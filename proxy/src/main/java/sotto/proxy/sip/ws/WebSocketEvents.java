package sotto.proxy.sip.ws;

import java.net.InetSocketAddress;

/** What WebSocket connections tell; called on their threads: enqueue and return. */
public interface WebSocketEvents {
    /**
     * A connection was turned away, or was closed for what it sent.
     *
     * @param cause stable short name for a metric
     */
    void refused(String cause);

    /**
     * A connection that was up is over, and the flow along it (RFC 5626 §5.3): told before its address can be another's.
     *
     * @param transport as in a Via header, in small letters
     */
    void closed(String transport, InetSocketAddress remote);
}
