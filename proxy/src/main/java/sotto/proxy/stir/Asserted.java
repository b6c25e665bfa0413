package sotto.proxy.stir;

import java.util.List;
import java.util.Optional;

/**
 * What of an INVITE is compared with what was signed.
 *
 * @param identities values of its Identity headers
 * @param callers who it says calls, From's first
 * @param called who it says is called, To's first
 * @param date value of its Date header
 */
public record Asserted(
        List<String> identities, List<Party> callers, List<Party> called, Optional<String> date, String callId) {}
