package sotto.proxy.location;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import sotto.proxy.sip.SipFlow;
import sotto.proxy.sip.SipTransport;

/**
 * Where somebody is reached, until when (RFC 3261 §10.3): what a phone told its PBX through us. Immutable.
 *
 * @param token our word for it, the user part of the Contact that the PBX knows
 * @param pbx name of the peer where it is registered
 * @param record address of record, user@domain
 * @param contact the phone's own Contact, a SIP URI
 * @param flow where its REGISTER came from; port 0 once that WebSocket connection is over, which nobody else then is
 * @param trait what else is known of the way
 * @param expires when it ends
 */
record Binding(String token, String pbx, String record, String contact, Flow flow, Trait trait, Instant expires) {

    private static final int NO_PORT = 0;

    /** Source of a phone's requests; for TCP and TLS the other end of a connection. */
    record Flow(InetAddress address, int port, SipTransport transport) {}

    /**
     * What else is known of the way.
     *
     * @param isNat whether an address translator is on it: the source is not what the phone says that it is
     * @param isOutbound whether the PBX takes part in RFC 5626 for it
     */
    record Trait(boolean isNat, boolean isOutbound) {}

    boolean isOver(Instant now) {
        return !expires.isAfter(now);
    }

    /** The same whose connection is over: only registering anew mends it (RFC 5626 §4.2, §5.3). */
    Binding lost() {
        return new Binding(
                token, pbx, record, contact, new Flow(flow.address, NO_PORT, flow.transport), trait, expires);
    }

    /** True where it can be reached no more, although its time is not over. */
    boolean isLost() {
        return flow.port == NO_PORT;
    }

    String user() {
        return record.substring(0, record.lastIndexOf('@'));
    }

    SipFlow way() {
        return new SipFlow(contact, user(), new InetSocketAddress(flow.address, flow.port), flow.transport);
    }

    /** The same record of the same PBX. */
    boolean isOf(String otherPbx, String otherRecord) {
        return pbx.equals(otherPbx) && record.equals(otherRecord);
    }

    /** What an operator may see: no token, and of the Contact no parameters. */
    BindingView view(Optional<Instant> answered) {
        return new BindingView(
                pbx,
                record,
                contact.split("[;?]", 2)[0],
                way().toString(),
                flow.transport,
                trait.isNat,
                trait.isOutbound,
                expires,
                answered);
    }
}
