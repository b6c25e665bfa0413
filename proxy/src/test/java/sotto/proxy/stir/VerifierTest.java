package sotto.proxy.stir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each way that a caller's number is not verified, one change from one that is. */
final class VerifierTest {
    private static final String HEADER =
            "{\"alg\":\"ES256\",\"ppt\":\"shaken\",\"typ\":\"passport\",\"x5u\":\"" + Pki.X5U + "\"}";
    private static final String CLAIMS = "{\"attest\":\"B\",\"dest\":{\"tn\":[\"12125551213\"]},\"iat\":IAT,"
            + "\"orig\":{\"tn\":\"12155551212\"},\"origid\":\"123e4567-e89b-12d3-a456-426655440000\"}";
    private static final String PARAMETERS = ";info=<" + Pki.X5U + ">;alg=ES256;ppt=shaken";
    private static final String PLAIN_HEADER = "{\"alg\":\"ES256\",\"typ\":\"passport\",\"x5u\":\"" + Pki.X5U + "\"}";
    private static final String PLAIN_CLAIMS =
            "{\"dest\":{\"tn\":[\"12125551213\"]},\"iat\":IAT,\"orig\":{\"tn\":\"12155551212\"}}";
    private static final BigInteger ORDER =
            new BigInteger("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", 16);

    private final KeyPair keys = Pki.keys("secp256r1");
    private final Instant now = Instant.now();

    @TempDir
    Path home;

    private Pki pki;
    private CertificateStore store;
    private Verifier verifier;

    @BeforeEach
    void begin() {
        pki = new Pki(home);
        pki.store(Pki.X5U, pki.usual(keys));
        store = new CertificateStore(pki.certificates, pki.anchors);
        store.reload();
        verifier = new Verifier(store, Duration.ofSeconds(60), InstantSource.fixed(now));
    }

    private String timed(String text) {
        return Pattern.compile("IAT([+-]\\d+)?")
                .matcher(text)
                .replaceAll(found -> Long.toString(now.getEpochSecond() + offset(found)));
    }

    private static long offset(MatchResult found) {
        return found.group(1) == null ? 0 : Long.parseLong(found.group(1));
    }

    private String good() {
        return Pki.identity(keys, HEADER, timed(CLAIMS), PARAMETERS);
    }

    private static Asserted call(Optional<String> date, String callId, String... identities) {
        return new Asserted(
                List.of(identities),
                List.of(new Party("tn", "12155551212")),
                List.of(new Party("tn", "12125551213")),
                date,
                callId);
    }

    private String verified(String... identities) {
        return verifier.verify(call(Optional.empty(), "call", identities)).label();
    }

