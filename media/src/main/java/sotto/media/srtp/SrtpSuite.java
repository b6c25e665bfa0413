package sotto.media.srtp;

/** SDES crypto suites that a leg may negotiate (RFC 4568 §6.2, RFC 6188 §4, RFC 7714 §14.2). */
public enum SrtpSuite {
    AES_CM_128_HMAC_SHA1_80(16, 14, 10, 10),
    AES_CM_128_HMAC_SHA1_32(16, 14, 4, 10), // RFC 3711 §5.2: RTCP keeps the long tag
    AES_256_CM_HMAC_SHA1_80(32, 14, 10, 10),
    AES_256_CM_HMAC_SHA1_32(32, 14, 4, 10),
    AEAD_AES_128_GCM(16, 12, 16, 16),
    AEAD_AES_256_GCM(32, 12, 16, 16);

    private final int keyBytes;
    private final int saltBytes;
    private final int tagBytes;
    private final int rtcpTagBytes;

    SrtpSuite(int keyBytes, int saltBytes, int tagBytes, int rtcpTagBytes) {
        this.keyBytes = keyBytes;
        this.saltBytes = saltBytes;
        this.tagBytes = tagBytes;
        this.rtcpTagBytes = rtcpTagBytes;
    }

    /** Master key, and session key, octets. */
    public int keyBytes() {
        return keyBytes;
    }

    /** Master salt, octets. */
    public int saltBytes() {
        return saltBytes;
    }

    /** Authentication tag of an RTP packet, octets. */
    public int tagBytes() {
        return tagBytes;
    }

    /** Authentication tag of an RTCP packet, octets. */
    public int rtcpTagBytes() {
        return rtcpTagBytes;
    }

    /** True for a tag of 32 bits on RTP. */
    public boolean hasShortTag() {
        return tagBytes < rtcpTagBytes;
    }

    /** True where one pass encrypts and authenticates, by GCM; else by counter mode, then HMAC-SHA1. */
    boolean isAead() {
        return saltBytes == 12;
    }
}
