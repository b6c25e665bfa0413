package sotto.proxy.b2bua;

import java.net.InetAddress;
import sotto.media.MediaPlane;
import sotto.media.packet.Side;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.sip.SipEndpoint;

/**
 * What every call works with.
 *
 * @param address ours, as peers are told in SDP
 */
record CallServices(
        SipEndpoint sip, MediaPlane media, Timers timers, CallTable table, Calls.Setting setting, InetAddress address) {
    PeerSettings peer(Side side) {
        return side == Side.CALLER ? setting.trunk() : setting.agents();
    }

    CallListener listener() {
        return setting.listener();
    }
}
