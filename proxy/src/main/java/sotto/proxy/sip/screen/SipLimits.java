package sotto.proxy.sip.screen;

/**
 * How much of everything one message may have; constants only.
 *
 * <p>RFC 4475's longest message has 3,515 octets, 34 Via entries, and fields of 700 octets. Each bound is far above what
 * carriers send, and far below what would hold a receiving thread for long.
 */
public final class SipLimits {
    /** Octets of one message, headers and body. */
    public static final int MAX_MESSAGE_BYTES = 16_384;
    /** Octets of start line and header fields. Below half a message: beyond that the stack ends a stream unasked. */
    public static final int MAX_HEADER_BYTES = 8_000;
    /** Octets of a Request-URI; a longer one gets 414 (RFC 3261 §21.4.15). */
    public static final int MAX_URI_BYTES = 1024;
    /** Octets of one header field, folded lines and name included. */
    public static final int MAX_FIELD_BYTES = 4096;
    /** Lines before the empty one, the start line included. */
    public static final int MAX_HEADER_LINES = 128;
    /** Entries of Via: no message has more hops behind it than Max-Forwards allows (RFC 3261 §8.1.1.6). */
    public static final int MAX_VIAS = 70;
    /** Entries of Route, and of Record-Route. */
    public static final int MAX_ROUTES = 32;
    /** Entries of Contact. */
    public static final int MAX_CONTACTS = 16;
    /** Largest sequence number (RFC 3261 §8.1.1.5: below 2 to the power of 31). */
    public static final long MAX_CSEQ = 0x7FFF_FFFFL;
    /** Largest Max-Forwards (RFC 3261 §20.22). */
    public static final int MAX_FORWARDS = 255;

    private SipLimits() {}
}
