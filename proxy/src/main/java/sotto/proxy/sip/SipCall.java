package sotto.proxy.sip;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request of ours to be sent in a dialog, or to start one.
 *
 * @param method such as INVITE or BYE
 * @param sdp body, where there is one; of another kind than SDP where the headers have a Content-Type
 * @param maxForwards hops left
 * @param headers more headers of ours, by name; a line for each where there are several of a name
 * @param crossing what crosses from the other side
 */
public record SipCall(
        String method, Optional<byte[]> sdp, int maxForwards, Map<String, String> headers, List<SipHeader> crossing) {
    /** RFC 3261 §8.1.1.6: what a request of one's own starts with. */
    public static final int MAX_FORWARDS = 70;

    /** One that nothing of the other side crosses with. */
    public SipCall(String method, Optional<byte[]> sdp, int maxForwards, Map<String, String> headers) {
        this(method, sdp, maxForwards, headers, List.of());
    }

    public static SipCall of(String method) {
        return new SipCall(method, Optional.empty(), MAX_FORWARDS, Map.of());
    }

    public SipCall crossing(List<SipHeader> ofOtherSide) {
        return new SipCall(method, sdp, maxForwards, headers, ofOtherSide);
    }

    public SipCall body(byte[] offer) {
        return new SipCall(method, Optional.of(offer), maxForwards, headers, crossing);
    }
}
