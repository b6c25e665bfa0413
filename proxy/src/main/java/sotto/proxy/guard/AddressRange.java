package sotto.proxy.guard;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Addresses that begin with the same bits (RFC 4632 §3.1, RFC 4291 §2.3). Immutable.
 *
 * @param first the lowest of them
 * @param prefixBits how many bits they share, from the highest
 */
public record AddressRange(InetAddress first, int prefixBits) {
    private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f:.]{2,45})(?:/(\\d{1,3}))?");

    /**
     * Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32}, or one address. Asks no resolver.
     *
     * @return empty where it is neither, or bits are set beyond the prefix: then it is not clear what was meant
     */
    public static Optional<AddressRange> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        try {
            InetAddress first = InetAddress.ofLiteral(form.group(1));
            int most = 8 * first.getAddress().length;
            int bits = form.group(2) == null ? most : Integer.parseInt(form.group(2));
            AddressRange range = new AddressRange(first, bits);
            return bits <= most && range.isClean() ? Optional.of(range) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private boolean isClean() {
        byte[] octets = first.getAddress();
        for (int bit = prefixBits; bit < 8 * octets.length; bit++) {
            if ((octets[bit / 8] & (0x80 >> bit % 8)) != 0) {
                return false;
            }
        }
        return true;
    }

    public boolean contains(InetAddress address) {
        byte[] ours = first.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int i = 0; i < ours.length && 8 * i < prefixBits; i++) {
            int mask = 0xFF00 >> Math.min(8, prefixBits - 8 * i);
            if (((ours[i] ^ theirs[i]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** True where all addresses of the other are of this one. */
    public boolean contains(AddressRange other) {
        return other.prefixBits >= prefixBits && contains(other.first);
    }

    @Override
    public String toString() {
        return first.getHostAddress() + "/" + prefixBits;
    }
}
