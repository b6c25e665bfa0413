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
 * @param clockHz RTP clock of the codec
 * @param telephoneEvent payload type of telephone-event on this leg, where negotiated (RFC 4733)
 * @param eventClockHz its RTP clock
 * @param receiveKeys opens what the peer sends; absent for plain RTP; present exactly when sendKeys is
 * @param sendKeys seals what the peer gets
 * @param peerReceives false where the peer's SDP is sendonly or inactive: nothing is sent to it
 * @param udptl true for a fax (ITU-T T.38) in the place of the audio; then codec, RTCP and keys say nothing
 * @param voipMetrics whether our RTCP has VoIP metrics (RFC 3611 §4.7)
 * @param transport ICE, DTLS and rtcp-mux; with DTLS, the keys are absent here and come from the handshake
 */
public record LegPlan(
        InetSocketAddress remote,
        InetSocketAddress remoteRtcp,
        AudioFormat format,
        int payloadType,
        int clockHz,
        OptionalInt telephoneEvent,
        int eventClockHz,
        Optional<SrtpKeys> receiveKeys,
        Optional<SrtpKeys> sendKeys,
        boolean peerReceives,
        boolean udptl,
        boolean voipMetrics,
        Transport transport) {
    private static final int G711_CLOCK_HZ = 8000;

    public LegPlan {
        if (receiveKeys.isPresent() != sendKeys.isPresent()) {
            throw new IllegalArgumentException("SRTP in one direction only");
        }
        if (udptl && (receiveKeys.isPresent() || !transport.equals(Transport.PLAIN))) {
            throw new IllegalArgumentException("UDPTL is never encrypted here");
        }
        if (receiveKeys.isPresent() && transport.dtls().isPresent()) {
            throw new IllegalArgumentException("SRTP keys of the SDP and of DTLS");
        }
    }

    /** One of audio that finds its peer by what SDP says alone. */
    public LegPlan(
            InetSocketAddress remote,
            InetSocketAddress remoteRtcp,
            AudioFormat format,
            int payloadType,
            OptionalInt telephoneEvent,
            Optional<SrtpKeys> receiveKeys,
            Optional<SrtpKeys> sendKeys,
            boolean peerReceives) {
        this(
                remote,
                remoteRtcp,
                format,
                payloadType,
                G711_CLOCK_HZ,
                telephoneEvent,
                G711_CLOCK_HZ,
                receiveKeys,
                sendKeys,
                peerReceives,
                false,
                false,
                Transport.PLAIN);
    }

    /** The same leg over another transport; keys and credentials go with it. */
    public LegPlan over(Transport other) {
        return with(clockHz, eventClockHz, voipMetrics, other);
    }

    /** The same leg, with VoIP metrics in our RTCP or without; keys and credentials go with it. */
    public LegPlan reporting(boolean metrics) {
        return with(clockHz, eventClockHz, metrics, transport);
    }

    /** The same leg with codec and telephone-event of other RTP clocks; keys and credentials go with it. */
    public LegPlan at(int otherClockHz, int otherEventClockHz) {
        return with(otherClockHz, otherEventClockHz, voipMetrics, transport);
    }

    private LegPlan with(int otherClockHz, int otherEventClockHz, boolean metrics, Transport other) {
        return new LegPlan(
                remote,
                remoteRtcp,
                format,
                payloadType,
                otherClockHz,
                telephoneEvent,
                otherEventClockHz,
                receiveKeys,
                sendKeys,
                peerReceives,
                udptl,
                metrics,
                other);
    }

    /**
     * One of fax.
     *
     * @param remote where the peer's SDP says that it receives UDPTL
     */
    public static LegPlan fax(InetSocketAddress remote, boolean peerReceives) {
        return new LegPlan(
                remote,
                remote,
                AudioFormat.OPAQUE,
                0,
                G711_CLOCK_HZ,
                OptionalInt.empty(),
                G711_CLOCK_HZ,
                Optional.empty(),
                Optional.empty(),
                peerReceives,
                true,
                false,
                Transport.PLAIN);
    }
}
