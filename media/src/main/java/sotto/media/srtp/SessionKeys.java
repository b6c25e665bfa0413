package sotto.media.srtp;

import static sotto.media.srtp.NativeMemory.MEMORY;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Cipher key, salt and authentication key of one direction's RTP or RTCP, in native memory. Lives while a
 * {@link PacketCipher} is being made, on the thread that makes it; wiped on close.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3711#section-4.3">RFC 3711 §4.3</a>
 */
final class SessionKeys implements AutoCloseable {
    /** Of AES-256; AES-128 takes the first 16. */
    static final int KEY_BYTES = 32;

    static final int AUTH_KEY_BYTES = 20;
    /** RFC 3711 §4.3.1: the salt of AES-CM; GCM takes the first 12 octets of as many. */
    static final int SALT_BYTES = 14;

    private static final int SALT = KEY_BYTES;
    private static final int AUTH_KEY = SALT + 16;
    private static final int BYTES = AUTH_KEY + 32;
    private static final int LABEL_OCTET = 7; // of the salt: label || 48-bit r, right-aligned to 112 bits

    private final long memory = LibCrypto.allocate(BYTES);
    private final int keyBytes;

    private SessionKeys(int keyBytes) {
        this.keyBytes = keyBytes;
    }

    /** Takes session keys as they are, as the vectors of RFC 7714 give them; copies all three. */
    static SessionKeys given(byte[] key, byte[] salt, byte[] authKey) {
        SessionKeys keys = new SessionKeys(key.length);
        write(key, keys.key());
        write(salt, keys.salt());
        write(authKey, keys.authKey());
        return keys;
    }

    /** Derives RTP's (labels 0 to 2) or RTCP's keys (3 to 5) with a key derivation rate of 0: once for all packets. */
    static SessionKeys derive(SrtpKeys master, boolean rtcp) {
        int firstLabel = rtcp ? 3 : 0;
        int keyBytes = master.suite().keyBytes(); // RFC 6188 §3: a long master key is one of AES-256 here too
        SessionKeys keys = new SessionKeys(keyBytes);
        try (SessionKeys scratch = new SessionKeys(keyBytes)) { // master key, then the PRF's input in place of a salt
            byte[] masterKey = master.masterKey();
            byte[] masterSalt = master.masterSalt();
            write(masterKey, scratch.key());
            write(masterSalt, scratch.salt()); // RFC 7714 §11: 12 octets are followed by two of 0
            Arrays.fill(masterKey, (byte) 0);
            Arrays.fill(masterSalt, (byte) 0);
            long prf = LibCrypto.newCtr(scratch.key(), keyBytes);
            try {
                expand(prf, scratch, firstLabel, keys.key(), keyBytes);
                expand(prf, scratch, firstLabel + 1, keys.authKey(), AUTH_KEY_BYTES);
                expand(prf, scratch, firstLabel + 2, keys.salt(), master.suite().saltBytes());
            } finally {
                LibCrypto.freeCipher(prf);
            }
        } catch (RuntimeException e) {
            keys.close();
            throw e;
        }
        return keys;
    }

    /** §4.3.3: AES in counter mode from (label XOR master salt) times 2^16, over octets that are 0. */
    private static void expand(long prf, SessionKeys scratch, int label, long out, int bytes) {
        long octet = scratch.salt() + LABEL_OCTET;
        MEMORY.set(NativeMemory.BYTE, octet, (byte) (MEMORY.get(NativeMemory.BYTE, octet) ^ label));
        boolean done =
                LibCrypto.start(prf, scratch.salt(), true) && LibCrypto.update(prf, out, scratch.authKey(), out, bytes);
        MEMORY.set(NativeMemory.BYTE, octet, (byte) (MEMORY.get(NativeMemory.BYTE, octet) ^ label));
        if (!done) {
            throw new IllegalStateException("libcrypto could not derive an SRTP session key");
        }
    }

    private static void write(byte[] from, long to) {
        MemorySegment.copy(from, 0, MEMORY, NativeMemory.BYTE, to, from.length);
    }

    long key() {
        return memory;
    }

    /** 16, or 32. */
    int keyBytes() {
        return keyBytes;
    }

    /** 16 octets: the salt, then octets of 0. */
    long salt() {
        return memory + SALT;
    }

    long authKey() {
        return memory + AUTH_KEY;
    }

    /** Wipes and frees; once. */
    @Override
    public void close() {
        LibCrypto.wipeAndFree(memory, BYTES);
    }
}
