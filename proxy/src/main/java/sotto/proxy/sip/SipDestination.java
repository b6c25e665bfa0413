package sotto.proxy.sip;

/**
 * Where a new dialog goes.
 *
 * @param host name or address
 * @param user user part of the request URI; may be empty
 * @param secure whether its URI is sips
 */
public record SipDestination(String user, String host, int port, SipTransport transport, boolean secure) {
    public SipDestination(String user, String host, int port, SipTransport transport) {
        this(user, host, port, transport, false);
    }

    /**
     * The same, by a sips URI where that is asked for (RFC 3261 §26.2.2).
     *
     * @throws IllegalStateException where it is, and this is not over TLS
     */
    public SipDestination secure(boolean asked) {
        if (asked && transport != SipTransport.TLS) {
            throw new IllegalStateException("a sips URI goes over TLS only");
        }
        return new SipDestination(user, host, port, transport, asked);
    }
}
