package sotto.proxy.sdp;

import java.net.InetAddress;
import sotto.media.worker.LegPlan;

/**
 * Our half of one leg's SDP: reads what the leg's peer sends, and writes offers and answers to it with our own address,
 * port, keys and session version. One for each leg of a call; guarded by the call.
 *
 * <pre>
 *  peer A            a                     b            peer B
 *    | offer ------> a.read                |              |
 *    |               offer = …             b.offer(offer) | ---> offer
 *    |               |                     b.read <------ | answer
 *    | <------------ a.answer(offer, answer)              |
 *    |               a.plan(), b.plan()                   |
 * </pre>
 */
public final class LocalAudio {
    /**
     * @param address ours, as the peer is told
     * @param rtpPort ours; RTCP is the next
     * @param srtp true: RTP/SAVP with SDES and nothing else; false: RTP/AVP and nothing else
     */
    public LocalAudio(InetAddress address, int rtpPort, boolean srtp) {
        throw new UnsupportedOperationException();
    }

    /** Reads an offer, or the answer to {@link #offer}, from this leg's peer. */
    public AudioSession read(byte[] body) throws SdpRefused {
        throw new UnsupportedOperationException();
    }

    /** Offers this leg's peer what the other side's peer offered, as far as we can carry it. */
    public byte[] offer(AudioSession other) {
        throw new UnsupportedOperationException();
    }

    /**
     * Answers this leg's peer.
     *
     * @param offered what this leg's peer offered
     * @param other what the other side's peer answered
     */
    public byte[] answer(AudioSession offered, AudioSession other) throws SdpRefused {
        throw new UnsupportedOperationException();
    }

    /**
     * What was settled, for the media plane; makes fresh copies of the keys, which the leg closes.
     *
     * @throws IllegalStateException before the first answer
     */
    public LegPlan plan() {
        throw new UnsupportedOperationException();
    }
}
