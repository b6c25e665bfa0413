package sotto.media.worker;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/**
 * Where a datagram comes from or goes to, as Linux has it in memory: {@code sockaddr_in} or {@code sockaddr_in6}. Kept as
 * four numbers, so that comparing and writing one makes no object and needs no memory.
 *
 * <pre>
 *  octets   sockaddr_in            sockaddr_in6
 *  0-1      family                 family
 *  2-3      port                   port
 *  4-7      address                flow, 0
 *  8-15     unused, 0              address
 *  16-23                           address
 *  24-27                           scope
 * </pre>
 */
final class Sockaddr {
    /** Room that any takes, and the alignment is 8. */
    static final int BYTES = 32;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    private static final ValueLayout.OfShort NETWORK_SHORT = SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final short AF_INET = 2;
    private static final short AF_INET6 = 10;
    private static final int SOCKADDR_IN_BYTES = 16;
    private static final int SOCKADDR_IN6_BYTES = 28;

    private long first;
    private long second;
    private long third;
    private int scope;
    private int bytes;

    /**
     * Writes an address.
     *
     * @param memory at least {@link #BYTES} from {@code at} on, zero
     * @param asV6 true for a socket of IPv6, which reaches IPv4 by mapped addresses
     * @return its length
     */
    static int write(InetSocketAddress address, boolean asV6, MemorySegment memory, long at) {
        InetAddress host = address.getAddress();
        boolean v4 = host instanceof Inet4Address;
        byte[] octets = host.getAddress();
        memory.set(SHORT, at, v4 && !asV6 ? AF_INET : AF_INET6);
        memory.set(NETWORK_SHORT, at + 2, (short) address.getPort());
        if (v4 && asV6) {
            memory.set(SHORT, at + 18, (short) -1); // ::ffff:a.b.c.d
        }
        MemorySegment.copy(octets, 0, memory, BYTE, at + (v4 ? asV6 ? 20 : 4 : 8), octets.length);
        if (host instanceof Inet6Address v6) {
            memory.set(INT, at + 24, v6.getScopeId());
        }
        return v4 && !asV6 ? SOCKADDR_IN_BYTES : SOCKADDR_IN6_BYTES;
    }

    /** Makes an address of what the kernel wrote. */
    static InetSocketAddress read(MemorySegment memory, long at) {
        boolean v4 = memory.get(SHORT, at) == AF_INET;
        byte[] octets = new byte[v4 ? 4 : 16];
        MemorySegment.copy(memory, BYTE, at + (v4 ? 4 : 8), octets, 0, octets.length);
        int port = memory.get(NETWORK_SHORT, at + 2) & 0xFFFF;
        int scope = v4 ? 0 : memory.get(INT, at + 24);
        try {
            InetAddress host = scope == 0 // else of a link: the number of its interface
                    ? InetAddress.getByAddress(octets)
                    : Inet6Address.getByAddress(null, octets, scope);
            return new InetSocketAddress(host, port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 octets is none", e);
        }
    }

    /** Becomes the one that is written there. */
    void take(MemorySegment memory, long at) {
        first = memory.get(LONG, at);
        bytes = (short) first == AF_INET ? SOCKADDR_IN_BYTES : SOCKADDR_IN6_BYTES;
        if (bytes == SOCKADDR_IN6_BYTES) {
            second = memory.get(LONG, at + 8);
            third = memory.get(LONG, at + 16);
            scope = memory.get(INT, at + 24);
        }
    }

    /** True for the one that is written there. */
    boolean is(MemorySegment memory, long at) {
        return first == memory.get(LONG, at)
                && (bytes == SOCKADDR_IN_BYTES
                        || (second == memory.get(LONG, at + 8)
                                && third == memory.get(LONG, at + 16)
                                && scope == memory.get(INT, at + 24)));
    }

    /** Length of what {@link #put} writes. */
    int bytes() {
        return bytes;
    }

    void put(MemorySegment memory, long at) {
        memory.set(LONG, at, first);
        memory.set(LONG, at + 8, second);
        memory.set(LONG, at + 16, third);
        memory.set(INT, at + 24, scope);
    }
}
