package sotto.media.srtp;

/** SDES crypto suites that a leg may negotiate (RFC 4568 §6.2, RFC 7714 §14.2). */
public enum SrtpSuite {
    AES_CM_128_HMAC_SHA1_80(16, 14, 10),
    AEAD_AES_128_GCM(16, 12, 16);

    private final int keyBytes;
    private final int saltBytes;
    private final int tagBytes;

    SrtpSuite(int keyBytes, int saltBytes, int tagBytes) {
        this.keyBytes = keyBytes;
        this.saltBytes = saltBytes;
        this.tagBytes = tagBytes;
    }

    /** Master key, octets. */
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
}
