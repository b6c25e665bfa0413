package sotto.proxy.guard;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.StringJoiner;

/**
 * Who counts as one: an IPv4 address, or the 64 bits of an IPv6 address that a site is given at least (RFC 6177 §2), for
 * whoever has one address there has all of them. Immutable.
 *
 * @param key the 64 bits; an IPv4 address is in those of ::ffff:0:0:0/96, which no IPv6 sender has
 */
record Source(long key) {
    private static final long IPV4 = 0x0000_FFFFL << 32;

    static Source of(InetAddress address) {
        ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
        return new Source(octets.remaining() == 4 ? IPV4 | (octets.getInt() & 0xFFFF_FFFFL) : octets.getLong());
    }

    /** {@code 192.0.2.7} or {@code 2001:db8:1:2::/64} (RFC 5952 §4.2). */
    @Override
    public String toString() {
        if (key >>> 32 == IPV4 >>> 32) {
            return (key >> 24 & 0xFF) + "." + (key >> 16 & 0xFF) + "." + (key >> 8 & 0xFF) + "." + (key & 0xFF);
        }
        StringJoiner groups = new StringJoiner(":", "", "::/64");
        for (long rest = key; rest != 0; rest <<= 16) {
            groups.add(Long.toHexString(rest >>> 48));
        }
        return groups.toString();
    }
}
