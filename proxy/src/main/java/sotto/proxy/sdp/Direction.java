package sotto.proxy.sdp;

/** Which way media flows, as the one who wrote the SDP sees it (RFC 8866 §6.7). */
public enum Direction {
    SENDRECV,
    SENDONLY,
    RECVONLY,
    INACTIVE
}
