package sotto.proxy.sip.screen;

/** What is wrong with a message, and what a peer is told who may be told. */
public enum Defect {
    /** RFC 3261 §21.4.1. */
    SYNTAX(400, false),
    /** Where this message ends in its stream cannot be told: Content-Length, or the empty line (§7.5, §20.14). */
    FRAMING(400, true),
    /** The method of CSeq is not the request's (§8.1.1.5). */
    METHOD_MISMATCH(400, false),
    /** §21.4.15. */
    URI_TOO_LONG(414, false),
    /** §21.5.6. */
    VERSION(505, false),
    /** §21.5.7. The rest of it is not read, so a stream ends here. */
    TOO_LARGE(513, true);

    private final int sipStatus;
    private final boolean endsStream;

    Defect(int sipStatus, boolean endsStream) {
        this.sipStatus = sipStatus;
        this.endsStream = endsStream;
    }

    public int sipStatus() {
        return sipStatus;
    }

    /** True where a connection cannot be read on. */
    public boolean endsStream() {
        return endsStream;
    }
}
