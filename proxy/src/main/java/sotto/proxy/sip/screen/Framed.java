package sotto.proxy.sip.screen;

/**
 * A connection that tells messages apart by itself: Content-Length may be absent there, and what is malformed does not put
 * the next message out of step (RFC 7118 §5.1).
 */
public interface Framed {}
