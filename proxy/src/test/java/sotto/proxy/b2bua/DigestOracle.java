package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sotto.proxy.config.Account;
import sotto.proxy.config.PeerSettings;

/** The other side of digest authentication, worked out anew from RFC 7616 §3.4; shares no class with what it checks. */
final class DigestOracle {
    static final String USER = "sotto-muc1";
    static final String PASSWORD = "Open, sesame! 7";

    private DigestOracle() {}

    /** A peer that shares a password with us. */
    static PeerSettings peer(String name, RawPeer at, Account account) {
        return Rig.peer(name, at.port(), PeerSettings.Transport.UDP, Optional.of(account));
    }

    static Path passwordFile(Path directory) throws IOException {
        return Files.writeString(directory.resolve("password"), PASSWORD + "\n");
    }

    /** A response with one more header line for each of these. */
    static String challenge(String request, String status, String... headers) {
        String lines = String.join("\r\n", headers);
        return RawPeer.response(request, status, "chal", "<sip:agent@127.0.0.1>", "")
                .replace("Content-Length", lines + "\r\nContent-Length");
    }

    static String digest(String realm, String nonce, String algorithm, String more) {
        return "Digest realm=\"" + realm + "\", nonce=\"" + nonce + "\", algorithm=" + algorithm + ", qop=\"auth\""
                + more;
    }

    /** Value of a field of a header of that name. */
    static String field(String header, String name) {
        Matcher matcher = Pattern.compile("(?i)[ ,]" + name + "=(?:\"([^\"]*)\"|([^,\\s]+))")
                .matcher(header);
        if (!matcher.find()) {
            throw new AssertionError("no " + name + " in " + header);
        }
        return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }

    /** Asserts that a request carries the right credentials for what was asked. */
    static void assertAuthorized(String request, String header, String nonce, int count) {
        String value = RawPeer.header(request, header);
        String[] start = RawPeer.firstLine(request).split(" ");
        assertThat(field(value, "username")).isEqualTo(USER);
        assertThat(field(value, "nonce")).isEqualTo(nonce);
        assertThat(field(value, "nc")).isEqualTo("%08x".formatted(count));
        assertThat(field(value, "uri")).isEqualTo(start[1]);
        assertThat(field(value, "response"))
                .isEqualTo(response(value, PASSWORD, start[0].equals("ACK") ? "INVITE" : start[0]));
    }

    /** What an Authorization header's response has to be, from its other fields. */
    static String response(String header, String password, String method) {
        String algorithm = field(header, "algorithm");
        String a1 = hash(algorithm, field(header, "username") + ":" + field(header, "realm") + ":" + password);
        String a2 = hash(algorithm, method + ":" + field(header, "uri"));
        return hash(
                algorithm,
                a1 + ":" + field(header, "nonce") + ":" + field(header, "nc") + ":" + field(header, "cnonce") + ":auth:"
                        + a2);
    }

    /** The header line that answers a challenge of ours. */
    static String authorization(String challenge, String password, String uri, int count) {
        String value = "Digest username=\"" + USER + "\", realm=\"" + field(challenge, "realm") + "\", nonce=\""
                + field(challenge, "nonce") + "\", uri=\"" + uri + "\", algorithm=" + field(challenge, "algorithm")
                + ", qop=auth, nc=" + "%08x".formatted(count) + ", cnonce=\"0a4f113b\"";
        return "Authorization: " + value + ", response=\"" + response(value, password, "INVITE") + "\"\r\n";
    }

    private static String hash(String algorithm, String text) {
        try {
            String name = algorithm.equals("SHA-512-256") ? "SHA-512/256" : algorithm;
            return HexFormat.of().formatHex(MessageDigest.getInstance(name).digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
