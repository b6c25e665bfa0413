package sotto.proxy.location;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Words that stand for what a phone wrote, the same for the same, and not to be guessed without the secret. 128 bits as
 * letters alone: no dial plan and no search for card numbers takes them for a number. Thread-safe.
 */
record Tokens(SecretKeySpec secret) {
    private static final String HMAC = "HmacSHA256";
    private static final int OCTETS = 16;
    private static final String MARK = "sx"; // so that one is told from a name or a number
    private static final Pattern FORM = Pattern.compile(MARK + "[a-p]{32}");

    static Tokens of(byte[] secret) {
        return new Tokens(new SecretKeySpec(secret, HMAC));
    }

    /** True for what may be one of ours. */
    static boolean isOne(String user) {
        return FORM.matcher(user).matches();
    }

    String of(String... parts) {
        byte[] sum;
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(secret);
            for (String part : List.of(parts)) {
                mac.update(part.getBytes(UTF_8));
                mac.update((byte) 0);
            }
            sum = mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
        StringBuilder letters = new StringBuilder(MARK);
        for (int i = 0; i < OCTETS; i++) {
            letters.append((char) ('a' + (sum[i] >> 4 & 0x0F))).append((char) ('a' + (sum[i] & 0x0F)));
        }
        return letters.toString();
    }
}
