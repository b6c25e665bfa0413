package sotto.perf.dtmf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import sotto.proxy.demo.G711;

/**
 * The DTMF receiver of libspandsp (Debian: {@code libspandsp2}), somebody else's, where it is installed: one line's. Its
 * functions are those of version 0.0.6, spandsp/dtmf.h. One thread.
 *
 * <p>It expects a line without direct current, and hears little beside a dial tone unless its filter for that is on. By
 * default it accepts twist up to 8 and 4 dB, and tones of -42 dBm0 at least.
 */
public final class Spandsp implements Detector {
    private static final Optional<SymbolLookup> LIBRARY = library();
    private static final int MOST_KEYS = 128; // that wait; more are lost
    private static final int KEEP_TWIST = -1;
    private static final int TUNED_TWIST = 9;
    private static final int TUNED_REVERSE_TWIST = 5;
    private static final int KEEP_LEVEL = -99;
    private static final byte[] KEYS =
            "0123456789*#ABCD".getBytes(StandardCharsets.US_ASCII); // as RFC 4733 §3.2 counts

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment samples = arena.allocate(JAVA_SHORT, Script.PACKET);
    private final MemorySegment told = arena.allocate(MOST_KEYS + 1); // it puts a zero behind them
    private final MemorySegment receiver;
    private final G711 law;
    private int toldKeys;
    private int read;

    /** Constants, so that a call costs what it must; not to be looked at where the library is missing. */
    private static final class Functions {
        static final MethodHandle INIT =
                function("dtmf_rx_init", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, ADDRESS));
        static final MethodHandle SET =
                function("dtmf_rx_parms", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        static final MethodHandle HEAR = function(
                "dtmf_rx",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT),
                Linker.Option.critical(false)); // short, and calls nobody back
        static final MethodHandle GET =
                function("dtmf_rx_get", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT));
        static final MethodHandle FREE = function("dtmf_rx_free", FunctionDescriptor.of(JAVA_INT, ADDRESS));

        @SuppressWarnings("restricted") // its functions as dtmf.h has them; granted by --enable-native-access
        private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
            return Linker.nativeLinker().downcallHandle(LIBRARY.orElseThrow().findOrThrow(name), type, options);
        }
    }

    /**
     * Makes a receiver.
     *
     * @param tuned its filter for dial tones is on, and its limits of twist are 1 dB beyond what must be heard
     */
    Spandsp(G711 law, boolean tuned) {
        this.law = law;
        try {
            receiver = (MemorySegment)
                    Functions.INIT.invokeExact(MemorySegment.NULL, MemorySegment.NULL, MemorySegment.NULL);
            Functions.SET.invokeExact(
                    receiver,
                    tuned ? 1 : 0,
                    tuned ? TUNED_TWIST : KEEP_TWIST,
                    tuned ? TUNED_REVERSE_TWIST : KEEP_TWIST,
                    KEEP_LEVEL);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @SuppressWarnings("restricted")
    private static Optional<SymbolLookup> library() {
        try {
            return Optional.of(SymbolLookup.libraryLookup("libspandsp.so.2", Arena.global()));
        } catch (IllegalArgumentException notInstalled) {
            return Optional.empty();
        }
    }

    public static boolean isInstalled() {
        return LIBRARY.isPresent();
    }

    /** Keys that it hears in audio of {@link Script#RATE} samples a second. */
    public static int keys(short[] samples) {
        int keys = 0;
        try (Spandsp spandsp = new Spandsp(G711.PCMU, false)) {
            for (int at = 0; at + Script.PACKET <= samples.length; at += Script.PACKET) {
                MemorySegment.copy(samples, at, spandsp.samples, JAVA_SHORT, 0, Script.PACKET);
                spandsp.hear();
                while (spandsp.next() != NONE) {
                    keys++;
                }
            }
        }
        return keys;
    }

    @Override
    public void hear(byte[] octets, int from) {
        for (int i = 0; i < Script.PACKET; i++) {
            samples.setAtIndex(JAVA_SHORT, i, law.decode(octets[from + i]));
        }
        hear();
    }

    /**
     * Takes the next packet, decoded.
     *
     * @param from octet of the memory at which it begins
     */
    void hear(MemorySegment line, long from) {
        MemorySegment.copy(line, from, samples, 0, samples.byteSize());
        hear();
    }

    private void hear() {
        try {
            int left = (int) Functions.HEAR.invokeExact(receiver, samples, Script.PACKET);
            if (left != 0) {
                throw new IllegalStateException(left + " samples were not taken");
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int next() {
        if (read == toldKeys) {
            read = 0;
            try {
                toldKeys = (int) (long) Functions.GET.invokeExact(receiver, told, MOST_KEYS);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }
        return read == toldKeys ? NONE : number(told.get(JAVA_BYTE, read++));
    }

    private static int number(byte key) {
        for (int i = 0; i < KEYS.length; i++) {
            if (KEYS[i] == key) {
                return i;
            }
        }
        throw new IllegalStateException("no key of a telephone");
    }

    private static AssertionError unexpected(Throwable cause) {
        return new AssertionError("call of libspandsp", cause);
    }

    @Override
    public void close() {
        try {
            if ((int) Functions.FREE.invokeExact(receiver) != 0) {
                throw new IllegalStateException("the receiver is not freed");
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
        arena.close();
    }
}
