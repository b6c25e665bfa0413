package sotto.proxy.sdp;

/** Which way media flows, as the one who wrote the SDP sees it (RFC 8866 §6.7). */
public enum Direction {
    SENDRECV(true, true),
    SENDONLY(true, false),
    RECVONLY(false, true),
    INACTIVE(false, false);

    private final boolean sends;
    private final boolean receives;

    Direction(boolean sends, boolean receives) {
        this.sends = sends;
        this.receives = receives;
    }

    /** Whether the one who wrote it wants to receive. */
    public boolean receives() {
        return receives;
    }

    /** The same with nothing received: what a c= line of 0.0.0.0 means (RFC 3264 §8.4). */
    Direction onHold() {
        return sends ? SENDONLY : INACTIVE;
    }

    /** This answer, cut to what the offer leaves room for (RFC 3264 §6.1). */
    Direction within(Direction offer) {
        boolean send = sends && offer.receives;
        boolean receive = receives && offer.sends;
        return send ? (receive ? SENDRECV : SENDONLY) : (receive ? RECVONLY : INACTIVE);
    }

    /** The attribute's name. */
    String attribute() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
