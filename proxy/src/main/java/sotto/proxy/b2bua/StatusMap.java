package sotto.proxy.b2bua;

/**
 * What the calling side is told when the called side refuses. Stateless.
 *
 * <pre>
 *  from the called side      to the calling side
 *  3xx                       480  we do not follow a redirect to a place that nobody configured
 *  401, 407                  500  the challenge is for us, and we have no answer to it; nothing the caller can do
 *  420, 421, 494             500  about a Require of ours, not of the caller's
 *  481, 482, 487, 491        480  about our dialog or transaction, which the caller does not see
 *  503                       500  it is our next hop that is overloaded, not we (RFC 3261 §16.7 item 6)
 *  other 4xx, 5xx, 6xx       the same
 *  no final response         408  (RFC 3261 §16.8)
 *  no connection             503  the carrier may try another way
 * </pre>
 */
final class StatusMap {
    private StatusMap() {}

    static int toCaller(int status) {
        if (status / 100 == 3) {
            return 480;
        }
        return switch (status) {
            case 401, 407, 420, 421, 494, 503 -> 500;
            case 481, 482, 487, 491 -> 480;
            default -> status >= 400 && status <= 699 ? status : 500;
        };
    }

    /** For a re-INVITE: 491 crosses, for the peer is to try again, and 481, for its dialog is gone too (RFC 3261 §14.1). */
    static int toReInviter(int status) {
        return status == 491 || status == 481 ? status : toCaller(status);
    }
}
