package sotto.proxy.trunk;

import java.util.Set;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipSource;

/**
 * What a request shows of who sent it.
 *
 * @param realm name of the one that it came by
 * @param certificates names in the certificate of its connection, in lower case: proved
 * @param identities user@host of From and P-Asserted-Identity: said, not proved
 */
record Shown(SipSource source, String realm, Set<String> certificates, Set<String> identities) {
    static Shown by(SipRequest request) {
        return new Shown(request.source(), request.realm(), request.certificateNames(), request.senders());
    }
}
