package sotto.proxy.sip;

import java.net.InetSocketAddress;

/** What the SIP endpoint tells; called on the stack's own threads, one message at a time on each: enqueue and return. */
public interface SipEvents {
    /** A request that is no retransmission within its transaction, ACK included; also one with a defect. */
    void request(SipRequest request);

    /** A 2xx to an INVITE whose transaction is over: it was sent again, or another branch answered. */
    void strayAnswer(SipResponse response);

    /** A malformed message that cannot be answered: a response, an ACK, or one that says not where it is from. */
    void malformed();

    /**
     * A connection that was opened to us was closed again before it brought any sound message, or a datagram was dropped.
     *
     * @param cause stable short name for a metric: {@code tls-refused}, {@code silent-connection}, {@code
     *     datagrams-waiting}, or one of WebSocket
     */
    void dropped(String cause);

    /**
     * A WebSocket connection is over, and with it the flow of a phone. Another may have its address from now on, so that
     * it must not be taken for that phone: to be dealt with before this returns.
     *
     * @param realm name of the one that it was in
     */
    void closed(String realm, SipTransport transport, InetSocketAddress remote);
}
