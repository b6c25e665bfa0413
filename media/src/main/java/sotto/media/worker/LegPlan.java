package sotto.media.worker;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import sotto.media.codec.AudioFormat;
import sotto.media.srtp.SrtpKeys;

/**
 * What offer and answer settled for one leg. Handed over with its keys, which the leg closes.
 *
 * @param remote where the peer's SDP says that it receives RTP
 * @param remoteRtcp the same for RTCP: the {@code a=rtcp} address, or the RTP port plus one (RFC 3605)
 * @param format the codec
 * @param payloadType its payload type on this leg, 0 to 127
 * @param telephoneEvent payload type of telephone-event on this leg, where negotiated (RFC 4733)
 * @param receiveKeys opens what the peer sends; absent for plain RTP; present exactly when sendKeys is
 * @param sendKeys seals what the peer gets
 * @param peerReceives false where the peer's SDP is sendonly or inactive: nothing is sent to it
 */
public record LegPlan(
        InetSocketAddress remote,
        InetSocketAddress remoteRtcp,
        AudioFormat format,
        int payloadType,
        OptionalInt telephoneEvent,
        Optional<SrtpKeys> receiveKeys,
        Optional<SrtpKeys> sendKeys,
        boolean peerReceives) {
    public LegPlan {
        if (receiveKeys.isPresent() != sendKeys.isPresent()) {
            throw new IllegalArgumentException("SRTP in one direction only");
        }
    }
}
