package sotto.proxy.sip;

import gov.nist.javax.sip.message.SIPResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A response to be sent. Immutable.
 *
 * @param status 100 to 699
 * @param phrase instead of the usual one; empty for that
 * @param toTag our tag; empty for 100, and for a reply that makes no dialog
 * @param sdp body, where there is one
 * @param headers of ours, by name, values as they are to appear; a line for each where there are several of a name
 * @param crossing what crosses from the other side
 */
public record SipReply(
        int status,
        String phrase,
        String toTag,
        Optional<byte[]> sdp,
        Map<String, String> headers,
        List<SipHeader> crossing) {
    public static SipReply of(int status) {
        return new SipReply(status, "", "", Optional.empty(), Map.of(), List.of());
    }

    /** With a reason phrase of its own (RFC 3261 §7.2). */
    public SipReply saying(String text) {
        return new SipReply(status, text, toTag, sdp, headers, crossing);
    }

    /** The usual words for a status. */
    public static String reason(int status) {
        String words = SIPResponse.getReasonPhrase(status);
        return words == null ? "Unknown" : words;
    }

    public SipReply tagged(String tag) {
        return new SipReply(status, phrase, tag, sdp, headers, crossing);
    }

    public SipReply body(byte[] answer) {
        return new SipReply(status, phrase, toTag, Optional.of(answer), headers, crossing);
    }

    public SipReply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new SipReply(status, phrase, toTag, sdp, more, crossing);
    }

    public SipReply crossing(List<SipHeader> ofOtherSide) {
        return new SipReply(status, phrase, toTag, sdp, headers, ofOtherSide);
    }
}
