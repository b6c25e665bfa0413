package sotto.proxy.sip.ws;

/** Why an HTTP request does not become a WebSocket connection (RFC 6455 §4.2), with the status that says so. */
enum Refusal {
    MALFORMED(400, "ws-request", "no request for a WebSocket (RFC 6455 section 4.1)"),
    LONG_LINE(414, "ws-request", "the request line is too long"),
    LONG_HEADERS(431, "ws-request", "the headers are too long"),
    METHOD(405, "ws-request", "a WebSocket is opened with GET"),
    PATH(404, "ws-path", "there is nothing at this path"),
    NO_UPGRADE(426, "ws-request", "here is SIP over WebSocket, and nothing else"),
    VERSION(426, "ws-request", "the version of WebSocket has to be 13"),
    ORIGIN(403, "ws-origin", "pages of this origin may not connect"),
    PROTOCOL(400, "ws-protocol", "Sec-WebSocket-Protocol has to name sip");

    private final int status;
    private final String cause;
    private final String text;

    Refusal(int status, String cause, String text) {
        this.status = status;
        this.cause = cause;
        this.text = text;
    }

    /** Of the answer. */
    int status() {
        return status;
    }

    /** Stable short name for a metric. */
    String cause() {
        return cause;
    }

    /** What is wrong, for who reads the answer; nothing of the request is in it. */
    String text() {
        return text;
    }
}
