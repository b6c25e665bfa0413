package sotto.proxy.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sotto.proxy.sip.SipHeader;
import sotto.proxy.stir.Attest;
import sotto.proxy.stir.Party;
import sotto.proxy.stir.Signer;
import sotto.proxy.stir.Signer.Signed;

/**
 * Puts our word on an INVITE to a peer (RFC 8224 §6.1). Immutable.
 *
 * <pre>
 *  the caller                                 Identity
 *  is hidden from that peer                   -           it would name the number (RFC 8224 §11)
 *  has no telephone number                    -           SHAKEN has nothing else
 *  was signed for, and that crosses by rule   -           as it is: who signed knew more
 *  has one of the numbers of attest-full      A
 *  comes from a peer that shows a password    B
 *  else                                       C
 * </pre>
 *
 * @param from where the call comes from
 * @param most the highest that this peer is told
 */
record Signing(Signer signer, Peer from, Attest most) {
    /** @param caller user part of who calls, as the peer sees it; empty where it does not */
    Optional<Signed> sign(Optional<String> caller, Passage.Outgoing call) {
        Optional<Party> number = caller.flatMap(Party::ofUser);
        if (number.isEmpty() || call.headers().stream().anyMatch(header -> header.isNamed("Identity"))) {
            return Optional.empty();
        }
        List<Party> called = new ArrayList<>();
        Party.ofUser(call.called()).ifPresent(called::add);
        Party.ofUser(call.to().user()).ifPresent(called::add); // another one after a diversion; verifiers look at To
        if (called.isEmpty()) {
            return Optional.empty();
        }
        Attest known = from.attests(number.get());
        return signer.sign(number.get(), called, known.compareTo(most) < 0 ? most : known);
    }

    /** With Identity, and Date where there is none. */
    static Passage.Outgoing with(Passage.Outgoing call, Signed signed) {
        List<SipHeader> headers = new ArrayList<>(call.headers());
        if (headers.stream().noneMatch(header -> header.isNamed("Date"))) {
            headers.add(new SipHeader("Date", signed.date()));
        }
        headers.add(new SipHeader("Identity", signed.identity()));
        return new Passage.Outgoing(call.called(), call.from(), call.to(), headers, Optional.of(signed));
    }
}
