package sotto.proxy.sip;

import java.util.Locale;

/** Transports that this stack listens on and calls by. */
public enum SipTransport {
    UDP,
    TCP,
    TLS;

    /** As in a Via header or a transport parameter. */
    String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** UDP for what is none of these: RFC 3263 §4.1. */
    static SipTransport of(String token) {
        for (SipTransport transport : values()) {
            if (transport.name().equalsIgnoreCase(token)) {
                return transport;
            }
        }
        return UDP;
    }
}
