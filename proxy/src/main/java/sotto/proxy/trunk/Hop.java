package sotto.proxy.trunk;

import java.util.List;
import java.util.random.RandomGenerator;
import sotto.proxy.sip.SipDestination;
import sotto.proxy.sip.SipDialog;
import sotto.proxy.sip.SipEndpoint;
import sotto.proxy.sip.SipFlow;
import sotto.proxy.sip.SipParty;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.Unreachable;

/** One server of one peer, as one of those that are tried in turn. Thread-safe. */
public record Hop(Peer peer, Server server) {
    /**
     * All servers of peers, in the order in which they are to be tried.
     *
     * @param isSips whether it is for a sips URI, which goes over TLS only (RFC 3261 §26.2.2)
     * @param lot throws it for weights
     */
    public static List<Hop> of(List<Peer> peers, boolean isSips, RandomGenerator lot) {
        return peers.stream()
                .flatMap(peer -> peer.servers(lot).stream().map(server -> new Hop(peer, server)))
                .filter(hop -> !isSips || hop.server.transport().isSecure())
                .toList();
    }

    /** Where requests go; a sips URI where that is asked for. */
    public SipDestination destination(String number, boolean isSips) {
        return server.destination(number).secure(isSips);
    }

    /**
     * The dialog that an INVITE to there makes.
     *
     * @param invite the caller's
     * @throws Unreachable where an address that it has to have cannot be written
     */
    public SipDialog dialog(SipEndpoint sip, SipRequest invite, Passage.Outgoing outgoing) throws Unreachable {
        Tie tie = peer.tie();
        if (tie.relay().isPresent()) {
            return sip.relaying(invite, tie.relay().get(), "");
        }
        SipDestination destination = destination(outgoing.called(), invite.isSips());
        if (tie.flow().isPresent()) {
            SipFlow flow = tie.flow().get();
            return sip.calling(destination, outgoing.from(), new SipParty("", flow.user()))
                    .along(flow);
        }
        return sip.calling(destination, outgoing.from(), outgoing.to());
    }
}
