package sotto.proxy.sip;

/**
 * Where a new dialog goes.
 *
 * @param host name or address
 * @param user user part of the request URI; may be empty
 */
public record SipDestination(String user, String host, int port, SipTransport transport) {}
