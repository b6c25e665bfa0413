package sotto.media.srtp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static sotto.media.srtp.NativeMemory.MEMORY;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The functions of OpenSSL 3 that SRTP needs, as plain calls on native addresses. Any thread; the contexts and memory
 * behind the addresses have one owner each.
 *
 * <p>Addresses are {@code long}, not {@link MemorySegment}, so that a call allocates nothing. What runs per packet is
 * linked as critical: it takes a microsecond at most, and skipping the thread's state change is worth a tenth of it.
 * Initialising this class fails with a {@link LinkageError} where the library, or one of its functions, is missing.
 *
 * @see <a href="https://docs.openssl.org/3.0/man3/EVP_EncryptInit/">EVP_EncryptInit(3)</a>
 */
@SuppressWarnings("restricted") // native calls are what it is for; granted by --enable-native-access, ADR 0002
final class LibCrypto {
    static final String LIBRARY = "libcrypto.so.3";

    /** {@code sizeof(SHA_CTX)}: 24 words, a public structure and so fixed for all of libcrypto.so.3. */
    static final int SHA_STATE_BYTES = 96;

    private static final int AEAD_GET_TAG = 0x10;
    private static final int AEAD_SET_TAG = 0x11;

    private static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    private static final Linker.Option CRITICAL = Linker.Option.critical(false);

    private static final MethodHandle ZALLOC = rare("CRYPTO_zalloc", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CLEAR_FREE =
            rareVoid("CRYPTO_clear_free", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CLEANSE = rareVoid("OPENSSL_cleanse", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle VERSION = rare("OpenSSL_version", JAVA_LONG, JAVA_INT);
    private static final MethodHandle CIPHER_NEW = rare("EVP_CIPHER_CTX_new", JAVA_LONG);
    private static final MethodHandle CIPHER_FREE = rareVoid("EVP_CIPHER_CTX_free", JAVA_LONG);
    private static final MethodHandle SHA1_INIT = rare("SHA1_Init", JAVA_INT, JAVA_LONG);
    private static final long AES_128_CTR = call(rare("EVP_aes_128_ctr", JAVA_LONG));
    private static final long AES_256_CTR = call(rare("EVP_aes_256_ctr", JAVA_LONG));
    private static final long AES_128_GCM = call(rare("EVP_aes_128_gcm", JAVA_LONG));
    private static final long AES_256_GCM = call(rare("EVP_aes_256_gcm", JAVA_LONG));

    private static final MethodHandle CIPHER_INIT =
            often("EVP_CipherInit_ex", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CIPHER_UPDATE =
            often("EVP_CipherUpdate", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CIPHER_FINAL = often("EVP_CipherFinal_ex", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CIPHER_CTRL =
            often("EVP_CIPHER_CTX_ctrl", JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SHA1_UPDATE = often("SHA1_Update", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SHA1_FINAL = often("SHA1_Final", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle MEMCMP = often("CRYPTO_memcmp", JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private LibCrypto() {}

    /** As in "OpenSSL 3.0.19 27 Jan 2026". */
    static String version() {
        try {
            return MEMORY.getString((long) VERSION.invokeExact(0));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Zeroed native memory, which {@link #wipeAndFree} gives back. */
    static long allocate(long bytes) {
        long address;
        try {
            address = (long) ZALLOC.invokeExact(bytes, 0L, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (address == 0) {
            throw new OutOfMemoryError("libcrypto gave no " + bytes + " octets for SRTP keys");
        }
        return address;
    }

    static void wipeAndFree(long address, long bytes) {
        try {
            CLEAR_FREE.invokeExact(address, bytes, 0L, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void wipe(long address, long bytes) {
        try {
            CLEANSE.invokeExact(address, bytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** A counter mode context with its key of 16 or 32 octets set; {@link #freeCipher} wipes it. */
    static long newCtr(long key, int keyBytes) {
        return newCipher(keyBytes == 32 ? AES_256_CTR : AES_128_CTR, key);
    }

    /** A GCM context, 12-octet nonce, with its key of 16 or 32 octets set; {@link #freeCipher} wipes it. */
    static long newGcm(long key, int keyBytes) {
        return newCipher(keyBytes == 32 ? AES_256_GCM : AES_128_GCM, key);
    }

    private static long newCipher(long cipher, long key) {
        long cipherState = call(CIPHER_NEW);
        if (cipherState == 0) {
            throw new OutOfMemoryError("libcrypto gave no cipher state");
        }
        if (!init(cipherState, cipher, key, 0, true)) {
            freeCipher(cipherState);
            throw new IllegalStateException("libcrypto takes no AES key; is it built without it, or FIPS only?");
        }
        return cipherState;
    }

    static void freeCipher(long cipherState) {
        try {
            CIPHER_FREE.invokeExact(cipherState);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Starts a packet: key stays, {@code iv} is new. */
    static boolean start(long cipherState, long iv, boolean encrypt) {
        return init(cipherState, 0, 0, iv, encrypt);
    }

    private static boolean init(long cipherState, long cipher, long key, long iv, boolean encrypt) {
        try {
            return (int) CIPHER_INIT.invokeExact(cipherState, cipher, 0L, key, iv, encrypt ? 1 : 0) == 1;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Encrypts or decrypts {@code bytes} at {@code in}; with {@code out} 0 they are authenticated only (GCM). */
    static boolean update(long cipherState, long out, long outBytes, long in, int bytes) {
        try {
            return (int) CIPHER_UPDATE.invokeExact(cipherState, out, outBytes, in, bytes) == 1;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Ends a packet; when decrypting by GCM, false where the tag does not match. */
    static boolean finish(long cipherState, long out, long outBytes) {
        try {
            return (int) CIPHER_FINAL.invokeExact(cipherState, out, outBytes) == 1;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static boolean writeTag(long cipherState, long tag, int bytes) {
        return control(cipherState, AEAD_GET_TAG, bytes, tag);
    }

    static boolean expectTag(long cipherState, long tag, int bytes) {
        return control(cipherState, AEAD_SET_TAG, bytes, tag);
    }

    private static boolean control(long cipherState, int what, int bytes, long tag) {
        try {
            return (int) CIPHER_CTRL.invokeExact(cipherState, what, bytes, tag) == 1;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static boolean shaStart(long state) {
        try {
            return (int) SHA1_INIT.invokeExact(state) == 1;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static boolean shaUpdate(long state, long in, long bytes) {
        try {
            return (int) SHA1_UPDATE.invokeExact(state, in, bytes) == 1;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Writes 20 octets and wipes the state. */
    static boolean shaFinish(long digest, long state) {
        try {
            return (int) SHA1_FINAL.invokeExact(digest, state) == 1;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Compares in a time that does not depend on where the two differ. */
    static boolean equal(long left, long right, long bytes) {
        try {
            return (int) MEMCMP.invokeExact(left, right, bytes) == 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long call(MethodHandle function) {
        try {
            return (long) function.invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static MethodHandle rare(String name, MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(SYMBOLS.findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    private static MethodHandle rareVoid(String name, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(SYMBOLS.findOrThrow(name), FunctionDescriptor.ofVoid(arguments));
    }

    private static MethodHandle often(String name, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(SYMBOLS.findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments), CRITICAL);
    }

    /** A downcall throws only where its arguments do not fit its handle, which is a fault of this class. */
    private static AssertionError unexpected(Throwable cause) {
        return new AssertionError("call of libcrypto", cause);
    }
}
