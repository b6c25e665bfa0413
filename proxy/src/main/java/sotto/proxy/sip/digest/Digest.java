package sotto.proxy.sip.digest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The arithmetic of a response (RFC 7616 §3.4.1). Immutable.
 *
 * <pre>
 *  A1        user:realm:password                      §3.4.2
 *  A2        method:uri                               §3.4.3, qop=auth
 *  response  H(A1):nonce:nc:cnonce:auth:H(A2)         with qop
 *  response  H(A1):nonce:H(A2)                        without: servers older than RFC 2617 (RFC 3261 §22.4 item 8)
 * </pre>
 *
 * @param count nc, eight hexadecimal digits; empty without qop
 * @param cnonce of no meaning without qop
 */
record Digest(Algorithm algorithm, String realm, String nonce, String count, String cnonce) {
    /** Lower-case hexadecimal digits. */
    String response(String user, Secret secret, String method, String uri) throws IOException {
        MessageDigest hash = algorithm.digest();
        hash.update((user + ":" + realm + ":").getBytes(UTF_8));
        secret.into(hash);
        byte[] a1 = hex(hash.digest()); // as good as the password in this realm
        byte[] a2 = hex(hash.digest((method + ":" + uri).getBytes(UTF_8)));
        hash.update(a1);
        Arrays.fill(a1, (byte) 0);
        hash.update((":" + nonce + ":" + (count.isEmpty() ? "" : count + ":" + cnonce + ":auth:")).getBytes(UTF_8));
        hash.update(a2);
        return HexFormat.of().formatHex(hash.digest());
    }

    private static byte[] hex(byte[] octets) {
        byte[] digits = new byte[2 * octets.length];
        for (int i = 0; i < octets.length; i++) {
            digits[2 * i] = (byte) HexFormat.of().toHighHexDigit(octets[i]);
            digits[2 * i + 1] = (byte) HexFormat.of().toLowHexDigit(octets[i]);
        }
        Arrays.fill(octets, (byte) 0);
        return digits;
    }
}
