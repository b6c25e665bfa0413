package sotto.proxy.sip;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A response to be sent. Immutable.
 *
 * @param status 100 to 699
 * @param toTag our tag; empty for 100, and for a reply that makes no dialog
 * @param sdp body, where there is one
 * @param headers by name, values as they are to appear; a line for each header where there are several of a name
 */
public record SipReply(int status, String toTag, Optional<byte[]> sdp, Map<String, String> headers) {
    public static SipReply of(int status) {
        return new SipReply(status, "", Optional.empty(), Map.of());
    }

    public SipReply tagged(String tag) {
        return new SipReply(status, tag, sdp, headers);
    }

    public SipReply body(byte[] answer) {
        return new SipReply(status, toTag, Optional.of(answer), headers);
    }

    public SipReply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new SipReply(status, toTag, sdp, more);
    }
}
