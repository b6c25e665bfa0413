package sotto.proxy.sip;

import java.util.Locale;

/** Transports that this stack listens on and calls by; by WebSocket nobody is called that did not connect (RFC 7118). */
public enum SipTransport {
    UDP,
    TCP,
    TLS,
    WS,
    WSS;

    /** As in a Via header. */
    String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As in the transport parameter of a URI, which is ws for both: with TLS the URI may be sips (RFC 7118 §5.2). */
    String parameter() {
        return this == WSS ? WS.token() : token();
    }

    /** True where nobody on the way reads along (RFC 3261 §26.2.2). */
    public boolean isSecure() {
        return this == TLS || this == WSS;
    }

    public boolean isWebSocket() {
        return this == WS || this == WSS;
    }

    /** The port of a URI or Via that names none (RFC 3261 §19.1.2, RFC 7118 §5.2). */
    int defaultPort() {
        return switch (this) {
            case UDP, TCP -> 5060;
            case TLS -> 5061;
            case WS -> 80;
            case WSS -> 443;
        };
    }

    /** What a URI of a peer names; UDP also for ws: we are nobody's WebSocket client. */
    static SipTransport named(String parameter) {
        SipTransport transport = of(parameter);
        return transport.isWebSocket() ? UDP : transport;
    }

    /** Of a Via. UDP for what is none of these: RFC 3263 §4.1. */
    static SipTransport of(String token) {
        for (SipTransport transport : values()) {
            if (transport.name().equalsIgnoreCase(token)) {
                return transport;
            }
        }
        return UDP;
    }
}
