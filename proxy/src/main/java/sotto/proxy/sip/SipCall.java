package sotto.proxy.sip;

import java.util.Map;
import java.util.Optional;

/**
 * A request of ours to be sent in a dialog, or to start one.
 *
 * @param method such as INVITE or BYE
 * @param sdp body, where there is one
 * @param maxForwards hops left
 * @param headers more headers, by name; a line for each where there are several of a name
 */
public record SipCall(String method, Optional<byte[]> sdp, int maxForwards, Map<String, String> headers) {
    /** RFC 3261 §8.1.1.6: what a request of one's own starts with. */
    public static final int MAX_FORWARDS = 70;

    public static SipCall of(String method) {
        return new SipCall(method, Optional.empty(), MAX_FORWARDS, Map.of());
    }

    public SipCall body(byte[] offer) {
        return new SipCall(method, Optional.of(offer), maxForwards, headers);
    }
}
