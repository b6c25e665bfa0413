package sotto.media.srtp;

import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/**
 * Encrypts or decrypts one direction of a leg. Belongs to the worker that owns the leg; one instance a direction. Keeps
 * rollover counter and replay window for each SSRC that authenticated; a stranger's SSRC leaves no state.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3711#section-3.3">RFC 3711 §3.3</a>
 */
public interface SrtpTransform extends AutoCloseable {
    /**
     * Encrypts in place and appends the tag; the buffer has {@link RtpView#TAIL_ROOM_BYTES} behind the packet.
     *
     * @return {@link Verdict#NEXT}, or why not
     */
    Verdict seal(RtpView packet);

    /**
     * Decrypts in place and drops the tag from the length. The buffer is changed even on failure, state is not.
     *
     * @return {@link Verdict#NEXT}, {@link Verdict#SRTP_REPLAYED} or {@link Verdict#SRTP_BAD_TAG}
     */
    Verdict open(RtpView packet);

    /**
     * Encrypts one compound RTCP packet in place (RFC 3711 §3.4).
     *
     * @param address native address of the packet's first octet, with tail room behind it
     * @param lengthBytes its length
     * @return its new length, or -1 and a packet not to be sent: it is shorter than a header and SSRC, the transform is
     *     closed, its 2^31 packets are used up (RFC 3711 §9.2), more SSRCs were sealed than it keeps counters for, or the
     *     cipher failed
     */
    int sealRtcp(long address, int lengthBytes);

    /**
     * Decrypts one compound RTCP packet in place.
     *
     * @return its new length, or -1 where it is replayed or its tag does not match; no state has changed then
     */
    int openRtcp(long address, int lengthBytes);

    /** Wipes session keys and frees native memory. */
    @Override
    void close();
}
