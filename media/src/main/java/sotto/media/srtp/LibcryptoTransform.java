package sotto.media.srtp;

import static sotto.media.srtp.NativeMemory.INT;
import static sotto.media.srtp.NativeMemory.MEMORY;
import static sotto.media.srtp.PacketCipher.RTCP_HEADER_BYTES;
import static sotto.media.srtp.PacketCipher.RTCP_SSRC;
import static sotto.media.srtp.PacketCipher.RTCP_WORD_BYTES;

import org.jspecify.annotations.Nullable;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/**
 * SRTP over OpenSSL's libcrypto, in place on the native packet. May be made on any thread; from its first packet to
 * {@link #close} it belongs to the worker that owns the leg. Nothing is allocated per packet.
 */
final class LibcryptoTransform implements SrtpTransform {
    private static final int ENCRYPTED = 1 << 31; // E bit, RFC 3711 §3.4
    private static final long LAST_RTCP_INDEX = Integer.MAX_VALUE; // §9.2: 2^31 packets under one key

    private final PacketCipher rtp;
    private final PacketCipher rtcp;
    private final int tagBytes;
    private final int rtcpTagBytes;
    private final Sources rtpSources = new Sources();
    private final Sources rtcpSources = new Sources();
    private long nextRtcpIndex; // one count for all SSRCs: each still sees its own rise
    private boolean closed;

    /** @param suite of the ciphers */
    LibcryptoTransform(PacketCipher rtp, PacketCipher rtcp, SrtpSuite suite) {
        this.rtp = rtp;
        this.rtcp = rtcp;
        this.tagBytes = suite.tagBytes();
        this.rtcpTagBytes = suite.rtcpTagBytes();
    }

    /** @param keys not kept; the caller closes them */
    static LibcryptoTransform of(SrtpKeys keys) {
        PacketCipher rtp = cipher(keys, false);
        try {
            return new LibcryptoTransform(rtp, cipher(keys, true), keys.suite());
        } catch (RuntimeException e) {
            rtp.close();
            throw e;
        }
    }

    private static PacketCipher cipher(SrtpKeys keys, boolean rtcp) {
        try (SessionKeys session = SessionKeys.derive(keys, rtcp)) {
            SrtpSuite suite = keys.suite();
            return suite.isAead()
                    ? new AesGcm(session)
                    : new AesCmHmac(session, rtcp ? suite.rtcpTagBytes() : suite.tagBytes());
        }
    }

    @Override
    public Verdict seal(RtpView packet) {
        int ssrc = packet.ssrc();
        Source source = rtpSources.find(ssrc);
        long index = source == null ? packet.sequence() : source.guess(packet.sequence());
        if (closed || index > Source.LAST_INDEX || (source == null && rtpSources.isFull())) {
            return Verdict.SRTP_SEAL_REFUSED;
        }
        if (source != null && source.holds(index)) { // §9.1: the same key stream twice would give both packets away
            return Verdict.SRTP_REPLAYED;
        }
        if (!rtp.seal(packet.address(), packet.headerBytes(), packet.lengthBytes(), index)) {
            return Verdict.SRTP_SEAL_REFUSED;
        }
        rtpSources.accept(source, ssrc, index);
        packet.lengthBytes(packet.lengthBytes() + tagBytes);
        return Verdict.NEXT;
    }

    @Override
    public Verdict open(RtpView packet) {
        int lengthBytes = packet.lengthBytes() - tagBytes;
        if (closed || lengthBytes < packet.headerBytes()) {
            return Verdict.SRTP_BAD_TAG;
        }
        int ssrc = packet.ssrc();
        Source source = rtpSources.find(ssrc);
        long index = source == null ? packet.sequence() : source.guess(packet.sequence()); // §3.3.1: changes nothing
        if (index > Source.LAST_INDEX || isReplay(source, index)) { // §3.3.2: first, it is cheaper than the tag
            return Verdict.SRTP_REPLAYED;
        }
        if (!rtp.open(packet.address(), packet.headerBytes(), lengthBytes, index)) {
            return Verdict.SRTP_BAD_TAG;
        }
        rtpSources.accept(source, ssrc, index); // only an authentic packet moves state
        packet.lengthBytes(lengthBytes);
        return Verdict.NEXT;
    }

    @Override
    public int sealRtcp(long address, int lengthBytes) {
        if (closed || lengthBytes < RTCP_HEADER_BYTES || nextRtcpIndex > LAST_RTCP_INDEX) {
            return -1;
        }
        int word = ENCRYPTED | (int) nextRtcpIndex;
        nextRtcpIndex++; // used up even if libcrypto fails: no index is ever used twice
        return rtcp.sealRtcp(address, lengthBytes, word) ? lengthBytes + rtcpTagBytes + RTCP_WORD_BYTES : -1;
    }

    @Override
    public int openRtcp(long address, int sealedBytes) {
        int lengthBytes = sealedBytes - rtcpTagBytes - RTCP_WORD_BYTES;
        if (closed || lengthBytes < RTCP_HEADER_BYTES) {
            return -1;
        }
        int ssrc = MEMORY.get(INT, address + RTCP_SSRC);
        int word = MEMORY.get(INT, address + lengthBytes + rtcp.rtcpWordOffset());
        int index = word & ~ENCRYPTED;
        Source source = rtcpSources.find(ssrc);
        if (isReplay(source, index) || !rtcp.openRtcp(address, lengthBytes, word)) {
            return -1;
        }
        rtcpSources.accept(source, ssrc, index);
        return lengthBytes;
    }

    private static boolean isReplay(@Nullable Source source, long index) {
        return source != null && source.holds(index);
    }

    /** Goes on where another transform under the same keys stopped: its SSRC, last packet index, next RTCP index. */
    void runOn(int ssrc, long lastIndex, long rtcpIndex) {
        rtpSources.accept(rtpSources.find(ssrc), ssrc, lastIndex);
        nextRtcpIndex = rtcpIndex;
    }

    /** SSRCs that RTP, and that RTCP, keep state for. */
    int rtpSourceCount() {
        return rtpSources.count();
    }

    int rtcpSourceCount() {
        return rtcpSources.count();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true; // what comes late is refused, not read from freed memory
        rtp.wipe();
        rtcp.wipe();
        rtp.close();
        rtcp.close();
    }
}
