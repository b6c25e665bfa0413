package sotto.proxy.sip;

import gov.nist.javax.sip.address.AddressFactoryImpl;
import java.net.InetSocketAddress;
import java.text.ParseException;
import javax.sip.address.SipURI;

/**
 * The way back to a user agent whose own Contact may lead nowhere from here (RFC 5626 §5.3): requests name its Contact and
 * go to where its own came from. Immutable.
 *
 * @param contact its SIP URI, as it wrote it
 * @param user whom the agent answers for: user part of its address of record
 * @param address source of its requests; of a connection its other end
 * @param transport what they came by
 */
public record SipFlow(String contact, String user, InetSocketAddress address, SipTransport transport) {
    SipURI target() throws Unreachable {
        try {
            if (new AddressFactoryImpl().createURI(contact) instanceof SipURI uri) {
                return uri;
            }
            throw new Unreachable("a Contact that is no SIP URI");
        } catch (ParseException e) {
            throw new Unreachable("a Contact that does not parse", e);
        }
    }

    @Override
    public String toString() {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
