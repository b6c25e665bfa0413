package sotto.media.worker;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/**
 * connect(2) alone: one step in the kernel, in which no packet is lost. Any thread. Linux, and only where the JVM's flags
 * let us ask a channel for its descriptor (docs/adr/0002).
 */
final class KernelConnect {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    private static final ValueLayout.OfShort NETWORK_SHORT = SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final short AF_INET = 2;
    private static final short AF_INET6 = 10;
    private static final int SOCKADDR_IN_BYTES = 16; // family, port, address, 8 unused
    private static final int SOCKADDR_IN6_BYTES = 28; // family, port, flow, address, scope

    private static final @Nullable MethodHandle DESCRIPTOR = descriptor();
    private static final @Nullable MethodHandle CONNECT = connect();

    private KernelConnect() {}

    private static @Nullable MethodHandle descriptor() {
        try {
            return MethodHandles.lookup()
                    .unreflect(Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal"));
        } catch (ReflectiveOperationException notOpened) {
            return null;
        }
    }

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
        return DESCRIPTOR != null && CONNECT != null;
    }

    /**
     * Connects a socket to a peer, also one that is connected already; the channel does not learn of it.
     *
     * @param socket of the peer's address family
     * @param peer resolved
     * @return false where it does not run here or the kernel refuses; the socket is as before then
     */
    static boolean connect(DatagramChannel socket, InetSocketAddress peer) {
        if (DESCRIPTOR == null || CONNECT == null) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) DESCRIPTOR.invoke(socket);
            MemorySegment address = address(arena, peer);
            return (int) CONNECT.invokeExact(descriptor, address, (int) address.byteSize()) == 0;
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("connect(2) cannot be called", e); // no method here declares one
        }
    }

    private static MemorySegment address(Arena arena, InetSocketAddress peer) {
        InetAddress host = peer.getAddress();
        boolean v4 = host instanceof Inet4Address;
        MemorySegment address = arena.allocate(v4 ? SOCKADDR_IN_BYTES : SOCKADDR_IN6_BYTES, 8);
        address.set(SHORT, 0, v4 ? AF_INET : AF_INET6);
        address.set(NETWORK_SHORT, 2, (short) peer.getPort());
        byte[] octets = host.getAddress();
        MemorySegment.copy(octets, 0, address, ValueLayout.JAVA_BYTE, v4 ? 4 : 8, octets.length);
        if (host instanceof Inet6Address v6) {
            address.set(ValueLayout.JAVA_INT, 24, v6.getScopeId());
        }
        return address;
    }
}
