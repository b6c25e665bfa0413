package sotto.media.worker;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/**
 * connect(2) alone: one step in the kernel, in which no packet is lost. Any thread. Linux, and only where the JVM's flags
 * let us ask a channel for its descriptor (docs/adr/0002).
 */
final class KernelConnect {
    private static final @Nullable MethodHandle CONNECT = connect();

    private KernelConnect() {}

    @SuppressWarnings("restricted") // connect(2) as its manual has it: one int, one address, one length
    private static @Nullable MethodHandle connect() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return null; // sockaddr looks otherwise there
        }
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("connect"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    }

    /** False where the machine or the JVM's flags do not allow it. */
    static boolean runs() {
        return Descriptor.isKnown() && CONNECT != null;
    }

    /**
     * Connects a socket to a peer, also one that is connected already; the channel does not learn of it.
     *
     * @param socket of the peer's address family
     * @param peer resolved
     * @return false where it does not run here or the kernel refuses; the socket is as before then
     */
    static boolean connect(DatagramChannel socket, InetSocketAddress peer) {
        if (!Descriptor.isKnown() || CONNECT == null) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(Sockaddr.BYTES, 8);
            int bytes = Sockaddr.write(peer, false, address, 0);
            return (int) CONNECT.invokeExact(Descriptor.of(socket), address, bytes) == 0;
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("connect(2) cannot be called", e); // no method here declares one
        }
    }
}
