package sotto.media.srtp;

/**
 * The cryptography of one suite under one set of session keys: which octets are encrypted, which authenticated, and by
 * what IV. Knows no window and no rollover. Belongs to the transform that made it, and so to one worker.
 *
 * <p>Packets are native addresses; lengths were checked by the caller. A length never counts the tag, behind it there is
 * room for one. A false answer is a packet not to be used.
 */
sealed interface PacketCipher extends AutoCloseable permits AesCmHmac, AesGcm {
    /** Sender's SSRC in an RTP packet (RFC 3550 §5.1). */
    int RTP_SSRC = 8;
    /** Sender's SSRC in a compound RTCP packet (RFC 3550 §6.4.1). */
    int RTCP_SSRC = 4;
    /** First octets of a compound RTCP packet, which stay in the clear (RFC 3711 §3.4). */
    int RTCP_HEADER_BYTES = 8;
    /** E bit and index behind a compound RTCP packet. */
    int RTCP_WORD_BYTES = 4;

    /**
     * Encrypts an RTP packet's payload and writes the tag behind it.
     *
     * @param index 48-bit packet index: rollover counter times 2^16, plus sequence number
     */
    boolean seal(long packet, int headerBytes, int lengthBytes, long index);

    /** Verifies the tag behind an RTP packet and decrypts the payload. */
    boolean open(long packet, int headerBytes, int lengthBytes, long index);

    /**
     * Encrypts a compound RTCP packet and writes tag and word behind it, in the suite's order.
     *
     * @param word E bit, then 31-bit index (RFC 3711 §3.4)
     */
    boolean sealRtcp(long packet, int lengthBytes, int word);

    /** Verifies the tag behind a compound RTCP packet and decrypts it, where its E bit says that it is encrypted. */
    boolean openRtcp(long packet, int lengthBytes, int word);

    /** Where the word lies, counted from the end of the encrypted part. */
    int rtcpWordOffset();

    /** Overwrites all that was derived from a key; the memory is still there. */
    void wipe();

    /** Wipes, then frees; once. */
    @Override
    void close();
}
