package sotto.proxy.trunk;

import java.util.Optional;
import sotto.proxy.sip.SipFlow;
import sotto.proxy.sip.SipRelay;

/**
 * What binds a peer to one call of a phone. Immutable.
 *
 * @param isPhone whether the peer is the phone
 * @param leadsTo the only one that it may call
 * @param flow the way to the phone, where that is called
 * @param relay how the phone's addresses are written, where the PBX is called
 */
record Tie(boolean isPhone, Optional<Peer> leadsTo, Optional<SipFlow> flow, Optional<SipRelay> relay) {
    static final Tie NONE = new Tie(false, Optional.empty(), Optional.empty(), Optional.empty());
}
