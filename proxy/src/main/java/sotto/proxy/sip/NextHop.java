package sotto.proxy.sip;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.DefaultRouter;
import gov.nist.javax.sip.stack.HopImpl;
import java.net.InetSocketAddress;
import javax.sip.SipException;
import javax.sip.SipStack;
import javax.sip.address.Hop;
import javax.sip.message.Request;

/** Where a request of ours goes whose URI does not say it: what name servers told (RFC 3263 §4). Immutable. */
record NextHop(InetSocketAddress address, SipTransport transport) {
    /** The stack's way, but for requests that have a next hop of their own. Thread-safe. */
    static final class Way extends DefaultRouter {
        Way(SipStack stack) {
            super(stack, null);
        }

        @Override
        public Hop getNextHop(Request request) throws SipException {
            return ((SIPRequest) request).getApplicationData() instanceof NextHop next
                    ? new HopImpl(
                            next.address.getAddress().getHostAddress(), next.address.getPort(), next.transport.token())
                    : super.getNextHop(request);
        }
    }
}
