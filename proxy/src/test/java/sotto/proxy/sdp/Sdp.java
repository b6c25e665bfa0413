package sotto.proxy.sdp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Bodies for tests, as a peer writes them. */
final class Sdp {
    static final String CM_LINE =
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20";
    static final String GCM_LINE = "a=crypto:2 AEAD_AES_128_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw==";

    private Sdp() {}

    /** A body whose session part is right, with these lines from m= on. */
    static byte[] of(String... media) {
        return bytes("v=0\no=alice 2890844526 2890844526 IN IP4 192.0.2.1\ns=\nc=IN IP4 192.0.2.1\nt=0 0\n"
                + String.join("\n", media) + "\n");
    }

    static byte[] bytes(String lines) {
        return lines.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] body) {
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    static List<String> lines(byte[] body) {
        return Arrays.asList(text(body).split("\r\n"));
    }

    /** The lines that begin so. */
    static List<String> lines(byte[] body, String prefix) {
        return lines(body).stream().filter(line -> line.startsWith(prefix)).toList();
    }

    /** The version in the o= line. */
    static long version(byte[] body) {
        return Long.parseLong(lines(body, "o=").getFirst().split(" ")[2]);
    }
}
