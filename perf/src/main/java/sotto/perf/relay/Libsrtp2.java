package sotto.perf.relay;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Cisco's libsrtp2 where it is installed, as one sender's and one receiver's session. One thread.
 *
 * <p>The policy is a struct of its interface, version 2 (srtp.h), 128 octets: 0 kind of SSRC; 8 and 32 the policies of RTP
 * and of RTCP, which the library fills in; 56 the master key; 88 size of the replay window; all else zero.
 */
final class Libsrtp2 implements AutoCloseable {
    private static final String LIBRARY = "libsrtp2.so.1";
    private static final int POLICY_BYTES = 128;
    private static final int RTP_POLICY = 8;
    private static final int RTCP_POLICY = 32;
    private static final int MASTER_KEY = 56;
    private static final int WINDOW = 88;
    private static final int WINDOW_PACKETS = 128;
    private static final int ANY_INBOUND = 2;
    private static final int ANY_OUTBOUND = 3;

    private static boolean initialized;

    private final Arena arena = Arena.ofShared();
    private final MethodHandle protect;
    private final MethodHandle unprotect;
    private final MethodHandle dealloc;
    private final MemorySegment sender;
    private final MemorySegment receiver;
    private final MemorySegment length = arena.allocate(JAVA_INT);
    private final String version;

    private Libsrtp2(SymbolLookup symbols, Media media, byte[] keyAndSalt) throws Throwable {
        protect = often(symbols, "srtp_protect");
        unprotect = often(symbols, "srtp_unprotect");
        dealloc = rare(symbols, "srtp_dealloc", ADDRESS);
        MemorySegment key = arena.allocate(keyAndSalt.length);
        key.copyFrom(MemorySegment.ofArray(keyAndSalt));
        MemorySegment policy = arena.allocate(POLICY_BYTES, 8);
        String fill = media == Media.AES_GCM
                ? "srtp_crypto_policy_set_aes_gcm_128_16_auth"
                : "srtp_crypto_policy_set_rtp_default";
        MethodHandle set = handle(symbols, fill, FunctionDescriptor.ofVoid(ADDRESS));
        set.invokeExact(policy.asSlice(RTP_POLICY));
        set.invokeExact(policy.asSlice(RTCP_POLICY));
        policy.set(ADDRESS, MASTER_KEY, key);
        policy.set(JAVA_LONG, WINDOW, WINDOW_PACKETS);
        sender = session(symbols, policy, ANY_OUTBOUND);
        receiver = session(symbols, policy, ANY_INBOUND);
        MethodHandle name = handle(symbols, "srtp_get_version_string", FunctionDescriptor.of(ADDRESS));
        version = text((MemorySegment) name.invokeExact());
    }

    @SuppressWarnings("restricted") // a constant of the library
    private static String text(MemorySegment at) {
        return at.reinterpret(100).getString(0);
    }

    private MemorySegment session(SymbolLookup symbols, MemorySegment policy, int kind) throws Throwable {
        policy.set(JAVA_INT, 0, kind);
        MemorySegment holder = arena.allocate(ADDRESS);
        check((int) rare(symbols, "srtp_create", ADDRESS, ADDRESS).invokeExact(holder, policy));
        return holder.get(ADDRESS, 0);
    }

    /**
     * Loads it.
     *
     * @param keyAndSalt master key, then master salt, of the suite
     * @return empty where it is not installed
     */
    static Optional<Libsrtp2> load(Media media, byte[] keyAndSalt) {
        SymbolLookup symbols;
        try {
            symbols = library();
        } catch (IllegalArgumentException notInstalled) {
            return Optional.empty();
        }
        try {
            initialize(symbols);
            return Optional.of(new Libsrtp2(symbols, media, keyAndSalt));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Once: a second time is refused. */
    private static synchronized void initialize(SymbolLookup symbols) throws Throwable {
        if (!initialized) {
            check((int) rare(symbols, "srtp_init").invokeExact());
            initialized = true;
        }
    }

    @SuppressWarnings("restricted") // its functions as srtp.h has them; granted by --enable-native-access
    private static SymbolLookup library() {
        return SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    }

    private static MethodHandle rare(SymbolLookup symbols, String name, MemoryLayout... arguments) {
        return handle(symbols, name, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    /** Called as our own transform calls libcrypto: leaving Java costs both the same. */
    private static MethodHandle often(SymbolLookup symbols, String name) {
        FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
        return handle(symbols, name, type, Linker.Option.critical(false));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(
            SymbolLookup symbols, String name, FunctionDescriptor type, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), type, options);
    }

    String version() {
        return version;
    }

    /** Encrypts in place; there must be room for the tag. Returns the new length. */
    int seal(MemorySegment packet, int lengthBytes) {
        return run(protect, sender, packet, lengthBytes);
    }

    /** Decrypts in place. Returns the new length. */
    int open(MemorySegment packet, int lengthBytes) {
        return run(unprotect, receiver, packet, lengthBytes);
    }

    private int run(MethodHandle function, MemorySegment session, MemorySegment packet, int lengthBytes) {
        length.set(JAVA_INT, 0, lengthBytes);
        try {
            check((int) function.invokeExact(session, packet, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
        return length.get(JAVA_INT, 0);
    }

    private static void check(int status) {
        if (status != 0) {
            throw new IllegalStateException("libsrtp2 refuses, with status " + status);
        }
    }

    private static AssertionError unexpected(Throwable cause) {
        return new AssertionError("call of libsrtp2", cause);
    }

    @Override
    public void close() {
        try {
            check((int) dealloc.invokeExact(sender));
            check((int) dealloc.invokeExact(receiver));
        } catch (Throwable e) {
            throw unexpected(e);
        }
        arena.close();
    }
}
