package sotto.perf.relay;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A UDP socket that sends and takes many packets by one system call, each from an address of 127.0.0.0/8 of its own: to who
 * answers, as many peers as there are legs. Linux on a 64-bit machine; IPv4. One thread.
 *
 * <pre>
 *  struct mmsghdr     0 name  8 name length  16 iovec  24 iovecs  32 control  40 control length  48 flags  56 length
 *  struct iovec       0 base  8 length
 *  struct sockaddr_in 0 family  2 port  4 address
 *  struct cmsghdr     0 length  8 level  12 type  16 in_pktinfo: 0 interface  4 source  8 (destination)
 * </pre>
 */
final class BatchSocket implements AutoCloseable {
    /** Most packets of a call. */
    static final int BATCH = 64;
    /** Of a packet that comes. */
    static final int SLOT_BYTES = 512;

    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_NONBLOCK = 2 | 0x800;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int IP_PKTINFO = 8;
    private static final int BUFFER_BYTES = 16 << 20;

    private static final int HEADER_BYTES = 64;
    private static final int IOVEC_BYTES = 16;
    private static final int ADDRESS_BYTES = 16;
    private static final int CONTROL_BYTES = 32;
    private static final int CONTROL_LENGTH = 28; // without the padding behind it

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    private static final ValueLayout.OfShort NETWORK_SHORT = SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NETWORK_INT = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final MethodHandle SOCKET = function("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle OPTION = function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle BIND = function("bind", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SEND = function("sendmmsg", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle RECEIVE = function("recvmmsg", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle CLOSE = function("close", JAVA_INT);

    private final Arena arena = Arena.ofShared(); // a test may close it elsewhere
    private final MemorySegment out = arena.allocate((long) BATCH * HEADER_BYTES, 8);
    private final MemorySegment in = arena.allocate((long) BATCH * HEADER_BYTES, 8);
    private final MemorySegment iovecs = arena.allocate((long) BATCH * IOVEC_BYTES, 8);
    private final MemorySegment sources = arena.allocate((long) BATCH * ADDRESS_BYTES, 8);
    private final MemorySegment slots = arena.allocate((long) BATCH * SLOT_BYTES, 64);
    private final int socket;
    private int queued;
    private int port;

    private BatchSocket(int socket) {
        this.socket = socket;
        for (int i = 0; i < BATCH; i++) {
            long header = (long) i * HEADER_BYTES;
            long iovec = (long) i * IOVEC_BYTES;
            iovecs.set(ADDRESS, iovec, slots.asSlice((long) i * SLOT_BYTES));
            iovecs.set(JAVA_LONG, iovec + 8, SLOT_BYTES);
            in.set(ADDRESS, header, sources.asSlice((long) i * ADDRESS_BYTES));
            in.set(ADDRESS, header + 16, iovecs.asSlice(iovec));
            in.set(JAVA_LONG, header + 24, 1);
        }
    }

    /**
     * Binds to all addresses.
     *
     * @param port 1 to 65535
     * @throws IOException where the port is taken
     */
    static BatchSocket bound(int port) throws IOException {
        BatchSocket socket = new BatchSocket(check(call(SOCKET, AF_INET, SOCK_DGRAM_NONBLOCK, 0), "socket"));
        try (Arena rare = Arena.ofConfined()) {
            MemorySegment size = rare.allocateFrom(JAVA_INT, BUFFER_BYTES);
            int forced = call(OPTION, socket.socket, SOL_SOCKET, SO_RCVBUFFORCE, size, 4);
            if (forced < 0) { // not root: as much as net.core.rmem_max allows
                check(call(OPTION, socket.socket, SOL_SOCKET, SO_RCVBUF, size, 4), "SO_RCVBUF");
            }
            check(call(OPTION, socket.socket, SOL_SOCKET, SO_SNDBUF, size, 4), "SO_SNDBUF");
            MemorySegment any = address(rare, 0, port);
            check(call(BIND, socket.socket, any, ADDRESS_BYTES), "bind to UDP port " + port);
            socket.port = port;
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    int port() {
        return port;
    }

    /** A destination, for {@link #queue}. */
    static MemorySegment address(Arena arena, InetSocketAddress of) {
        return address(arena, bits((Inet4Address) of.getAddress()), of.getPort());
    }

    private static MemorySegment address(Arena arena, int address, int port) {
        MemorySegment segment = arena.allocate(ADDRESS_BYTES, 8);
        segment.set(SHORT, 0, (short) AF_INET);
        segment.set(NETWORK_SHORT, 2, (short) port);
        segment.set(NETWORK_INT, 4, address);
        return segment;
    }

    /** A source, for {@link #queue}. */
    static MemorySegment source(Arena arena, Inet4Address from) {
        MemorySegment segment = arena.allocate(CONTROL_BYTES, 8);
        segment.set(JAVA_LONG, 0, CONTROL_LENGTH);
        segment.set(JAVA_INT, 8, 0); // IPPROTO_IP
        segment.set(JAVA_INT, 12, IP_PKTINFO);
        segment.set(NETWORK_INT, 20, bits(from));
        return segment;
    }

    private static int bits(Inet4Address address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    /**
     * Puts a packet into the batch; there must be room.
     *
     * @param packet an iovec that says where it is and how long
     * @param to of {@link #address}
     * @param from of {@link #source}
     */
    void queue(MemorySegment packet, MemorySegment to, MemorySegment from) {
        long header = (long) queued++ * HEADER_BYTES;
        out.set(ADDRESS, header, to);
        out.set(JAVA_INT, header + 8, ADDRESS_BYTES);
        out.set(ADDRESS, header + 16, packet);
        out.set(JAVA_LONG, header + 24, 1);
        out.set(ADDRESS, header + 32, from);
        out.set(JAVA_LONG, header + 40, CONTROL_BYTES);
    }

    boolean isFull() {
        return queued == BATCH;
    }

    /**
     * Sends the batch.
     *
     * @return how many the kernel took; the rest is lost
     */
    int flush() {
        if (queued == 0) {
            return 0;
        }
        int count = queued;
        queued = 0;
        try {
            return Math.max(0, (int) SEND.invokeExact(socket, out, count, MSG_DONTWAIT));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Takes what is there, a batch at most; the packets are valid until the next time. */
    int receive() {
        for (int i = 0; i < BATCH; i++) {
            in.set(JAVA_INT, (long) i * HEADER_BYTES + 8, ADDRESS_BYTES);
        }
        try {
            return Math.max(0, (int) RECEIVE.invokeExact(socket, in, BATCH, MSG_DONTWAIT, MemorySegment.NULL));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Memory that packets which come lie in, {@link #SLOT_BYTES} apart. */
    MemorySegment slots() {
        return slots;
    }

    int lengthBytes(int index) {
        return in.get(JAVA_INT, (long) index * HEADER_BYTES + 56);
    }

    int sourcePort(int index) {
        return sources.get(NETWORK_SHORT, (long) index * ADDRESS_BYTES + 2) & 0xFFFF;
    }

    private static int check(int result, String what) throws IOException {
        if (result < 0) {
            throw new IOException("the kernel refuses: " + what);
        }
        return result;
    }

    @SuppressWarnings("restricted") // socket functions as their manual has them; granted by --enable-native-access
    private static MethodHandle function(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static int call(MethodHandle function, Object... arguments) {
        try {
            return (int) function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static AssertionError unexpected(Throwable cause) {
        return new AssertionError(
                "call of a socket function", cause); // its arguments do not fit: a fault of this class
    }

    @Override
    public void close() {
        call(CLOSE, socket);
        arena.close();
    }
}
