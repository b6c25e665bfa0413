package sotto.proxy.sip.digest;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Nonces of ours (RFC 7616 §5.4): nothing is kept for one that is given out, for it carries its own proof. Kept is only
 * how often one was used by somebody who knows the password. Thread-safe.
 *
 * <pre>
 *  nonce  monotonic clock, 8 octets | random, 4 octets | origin, 4 octets | HMAC-SHA-256 of these, first 16 octets
 * </pre>
 *
 * <p>Origin is an HMAC-SHA-256 of what is before it and of the address that the nonce was sent to. A nonce is good from any
 * address, for a peer may have several (RFC 7616 §5.4); but only who got it there can be blamed for what he does with it.
 */
final class Nonces {
    static final long LIFE_NS = Duration.ofSeconds(30).toNanos();
    private static final int STAMP_BYTES = 16;
    private static final int ORIGIN_AT = 12;
    private static final int TAG_BYTES = 16;
    private static final int MOST_USED = 50_000;
    private static final String HMAC = "HmacSHA256";

    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec key;
    private final Map<String, AtomicLong> used = new ConcurrentHashMap<>(); // the highest count of each
    private final AtomicLong forgottenNs;

    Nonces(long nowNs) {
        byte[] octets = new byte[32];
        random.nextBytes(octets);
        key = new SecretKeySpec(octets, HMAC);
        forgottenNs = new AtomicLong(nowNs);
    }

    /** @param address where it is sent to */
    String make(InetAddress address, long nowNs) {
        byte[] stamp = new byte[STAMP_BYTES];
        random.nextBytes(stamp);
        ByteBuffer.wrap(stamp).putLong(nowNs);
        System.arraycopy(origin(stamp, address), 0, stamp, ORIGIN_AT, STAMP_BYTES - ORIGIN_AT);
        return HexFormat.of().formatHex(stamp) + HexFormat.of().formatHex(tag(stamp));
    }

    private byte[] origin(byte[] stamp, InetAddress address) {
        ByteBuffer both = ByteBuffer.allocate(ORIGIN_AT + address.getAddress().length);
        return hmac(both.put(stamp, 0, ORIGIN_AT).put(address.getAddress()).array());
    }

    private byte[] tag(byte[] stamp) {
        return Arrays.copyOf(hmac(stamp), TAG_BYTES);
    }

    private byte[] hmac(byte[] octets) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(octets);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }

    /**
     * Uses a nonce once; only for who has proved to know the password.
     *
     * @param count nc, from 1
     * @return false where it is not ours, too old, or that count was used
     */
    boolean use(String nonce, long count, long nowNs) {
        if (!isFresh(nonce, nowNs)) {
            return false;
        }
        forget(nowNs);
        if (used.size() >= MOST_USED && !used.containsKey(nonce)) {
            return false; // 1,600 a second, and none of them keeps its nonce
        }
        long before = used.computeIfAbsent(nonce, n -> new AtomicLong()).getAndAccumulate(count, Math::max);
        return count > before;
    }

    /** True where it is ours, not too old, and was sent to that address. */
    boolean wasSentTo(InetAddress address, String nonce, long nowNs) {
        if (!isFresh(nonce, nowNs)) {
            return false;
        }
        byte[] stamp = HexFormat.of().parseHex(nonce, 0, 2 * STAMP_BYTES);
        byte[] origin = Arrays.copyOf(origin(stamp, address), STAMP_BYTES - ORIGIN_AT);
        return MessageDigest.isEqual(origin, Arrays.copyOfRange(stamp, ORIGIN_AT, STAMP_BYTES));
    }

    private boolean isFresh(String nonce, long nowNs) {
        if (nonce.length() != 2 * (STAMP_BYTES + TAG_BYTES) || !nonce.chars().allMatch(HexFormat::isHexDigit)) {
            return false;
        }
        byte[] octets = HexFormat.of().parseHex(nonce);
        byte[] stamp = Arrays.copyOf(octets, STAMP_BYTES);
        byte[] tag = Arrays.copyOfRange(octets, STAMP_BYTES, octets.length);
        long ageNs = nowNs - ByteBuffer.wrap(stamp).getLong();
        return MessageDigest.isEqual(tag, tag(stamp)) && ageNs >= 0 && ageNs < LIFE_NS;
    }

    private void forget(long nowNs) {
        long before = forgottenNs.get();
        if (nowNs - before >= LIFE_NS && forgottenNs.compareAndSet(before, nowNs)) {
            used.keySet().removeIf(nonce -> !isFresh(nonce, nowNs));
        }
    }

    /** How many are kept. */
    int used() {
        return used.size();
    }
}
