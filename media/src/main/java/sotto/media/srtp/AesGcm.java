package sotto.media.srtp;

import static sotto.media.srtp.NativeMemory.INT;
import static sotto.media.srtp.NativeMemory.LONG;
import static sotto.media.srtp.NativeMemory.MEMORY;

import java.lang.foreign.MemorySegment;

/**
 * AEAD_AES_128_GCM and AEAD_AES_256_GCM: one pass encrypts and authenticates. Belongs to one worker.
 *
 * <pre>
 *  RTP         header | payload, encrypted | tag                also authenticated: header               (RFC 7714 §8.2)
 *  RTCP, E=1   8 octets | rest, encrypted | tag | E + index     also authenticated: 8 octets, then word  (§9.2)
 *  RTCP, E=0   all in the clear | tag | E + index               authenticated: all, then word            (§9.3)
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7714">RFC 7714</a>
 */
final class AesGcm implements PacketCipher {
    static final int TAG_BYTES = 16;

    private static final int IV = 0; // what each part of the memory is for, and where it begins
    private static final int SALT = 16;
    private static final int OUT_BYTES = 32;
    private static final int WORD = 40;
    private static final int REST = 48; // where GCM's last, empty, block would go
    static final int BYTES = 64;

    private final long cipher;
    private final long memory;

    /** @param keys not kept; the caller closes them */
    AesGcm(SessionKeys keys) {
        cipher = LibCrypto.newGcm(keys.key(), keys.keyBytes());
        memory = LibCrypto.allocate(BYTES);
        MemorySegment.copy(MEMORY, keys.salt(), MEMORY, memory + SALT, 12);
    }

    @Override
    public boolean seal(long packet, int headerBytes, int lengthBytes, long index) {
        return start(MEMORY.get(INT, packet + RTP_SSRC), index, true)
                && authenticate(packet, headerBytes)
                && crypt(packet + headerBytes, lengthBytes - headerBytes)
                && finish()
                && LibCrypto.writeTag(cipher, packet + lengthBytes, TAG_BYTES);
    }

    @Override
    public boolean open(long packet, int headerBytes, int lengthBytes, long index) {
        return start(MEMORY.get(INT, packet + RTP_SSRC), index, false)
                && LibCrypto.expectTag(cipher, packet + lengthBytes, TAG_BYTES)
                && authenticate(packet, headerBytes)
                && crypt(packet + headerBytes, lengthBytes - headerBytes)
                && finish();
    }

    @Override
    public boolean sealRtcp(long packet, int lengthBytes, int word) {
        long end = packet + lengthBytes;
        MEMORY.set(INT, end + TAG_BYTES, word);
        return startRtcp(packet, word, true)
                && passRtcp(packet, lengthBytes, word)
                && finish()
                && LibCrypto.writeTag(cipher, end, TAG_BYTES);
    }

    @Override
    public boolean openRtcp(long packet, int lengthBytes, int word) {
        return startRtcp(packet, word, false)
                && LibCrypto.expectTag(cipher, packet + lengthBytes, TAG_BYTES)
                && passRtcp(packet, lengthBytes, word)
                && finish();
    }

    private boolean startRtcp(long packet, int word, boolean encrypt) {
        return start(MEMORY.get(INT, packet + RTCP_SSRC), word & Integer.MAX_VALUE, encrypt);
    }

    private boolean passRtcp(long packet, int lengthBytes, int word) {
        int clearBytes = word < 0 ? RTCP_HEADER_BYTES : lengthBytes; // E is the sign bit
        MEMORY.set(INT, memory + WORD, word);
        return authenticate(packet, clearBytes)
                && authenticate(memory + WORD, RTCP_WORD_BYTES)
                && crypt(packet + clearBytes, lengthBytes - clearBytes);
    }

    /** §8.1: 16 bits of 0, SSRC, 48-bit index, XOR salt. §9.1 is the same with 17 bits of 0 and a 31-bit index. */
    private boolean start(int ssrc, long index, boolean encrypt) {
        long first = (Integer.toUnsignedLong(ssrc) << 16) | (index >>> 32);
        MEMORY.set(LONG, memory + IV, MEMORY.get(LONG, memory + SALT) ^ first);
        MEMORY.set(INT, memory + IV + 8, MEMORY.get(INT, memory + SALT + 8) ^ (int) index);
        return LibCrypto.start(cipher, memory + IV, encrypt);
    }

    private boolean authenticate(long from, int bytes) {
        return LibCrypto.update(cipher, 0, memory + OUT_BYTES, from, bytes);
    }

    private boolean crypt(long from, int bytes) {
        return bytes == 0 || LibCrypto.update(cipher, from, memory + OUT_BYTES, from, bytes);
    }

    private boolean finish() {
        return LibCrypto.finish(cipher, memory + REST, memory + OUT_BYTES);
    }

    @Override
    public int rtcpWordOffset() {
        return TAG_BYTES;
    }

    /** Where the salt lies, {@link #BYTES} octets. */
    long memory() {
        return memory;
    }

    @Override
    public void wipe() {
        LibCrypto.wipe(memory, BYTES);
    }

    @Override
    public void close() {
        LibCrypto.freeCipher(cipher);
        LibCrypto.wipeAndFree(memory, BYTES);
    }
}
