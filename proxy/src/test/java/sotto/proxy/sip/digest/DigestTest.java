package sotto.proxy.sip.digest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors of the RFCs, and the rows of {@link Fields}, {@link DigestMemory} and {@link DigestGuard}. */
final class DigestTest {
    private static final String REALM = "sip.example.org";
    private static final Set<Algorithm> ALL = EnumSet.allOf(Algorithm.class);
    private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.77");
    private static final long START_NS = Long.MAX_VALUE - 1_000_000; // so that the clock wraps in each test

    @TempDir
    Path directory;

    private Path file = Path.of("");
    private DigestUser user = new DigestUser("", "", new Secret(file), ALL);

    @BeforeEach
    void password() throws IOException {
        file = password("secret");
        user = new DigestUser("carrier", "bob", new Secret(file), ALL);
    }

    private Path password(String text) throws IOException {
        return Files.writeString(directory.resolve("password"), text, UTF_8);
    }

    /** RFC 8760 has no vectors of its own; its §2.2 refers to these. */
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
        # section,                     algorithm,   user,     password,        realm,                 uri,             nonce,                                        cnonce,                                       response
        RFC 2617 §3.5,                 MD5,         Mufasa,   Circle Of Life,  testrealm@host.com,    /dir/index.html, dcd98b7102dd2f0e8b11d0f600bfb0c093,           0a4f113b,                                     6629fae49393a05397450978507c4ef1
        RFC 7616 §3.9.1,               MD5,         Mufasa,   Circle of Life,  http-auth@example.org, /dir/index.html, 7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v, f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ, 8ca523f5e9506fed4657c9700eebdbec
        RFC 7616 §3.9.1,               SHA-256,     Mufasa,   Circle of Life,  http-auth@example.org, /dir/index.html, 7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v, f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1
        'RFC 7616 §3.9.2, erratum 4897', SHA-512-256, Jäsøn Doe, 'Secret, or not?', api@example.org,      /doe.json,       5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK, NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v, 3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5
        """)
    @SuppressWarnings("ParameterNumber") // the columns of the table
    void vectors(
            String section,
            String algorithm,
            String name,
            String password,
            String realm,
            String uri,
            String nonce,
            String cnonce,
            String response)
            throws IOException {
        Digest digest = new Digest(Algorithm.of(algorithm).orElseThrow(), realm, nonce, "00000001", cnonce);
        assertThat(digest.response(name, new Secret(password(password)), "GET", uri))
                .as(section)
                .isEqualTo(response);
    }

    @Test
    void withoutQopItIsTheOldForm() throws IOException {
        // H(H(A1):nonce:H(A2)), by md5sum: RFC 2617 §3.2.2.1
        Digest digest = new Digest(Algorithm.MD5, REALM, "n", "", "");
        assertThat(digest.response("bob", new Secret(file), "INVITE", "sip:1@h"))
                .isEqualTo("61a91180256e82bd16ed328445e0dea0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret\n", "secret\r\nsecond line", "secret\n\n"})
    void thePasswordIsTheFirstLine(String text) throws IOException {
        Digest digest = new Digest(Algorithm.MD5, REALM, "n", "", "");
        assertThat(digest.response("bob", new Secret(password(text)), "INVITE", "sip:1@h"))
                .isEqualTo("61a91180256e82bd16ed328445e0dea0");
    }

    @Test
    void whatIsPrintedHasNoPassword() {
        assertThat(new Secret(file)).hasToString("Secret[" + file + "]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        # header                                                  | realm  | nonce  | algorithm   | qop   | stale
        Digest realm="r", nonce="n"                               | r      | n      | MD5         | false | false
        Digest realm="r",nonce="n",qop="auth,auth-int"            | r      | n      | MD5         | true  | false
        Digest realm = "r" , nonce = "n" , algorithm = sha-256    | r      | n      | SHA_256     | false | false
        digest Realm="a, b=c", Nonce="=", STALE=TRUE, qop=auth    | a, b=c | =      | MD5         | true  | true
        Digest realm="q\\"x", nonce="n", algorithm="SHA-512-256"  | q\\"x  | n      | SHA_512_256 | false | false
        Digest realm="", nonce="n", domain="sip:h", x=y           | ''     | n      | MD5         | false | false
        """)
    @SuppressWarnings("ParameterNumber") // the columns of the table
    void challengesThatAreRead(
            String header, String realm, String nonce, Algorithm algorithm, boolean hasQop, boolean isStale) {
        String text = header.replace("\\\\", "\\");
        Challenge challenge = Challenge.parse(text).orElseThrow();
        assertThat(challenge.realm()).isEqualTo(realm.replace("\\\\", "\\"));
        assertThat(challenge.nonce()).isEqualTo(nonce);
        assertThat(challenge.algorithm()).isEqualTo(algorithm);
        assertThat(challenge.hasQop()).isEqualTo(hasQop);
        assertThat(challenge.isStale()).isEqualTo(isStale);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Digest",
                "Basic realm=\"r\"",
                "Digest realm=\"r\"",
                "Digest nonce=\"n\"",
                "Digest realm=\"r\", nonce=\"\"",
                "Digest realm=\"r\", nonce=\"n",
                "Digest realm=\"r\\\", nonce=n",
                "Digest realm=\"r\", nonce=\"n\", realm=\"s\"",
                "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"",
                "Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess",
                "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-1",
                "Digest realm=\"r\", nonce=\"n\", =x",
                "Digest realm=\"r\", nonce=\"n\", junk",
                "Digest realm=\"r\u0001\", nonce=\"n\"",
            })
    void challengesThatAreNot(String header) {
        assertThat(Challenge.parse(header)).isEmpty();
    }

    @Test
    void aLongOrManyFieldedChallengeIsNotRead() {
        assertThat(Challenge.parse("Digest realm=\"r\", nonce=\"" + "n".repeat(513) + "\""))
                .isEmpty();
        StringBuilder many = new StringBuilder("Digest realm=\"r\", nonce=\"n\"");
        for (int i = 0; i < 23; i++) {
            many.append(", x").append(i).append("=y");
        }
        assertThat(Challenge.parse(many.toString())).isEmpty();
    }

    private static String challenge(String realm, String nonce, String algorithm, String more) {
        return "Digest realm=\"" + realm + "\", nonce=\"" + nonce + "\", algorithm=" + algorithm + more;
    }

    private static Fields only(Map<String, String> headers, String name) {
        assertThat(headers).containsOnlyKeys(name);
        return Fields.parse(headers.getOrDefault(name, "")).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "MD5 SHA-256 SHA-512-256, MD5 SHA_256 SHA_512_256, SHA-512-256",
        "SHA-256 MD5, MD5 SHA_256 SHA_512_256, SHA-256",
        "MD5 SHA-1, MD5 SHA_256 SHA_512_256, MD5",
        "MD5 SHA-256, SHA_256, SHA-256",
        "MD5 SHA-256, MD5, MD5",
        "MD5, SHA_256 SHA_512_256, ''",
        "MD5 SHA-256, SHA_512_256, ''",
    })
    void theStrongestThatMayBeIsAnswered(String offered, String allowed, String taken) {
        DigestMemory memory = new DigestMemory(new DigestUser("carrier", "bob", new Secret(file), set(allowed)));
        List<String> challenges = List.of(offered.split(" ")).stream()
                .map(algorithm -> challenge(REALM, "n", algorithm, ", qop=\"auth\""))
                .toList();
        assertThat(memory.learn(false, challenges, 0)).isEqualTo(!taken.isEmpty());
        if (taken.isEmpty()) {
            assertThat(memory.credentials("INVITE", "sip:1@h", 2)).isEmpty();
        } else {
            assertThat(only(memory.credentials("INVITE", "sip:1@h", 2), "Authorization")
                            .text("algorithm"))
                    .isEqualTo(taken);
        }
    }

    @Test
    void itIsSentAgainForANewNonceOrRealmOnly() {
        DigestMemory memory = new DigestMemory(user);
        List<String> first = List.of(challenge(REALM, "n1", "MD5", ""));
        assertThat(memory.learn(false, first, 0)).isTrue();
        assertThat(memory.learn(false, first, 1)).as("the same").isFalse();
        assertThat(memory.learn(false, List.of(challenge(REALM, "n2", "MD5", "")), 1))
                .as("the same realm, not stale")
                .isFalse();
        assertThat(memory.learn(false, List.of(challenge(REALM, "n1", "MD5", ", stale=true")), 1))
                .as("stale, with the same nonce")
                .isFalse();
        assertThat(memory.learn(false, List.of(challenge(REALM, "n2", "MD5", ", stale=true")), 1))
                .isTrue();
        assertThat(memory.learn(true, List.of(challenge(REALM, "n3", "MD5", "")), 1))
                .as("a proxy asks too")
                .isTrue();
        assertThat(memory.learn(false, List.of(challenge(REALM, "n4", "MD5", ", stale=true")), 2))
                .as("enough")
                .isFalse();
        assertThat(memory.credentials("BYE", "sip:1@h", 3)).containsOnlyKeys("Authorization", "Proxy-Authorization");
    }

    @Test
    void countsUpWithinANonceAndAnewWithTheNext() {
        DigestMemory memory = new DigestMemory(user);
        memory.learn(false, List.of(challenge(REALM, "n1", "MD5", ", qop=\"auth\", opaque=\"o\"")), 0);
        Map<String, String> ofInvite = memory.credentials("INVITE", "sip:1@h", 2);
        assertThat(only(ofInvite, "Authorization").text("nc")).isEqualTo("00000001");
        assertThat(only(ofInvite, "Authorization").text("opaque")).isEqualTo("o");
        Fields second = only(memory.credentials("BYE", "sip:1@h", 3), "Authorization");
        assertThat(second.text("nc")).isEqualTo("00000002");
        assertThat(second.text("cnonce"))
                .isNotEqualTo(only(ofInvite, "Authorization").text("cnonce"));
        assertThat(memory.ofInvite(2)).as("for its ACK").isEqualTo(ofInvite);
        assertThat(memory.ofInvite(3)).isEmpty();
        memory.learn(false, List.of(challenge(REALM, "n2", "MD5", ", qop=\"auth\", stale=true")), 0);
        assertThat(only(memory.credentials("BYE", "sip:1@h", 4), "Authorization")
                        .text("nc"))
                .isEqualTo("00000001");
    }

    @Test
    void manyRealmsAreNotKept() {
        DigestMemory memory = new DigestMemory(user);
        for (int i = 0; i < 20; i++) {
            memory.learn(false, List.of(challenge("r" + i, "n", "MD5", "")), 0);
        }
        assertThat(memory.credentials("BYE", "sip:1@h", 2)
                        .getOrDefault("Authorization", "")
                        .lines())
                .hasSize(4);
    }

    @Test
    void withoutAReadableFileItGoesOutWithoutCredentials() throws IOException {
        DigestMemory memory = new DigestMemory(user);
        memory.learn(false, List.of(challenge(REALM, "n", "MD5", "")), 0);
        Files.delete(file);
        assertThat(memory.credentials("INVITE", "sip:1@h", 2)).isEmpty();
    }

    // ours: what the other half of this class answers, judged

    private String answer(DigestGuard guard, DigestUser as, String uri, long nowNs) {
        DigestMemory memory = new DigestMemory(as);
        memory.learn(false, guard.challenges(false, HERE, nowNs).lines().toList(), 0);
        return memory.credentials("INVITE", uri, 2).getOrDefault("Authorization", "");
    }

    private static Set<Algorithm> set(String names) {
        return EnumSet.copyOf(
                Arrays.stream(names.split(" ")).map(Algorithm::valueOf).toList());
    }

    @ParameterizedTest
    @CsvSource({"MD5 SHA_256 SHA_512_256", "MD5 SHA_256", "MD5"})
    void offersTheStrongestFirst(String allowed) {
        DigestUser careful = new DigestUser("carrier", "bob", new Secret(file), set(allowed));
        List<Optional<Challenge>> challenges = new DigestGuard(careful, START_NS)
                .challenges(false, HERE, START_NS)
                .lines()
                .map(Challenge::parse)
                .toList();
        assertThat(challenges)
                .extracting(challenge -> challenge.orElseThrow().algorithm())
                .as("RFC 8760 §2.4")
                .containsExactlyElementsOf(List.copyOf(set(allowed)).reversed());
    }

    @Test
    void credentialsAreGoodOnce() {
        DigestGuard guard = new DigestGuard(user, START_NS);
        String header = answer(guard, user, "sip:1@h", START_NS);
        assertThat(judge(guard, header, "1", START_NS + 1)).isEqualTo(DigestGuard.Verdict.GOOD);
        assertThat(judge(guard, header, "1", START_NS + 2)).as("replayed").isEqualTo(DigestGuard.Verdict.STALE);
    }

    private static DigestGuard.Verdict judge(DigestGuard guard, String header, String called, long nowNs) {
        return guard.judge(List.of("Basic abc", header), "INVITE", called, nowNs);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        # changed                             | to                    | verdict
        username="bob"                        | username="eve"        | WRONG
        response="                            | response="0           | WRONG
        uri="sip:1@h"                         | uri="sip:2@h"         | WRONG
        algorithm=SHA-512-256                 | algorithm=MD5         | WRONG
        algorithm=SHA-512-256                 | algorithm=SHA-1       | WRONG
        nc=00000001                           | nc=00000002           | WRONG
        nc=00000001                           | nc=1                  | WRONG
        qop=auth                              | qop=auth-int          | WRONG
        nonce="                               | nonce="00             | WRONG
        realm="sotto"                         | realm="other"         | ABSENT
        Digest                                | Basic                 | ABSENT
        """)
    void whatIsChangedIsNotGood(String from, String to, DigestGuard.Verdict verdict) {
        DigestGuard guard = new DigestGuard(user, START_NS);
        String header = answer(guard, user, "sip:1@h", START_NS);
        assertThat(header).contains(from);
        assertThat(judge(guard, header.replace(from, to), "1", START_NS)).isEqualTo(verdict);
        assertThat(judge(guard, header, "1", START_NS))
                .as("it did not spoil the right one")
                .isEqualTo(DigestGuard.Verdict.GOOD);
    }

    @Test
    void anotherPasswordMethodOrNumberIsWrong() throws IOException {
        DigestGuard guard = new DigestGuard(user, START_NS);
        Path other = Files.writeString(directory.resolve("other"), "Secret");
        DigestUser eve = new DigestUser("carrier", "bob", new Secret(other), ALL);
        assertThat(judge(guard, answer(guard, eve, "sip:1@h", START_NS), "1", START_NS))
                .isEqualTo(DigestGuard.Verdict.WRONG);
        String header = answer(guard, user, "sip:1@h", START_NS);
        assertThat(judge(guard, header, "2", START_NS)).isEqualTo(DigestGuard.Verdict.WRONG);
        assertThat(guard.judge(List.of(header), "OPTIONS", "1", START_NS)).isEqualTo(DigestGuard.Verdict.WRONG);
    }

    @Test
    void anOldOrForeignNonceIsStaleForWhoKnowsThePassword() {
        DigestGuard guard = new DigestGuard(user, START_NS);
        String header = answer(guard, user, "sip:1@h", START_NS);
        assertThat(judge(guard, header, "1", START_NS + Nonces.LIFE_NS)).isEqualTo(DigestGuard.Verdict.STALE);
        DigestGuard restarted = new DigestGuard(user, START_NS);
        assertThat(judge(restarted, header, "1", START_NS)).isEqualTo(DigestGuard.Verdict.STALE);
        assertThat(judge(guard, header, "1", START_NS + Nonces.LIFE_NS - 1)).isEqualTo(DigestGuard.Verdict.GOOD);
    }

    @Test
    void usedNoncesAreForgotten() {
        Nonces nonces = new Nonces(START_NS);
        for (int i = 0; i < 1000; i++) {
            String nonce = nonces.make(HERE, START_NS);
            assertThat(nonces.use(nonce, 0xFFFF_FFFFL, START_NS)).isTrue();
            assertThat(nonces.use(nonce, 0xFFFF_FFFFL, START_NS)).isFalse();
        }
        assertThat(nonces.used()).isEqualTo(1000);
        long laterNs = START_NS + Nonces.LIFE_NS;
        assertThat(nonces.use(nonces.make(HERE, laterNs), 1, laterNs)).isTrue();
        assertThat(nonces.used()).isEqualTo(1);
    }

    @Test
    void aNonceTellsWhereItWasSent() {
        Nonces nonces = new Nonces(START_NS);
        for (String text : List.of("192.0.2.1", "2001:db8::1")) {
            InetAddress there = InetAddress.ofLiteral(text);
            String nonce = nonces.make(there, START_NS);
            assertThat(nonces.wasSentTo(there, nonce, START_NS + 1)).isTrue();
            assertThat(nonces.wasSentTo(HERE, nonce, START_NS + 1)).isFalse();
            assertThat(nonces.wasSentTo(there, nonce, START_NS + Nonces.LIFE_NS))
                    .isFalse();
            assertThat(nonces.wasSentTo(there, nonce.replaceFirst("^..", "zz"), START_NS))
                    .isFalse();
            assertThat(nonces.use(nonce, 1, START_NS + 1)).as("from anywhere").isTrue();
        }
        assertThat(nonces.make(HERE, START_NS)).isNotEqualTo(nonces.make(HERE, START_NS));
    }
}
