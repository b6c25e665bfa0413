package sotto.proxy.sip;

import gov.nist.javax.sip.message.SIPRequest;
import java.net.InetSocketAddress;
import java.text.ParseException;
import java.util.Locale;
import java.util.Set;
import javax.sip.address.Address;
import javax.sip.address.SipURI;
import javax.sip.address.URI;

/**
 * How a request of a phone goes on to its PBX with the addresses that the phone wrote, so that a digest over them stays
 * valid (RFC 7616 §3.4.6). Hosts that are not the PBX's become its domain. Immutable.
 *
 * <pre>
 *  host of a URI            request URI, To     From
 *  one of the domains       as it is            as it is
 *  anonymous.invalid        the domain          as it is (RFC 3323 §4.1.1.3)
 *  any other, ours too      the domain          the domain: no inside address gets across
 * </pre>
 *
 * @param domains hosts that name the PBX, in lower case
 * @param domain the one that is written instead of others
 * @param address where the PBX is
 * @param transport how it is reached
 */
public record SipRelay(Set<String> domains, String domain, InetSocketAddress address, SipTransport transport) {
    public SipRelay {
        domains = Set.copyOf(domains);
    }

    /** True for a host that names the PBX. */
    public boolean names(String host) {
        return domains.contains(host.toLowerCase(Locale.ROOT));
    }

    SipURI target(SIPRequest request) throws Unreachable {
        return request.getRequestURI() instanceof SipURI uri ? written(uri, false) : refuse();
    }

    Address from(SIPRequest request) throws Unreachable {
        return written(request.getFrom().getAddress(), true);
    }

    Address to(SIPRequest request) throws Unreachable {
        return written(request.getTo().getAddress(), false);
    }

    private Address written(Address address, boolean mayHide) throws Unreachable {
        Address copy = (Address) address.clone();
        URI uri = copy.getURI();
        copy.setURI(uri instanceof SipURI sip ? written(sip, mayHide) : refuse());
        return copy;
    }

    private SipURI written(SipURI uri, boolean mayHide) throws Unreachable {
        SipURI copy = (SipURI) uri.clone();
        if (names(copy.getHost()) || (mayHide && copy.getHost().equalsIgnoreCase(SipMessages.ANONYMOUS_HOST))) {
            return copy;
        }
        try {
            copy.setHost(domain);
            copy.removePort();
            copy.removeParameter("maddr");
            return copy;
        } catch (ParseException e) {
            throw new Unreachable("the domain is no host", e);
        }
    }

    private static SipURI refuse() throws Unreachable {
        throw new Unreachable("an address that is no SIP URI");
    }
}