    private String date(int offsetS) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                now.plusSeconds(offsetS).atZone(ZoneOffset.UTC));
    }

    @ParameterizedTest(name = "{0}: {2} becomes {3}: {4}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # section               | in         | instead of              | is                        | result
            RFC 8224 §6.2           | claims     | B                       | B                         | passed
            RFC 8588 §4             | claims     | "B"                     | "C"                       | passed
            RFC 8224 §4             | parameters | ;alg=                   | ' ; alg = '               | passed
            RFC 8224 §4             | parameters | =shaken                 | ="shaken"                 | passed
            RFC 8224 §4             | parameters | ;alg=ES256;ppt=shaken   | ;x=y                      | passed
            RFC 8225 §5.2.1         | claims     | ["12125551213"]         | ["12","12125551213"]      | passed
            a plus is clear         | claims     | "12155551212"           | "+12155551212"            | passed
            RFC 7515 §4             | header     | {"alg"                  | {"new":1,"alg"            | passed
            RFC 8224 §6.2 step 1    | header     | shaken                  | div                       | no-identity
            RFC 8224 §6.2 step 5    | claims     | IAT                     | IAT-60                    | passed
            RFC 8224 §6.2 step 5    | claims     | IAT                     | IAT-61                    | stale-date
            RFC 8224 §6.2 step 5    | claims     | IAT                     | IAT+60                    | passed
            RFC 8224 §6.2 step 5    | claims     | IAT                     | IAT+61                    | stale-date
            far off                 | claims     | IAT                     | -9223372036854775808      | stale-date
            RFC 7519 §4.1.6         | claims     | IAT                     | "IAT"                     | malformed
            RFC 7519 §4.1.6         | claims     | IAT                     | 99999999999999999999      | malformed
            RFC 7519 §4.1.6         | claims     | IAT                     | 1e999999999               | malformed
            RFC 8225 §5.1.1         | claims     | "iat"                   | "iat2"                    | malformed
            RFC 8224 §6.2 step 4    | claims     | 12155551212             | 12155551210               | other-call
            RFC 8224 §6.2 step 4    | claims     | 12125551213             | 12125551210               | other-call
            RFC 8224 §6.2 step 4    | claims     | {"tn":["12125551213"]}  | {"uri":["sip:a@b.c"]}     | other-call
            RFC 8226: numbers only  | claims     | {"tn":"12155551212"}    | {"uri":"sip:a@b.c"}       | no-authority
            RFC 8225 §5.2.1         | claims     | {"tn":"12155551212"}    | {"tn":["12155551212"]}    | malformed
            RFC 8225 §5.2.1         | claims     | {"tn":"12155551212"}    | {}                        | malformed
            RFC 8225 §5.2.1         | claims     | "orig":{                | "orig":{"uri":"sip:a@b",  | malformed
            RFC 8225 §5.2.1         | claims     | {"tn":["12125551213"]}  | {"tn":[]}                 | malformed
            RFC 8225 §5.2.1         | claims     | ["12125551213"]         | "12125551213"             | malformed
            alg none                | header     | ES256                   | none                      | other-algorithm
            alg none, parameter     | parameters | ES256                   | none                      | other-algorithm
            a key for both          | header     | ES256                   | HS256                     | other-algorithm
            RFC 8225 §4.1           | header     | "passport"              | "JWT"                     | malformed
            RFC 7515 §4.1.11        | header     | {"alg"                  | {"crit":["x"],"alg"       | malformed
            RFC 8224 §4.1           | header     | passport.cer            | other.cer                 | malformed
            RFC 8224 §4.1           | parameters | ppt=shaken              | ppt=div                   | malformed
            RFC 8224 §4             | parameters | info=                   | inf=                      | malformed
            RFC 8224 §4             | parameters | <https                  | https                     | malformed
            twice                   | parameters | ;alg                    | ;alg=ES256;alg            | malformed
            end of it               | parameters | ;alg=ES256              | ;alg=ES256,x              | malformed
            RFC 8588 §4             | claims     | "B"                     | "D"                       | malformed
            RFC 8588 §4             | claims     | "attest"                | "attest2"                 | malformed
            RFC 8588 §5             | claims     | "origid"                | "origid2"                 | malformed
            two of a name           | claims     | "attest":"B"            | "attest":"A","attest":"B" | malformed
            two of a name, inside   | claims     | {"tn":"1                | {"tn":"2","tn":"1         | malformed
            deep                    | claims     | "B"                     | [[[[[[[[1]]]]]]]]         | malformed
            text behind             | claims     | 440000"}                | 440000"}{}                | malformed
            no object               | header     | {"alg"                  | [{"alg"                   | malformed
            no certificate          | both       | cert.example            | nowhere.example           | no-certificate
            never by http           | both       | https                   | http                      | no-certificate
            out of the directory    | both       | cert.example.org        | ../../../../etc           | no-certificate
            """)
    @SuppressWarnings("ParameterNumber") // the columns of the table
    void oneChange(String section, String in, String from, String to, String result) {
        String header = in.equals("header") || in.equals("both") ? HEADER.replace(from, to) : HEADER;
        String claims = in.equals("claims") ? CLAIMS.replaceFirst(Pattern.quote(from), to) : CLAIMS;
        String parameters = in.equals("parameters") || in.equals("both") ? PARAMETERS.replace(from, to) : PARAMETERS;
        assertThat(verified(Pki.identity(keys, header, timed(claims), parameters)))
                .isEqualTo(result);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            textBlock =
                    """
            usual,                                 passed
            RFC 8226 §9: a range that has it,      passed
            RFC 8226 §9: the last of a range,      passed
            RFC 8226 §9: the number itself,        passed
            RFC 8226 §9: no list,                  passed
            RFC 8226 §9: behind the range,         no-authority
            RFC 8226 §9: a longer number,          no-authority
            RFC 8226 §9: another number,           no-authority
            RFC 8226 §9: no such entry,            untrusted-certificate
            RFC 5280 §6: expired,                  untrusted-certificate
            RFC 5280 §6: not yet,                  untrusted-certificate
            RFC 5280 §6: signed by itself,         untrusted-certificate
            RFC 8225 §6: another curve,            untrusted-certificate
            another key,                           bad-signature
            """)
    void certificates(String which, String result) {
        Pki.Wanted usual = pki.usual(keys);
        Instant from = which.endsWith("not yet") ? now.plusSeconds(60) : usual.from();
        Instant to = which.endsWith("expired") ? now.minusSeconds(1) : usual.to();
        KeyPair of =
                switch (which) {
                    case "RFC 8225 §6: another curve" -> Pki.keys("secp384r1");
                    case "another key" -> Pki.keys("secp256r1");
                    default -> keys;
                };
        var numbers =
                switch (which.substring(which.indexOf(':') + 1).strip()) {
                    case "a range that has it" -> Pki.numbers(Pki.range("12155551200", 100));
                    case "the last of a range" -> Pki.numbers(Pki.range("12155551203", 10));
                    case "the number itself" -> Pki.numbers(Pki.one("1"), Pki.one("12155551212"));
                    case "no list" -> Pki.numbers();
                    case "behind the range" -> Pki.numbers(Pki.range("12155551203", 9));
                    case "a longer number" -> Pki.numbers(Pki.range("2155551200", 2_000_000_000));
                    case "another number" -> Pki.numbers(Pki.one("12155551211"));
                    case "no such entry" ->
                        Pki.numbers(new org.bouncycastle.asn1.DERTaggedObject(
                                true, 9, new org.bouncycastle.asn1.DERIA5String("1")));
                    default -> usual.numbers();
                };
        pki.store(
                Pki.X5U,
                new Pki.Wanted(
                        usual.name(), of, numbers, from, to, which.endsWith("by itself") ? of : usual.signedBy()));
        reloaded();
        assertThat(verified(good())).isEqualTo(result);
    }

    /** A new store: a change within the same tick of the file's clock is not seen by an old one. */
    private void reloaded() {
        store = new CertificateStore(pki.certificates, pki.anchors);
        store.reload();
        verifier = new Verifier(store, Duration.ofSeconds(60), InstantSource.fixed(now));
    }

    @Test
    void whatPassedIsKnownAndWhatFailedIsNot() {
        Verdict passed = verifier.verify(call(Optional.of(date(5)), "call", good()));
        assertThat(passed.attest()).contains(Attest.B);
        assertThat(passed.origid()).contains("123e4567-e89b-12d3-a456-426655440000");
        assertThat(passed.subject()).contains("O=Carrier,CN=Signer");
        assertThat(passed.verstat()).isEqualTo(Verstat.PASSED);
        assertThat(passed.verstat(List.of(new Party("tn", "1"), new Party("tn", "12155551212"))))
                .isEqualTo(Verstat.PASSED);
        assertThat(passed.verstat(List.of(new Party("tn", "12155551299")))).isEqualTo(Verstat.NONE);
        Verdict forged = verifier.verify(call(Optional.empty(), "call", good() + ";;"));
        assertThat(forged.failure()).contains(Failure.MALFORMED);
        assertThat(forged.attest()).isEmpty();
        assertThat(forged.origid()).isEmpty();
        assertThat(forged.subject()).isEmpty();
    }

    @Test
    void theDateHasToFit() {
        String identity = good();
        assertThat(verifier.verify(call(Optional.of(date(-61)), "a", identity)).label())
                .isEqualTo("stale-date");
        assertThat(verifier.verify(call(Optional.of(date(61)), "a", identity)).label())
                .isEqualTo("stale-date");
        assertThat(verifier.verify(call(Optional.of("yesterday"), "a", identity))
                        .label())
                .isEqualTo("stale-date");
        assertThat(verifier.verify(call(Optional.of(date(60)), "a", identity)).label())
                .isEqualTo("passed");
    }

    @Test
    void theCompactForm() {
        String parameters = ";info=<" + Pki.X5U + ">";
        String compact = Pki.compact(keys, PLAIN_HEADER, timed(PLAIN_CLAIMS), parameters);
        Verdict verdict = verifier.verify(call(Optional.of(date(0)), "a", compact));
        assertThat(verdict.label()).isEqualTo("passed");
        assertThat(verdict.attest()).isEmpty();
        assertThat(verifier.verify(call(Optional.of(date(1)), "b", compact)).label())
                .isEqualTo("bad-signature");
        assertThat(verifier.verify(call(Optional.empty(), "b", compact)).label())
                .isEqualTo("malformed");
        assertThat(verifier.verify(call(Optional.of(date(0)), "b", compact + ";ppt=shaken"))
                        .label())
                .isEqualTo("malformed");
        assertThat(verifier.verify(call(Optional.of(date(0)), "b", compact + ";alg=none"))
                        .label())
                .isEqualTo("other-algorithm");
    }

    @Test
    void anotherCallWithTheSameSignatureIsAReplay() {
        String identity = good();
        assertThat(verifier.verify(call(Optional.empty(), "first", identity)).label())
                .isEqualTo("passed");
        assertThat(verifier.verify(call(Optional.empty(), "first", identity)).label())
                .as("again, as after a challenge")
                .isEqualTo("passed");
        assertThat(verifier.verify(call(Optional.empty(), "second", identity)).label())
                .isEqualTo("replayed");
        int from = identity.lastIndexOf('.', identity.indexOf(";")) + 1;
        byte[] signature =
                Es256.decode(identity.substring(from, identity.indexOf(';'))).orElseThrow();
        byte[] other = ORDER.subtract(new BigInteger(1, signature, 32, 32)).toByteArray();
        Arrays.fill(signature, 32, 64, (byte) 0);
        int length = Math.min(32, other.length);
        System.arraycopy(other, other.length - length, signature, 64 - length, length);
        String twin = identity.substring(0, from) + Pki.base64(signature) + PARAMETERS;
        assertThat(twin).isNotEqualTo(identity);
        assertThat(verifier.verify(call(Optional.empty(), "third", twin)).label())
                .as("n - s is as good as s")
                .isEqualTo("replayed");
    }

    @Test
    void replaysAreBounded() {
        Replays replays = new Replays(1000);
        byte[] signature = new byte[64];
        int refused = 0;
        for (int i = 0; i < 70_000; i++) {
            signature[0] = (byte) i;
            signature[5] = (byte) (i >> 8);
            signature[9] = (byte) (i >> 16);
            refused += replays.accept(signature, "call" + i, 0) ? 0 : 1;
        }
        assertThat(refused).isZero();
        assertThat(replays.size()).isEqualTo(65_536);
        assertThat(replays.accept(signature, "x", 999)).isFalse();
        assertThat(replays.accept(signature, "x", 1000)).isTrue();
        assertThat(replays.size()).isEqualTo(1);
    }

    @Test
    void oneOfSeveralIsEnough() {
        String other = Pki.identity(keys, HEADER.replace("shaken", "div"), timed(CLAIMS), PARAMETERS);
        String late = Pki.identity(keys, HEADER, timed(CLAIMS.replace("IAT", "IAT-99")), PARAMETERS);
        assertThat(verified(other, good())).isEqualTo("passed");
        assertThat(verified(late, good())).isEqualTo("passed");
        assertThat(verified(other, late, "..")).isEqualTo("stale-date");
        assertThat(verified(other, other)).isEqualTo("no-identity");
        assertThat(verified()).isEqualTo("no-identity");
        List<String> many = new ArrayList<>(Collections.nCopies(4, late));
        many.add(good());
        assertThat(verified(many.toArray(new String[0])))
                .as("no more than four are tried")
                .isEqualTo("stale-date");
    }

    @Test
    void hostileValues() {
        String good = good();
        String signature = good.substring(good.lastIndexOf('.', good.indexOf(';')) + 1, good.indexOf(';'));
        char last = signature.charAt(85);
        List<String> hostile = List.of(
                "",
                ".",
                "..",
                "..;info=<" + Pki.X5U + ">",
                "a..b;info=<" + Pki.X5U + ">",
                "." + good,
                good.replace(signature, signature + "="),
                good.replace(signature, signature.substring(0, 85) + (char) (last + 1)), // a bit that says nothing
                good.replace(";", ";;"),
                good + ";" + "x".repeat(5000),
                good.replace(".", ". "),
                "A".repeat(4000) + "." + "A".repeat(4000) + "." + signature + PARAMETERS);
        assertThat(hostile).allSatisfy(value -> assertThat(verified(value)).isEqualTo("malformed"));
        for (String forged : List.of(
                "A".repeat(86),
                "_".repeat(85) + "w",
                signature.substring(0, 80),
                signature + "AA",
                signature.substring(43) + signature.substring(0, 43))) {
            assertThat(verified(good.replace(signature, forged))).as(forged).isIn("bad-signature", "malformed");
        }
    }

    @Test
    void theStoreFollowsItsDirectory() throws IOException {
        String url = "https://New.example:8443/a/b.pem?v=2";
        assertThat(CertificateStore.fileName(url)).contains("new.example_8443_a_b.pem_v_2.pem");
        assertThat(CertificateStore.fileName("https://" + "x".repeat(300))).isEmpty();
        assertThat(CertificateStore.fileName("https://")).isEmpty();
        assertThat(store.find(url)).isEmpty();
        pki.store(url, pki.usual(keys));
        Files.writeString(pki.certificates.resolve("broken.example.pem"), "no certificate");
        store.reload();
        assertThat(store.find(url)).isPresent();
        assertThat(store.find("https://broken.example")).isEmpty();
        assertThat(verified(good())).isEqualTo("passed");
        Files.delete(pki.certificates.resolve(CertificateStore.fileName(url).orElseThrow()));
        store.reload();
        assertThat(store.find(url)).isEmpty();
        Files.delete(pki.anchors);
        store.reload();
        assertThat(store.find(Pki.X5U)).as("what was known is used on").isPresent();
    }
}
