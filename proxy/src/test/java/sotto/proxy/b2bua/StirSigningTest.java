package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.Account;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerPolicy.Rules;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.PeerStir;
import sotto.proxy.config.Peering;
import sotto.proxy.e2e.Peers;
import sotto.proxy.sdp.CodecPolicy;
import sotto.proxy.stir.Attest;
import sotto.proxy.stir.Pki;
import sotto.proxy.stir.SigningKey;

/** Our word on callers' numbers, over sockets, checked by others. */
@Execution(ExecutionMode.CONCURRENT)
final class StirSigningTest {
    private static final String X5U = Pki.X5U;
    private static final PeerPolicy TRUSTED = new PeerPolicy(true, Rules.NONE, Rules.NONE, CodecPolicy.ANY);
    private static final String FROM = "+12155551212";
    private static final String TO = "+12125551213";

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private final KeyPair keys = Pki.keys("secp256r1");

    @TempDir
    Path home;

    private Optional<Rig> rig = Optional.empty();

    StirSigningTest() throws IOException {}

    @AfterEach
    void stop() {
        rig.ifPresent(Rig::close);
        trunk.close();
        agents.close();
    }

    private PeerSettings carrier() {
        return Rig.peer("carrier", trunk.port(), PeerSettings.Transport.UDP);
    }

    private PeerSettings pbx() {
        return Rig.peer("pbx", agents.port(), PeerSettings.Transport.UDP);
    }

    private Rig start(PeerSettings ofTrunk, PeerSettings ofAgents) throws IOException {
        Rig started = new Rig(
                ports,
                new Rig.Options(Peering.of(ofTrunk, ofAgents), Duration.ofSeconds(60), 100, Optional.empty()),
                Duration.ofMinutes(5));
        rig = Optional.of(started);
        return started;
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private static String invite(RawPeer of, String name, String from, String more) {
        return of.invite(name, more, of.sdp("sendrecv"))
                .replace("<sip:ann@127.0.0.1>", "<sip:" + from + "@127.0.0.1;user=phone>")
                .replace("sip:agent@127.0.0.1", "sip:" + TO + "@127.0.0.1");
    }

    private PeerStir signing(Attest most) {
        Pki pki = new Pki(home);
        SigningKey key = pki.signingKey(pki.usual(keys));
        return new PeerStir(Optional.empty(), List.of(), Optional.of(new PeerStir.Sign(key, X5U, most)));
    }

    private static PeerStir full(String... prefixes) {
        return new PeerStir(Optional.empty(), List.of(prefixes), Optional.empty());
    }

    private String seenByTrunk(String name, String from, String more) {
        agents.send(invite(agents, name, from, more));
        return trunk.await("INVITE ");
    }

    @Test
    void aSignedCallIsVerifiedByOthers() throws Exception {
        Rig running = start(carrier().with(signing(Attest.A)), pbx().with(full("121")));
        String invite = seenByTrunk("s1", FROM, "");
        String identity = RawPeer.header(invite, "Identity");
        assertThat(identity).endsWith(";info=<" + X5U + ">;alg=ES256;ppt=shaken");
        String[] parts = identity.substring(0, identity.indexOf(';')).split("\\.");
        JsonNode header = new ObjectMapper().readTree(Base64.getUrlDecoder().decode(parts[0]));
        JsonNode claims = new ObjectMapper().readTree(Base64.getUrlDecoder().decode(parts[1]));
        assertThat(header.toString())
                .isEqualTo("{\"alg\":\"ES256\",\"ppt\":\"shaken\",\"typ\":\"passport\",\"x5u\":\"" + X5U + "\"}");
        assertThat(claims.path("attest").asText()).isEqualTo("A");
        assertThat(claims.path("orig").toString()).isEqualTo("{\"tn\":\"12155551212\"}");
        assertThat(claims.path("dest").toString()).isEqualTo("{\"tn\":[\"12125551213\"]}");
        assertThat(claims.path("iat").asLong()).isBetween(now() - 5, now());
        String origid = UUID.fromString(claims.path("origid").asText()).toString();
        ZonedDateTime date = ZonedDateTime.parse(RawPeer.header(invite, "Date"), DateTimeFormatter.RFC_1123_DATE_TIME);
        assertThat(date.withZoneSameInstant(ZoneOffset.UTC).toEpochSecond())
                .isEqualTo(claims.path("iat").asLong());
        assertThat(opensslVerifies(parts)).as("openssl").isEqualTo("Verified OK");
        assertThat(running.calls.find("s1").flatMap(CallView::identity))
                .contains(new CallView.IdentityView(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("A"),
                        Optional.of(origid),
                        Optional.of("O=Carrier,CN=Signer")));
        assertThat(running.told.signed).containsExactly("A");
    }

    /** What openssl says of it, with nothing of ours. */
    private String opensslVerifies(String[] parts) throws Exception {
        Peers.require("openssl", "openssl");
        byte[] raw = Base64.getUrlDecoder().decode(parts[2]);
        ASN1EncodableVector both = new ASN1EncodableVector();
        both.add(new ASN1Integer(new BigInteger(1, raw, 0, 32)));
        both.add(new ASN1Integer(new BigInteger(1, raw, 32, 32)));
        Path der = Files.write(home.resolve("signature.der"), new DERSequence(both).getEncoded());
        Path input = Files.writeString(home.resolve("input"), parts[0] + "." + parts[1], US_ASCII);
        Path key = Files.writeString(
                home.resolve("public.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getPublic().getEncoded()) + "\n-----END PUBLIC KEY-----\n");
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "dgst",
                        "-sha256",
                        "-verify",
                        key.toString(),
                        "-signature",
                        der.toString(),
                        input.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(openssl.getInputStream().readAllBytes(), US_ASCII).strip();
        assertThat(openssl.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    @ParameterizedTest(name = "{0}, at most {1}: {2}")
    @CsvSource(
            textBlock =
                    """
            # its peer,               most, attest
            has the number,           A,    A
            has the number,           B,    B
            shows a password,         A,    B
            shows a password,         C,    C
            is only where it is,      A,    C
            """)
    void attestation(String which, Attest most, String attest) throws IOException {
        PeerSettings caller =
                switch (which) {
                    case "has the number" -> pbx().with(full("999", "12155551"));
                    case "shows a password" ->
                        Rig.peer("pbx", agents.port(), PeerSettings.Transport.UDP, Optional.of(account()))
                                .with(full("99"));
                    default -> pbx().with(full("22155551"));
                };
        Rig running = start(carrier().with(signing(most)), caller);
        if (which.equals("shows a password")) {
            agents.send(invite(agents, "a1", FROM, ""));
            String challenge = RawPeer.header(agents.await("SIP/2.0 401"), "WWW-Authenticate");
            String uri = "sip:" + TO + "@127.0.0.1";
            agents.send(invite(agents, "a1", FROM, DigestOracle.authorization(challenge, DigestOracle.PASSWORD, uri, 1))
                    .replace("z9hG4bKa1", "z9hG4bKa2"));
        } else {
            agents.send(invite(agents, "a1", FROM, ""));
        }
        String identity = RawPeer.header(trunk.await("INVITE "), "Identity");
        String claims = new String(Base64.getUrlDecoder().decode(identity.split("\\.")[1]), US_ASCII);
        assertThat(claims).startsWith("{\"attest\":\"" + attest + "\",");
        assertThat(running.told.signed).containsExactly(attest);
    }

    private Account account() throws IOException {
        Path password = DigestOracle.passwordFile(home);
        return new Account(DigestOracle.USER, password, EnumSet.of(Account.Hash.MD5), true, Optional.empty());
    }

    @Test
    void whoWantsPrivacyOrHasNoNumberIsNotSigned() throws IOException {
        Rig running = start(carrier().with(signing(Attest.A)), pbx());
        assertThat(seenByTrunk("n1", FROM, "Privacy: id\r\n")).doesNotContain("Identity", "12155551212");
        assertThat(running.told.signed).containsExactly("none");
        agents.send(invite(agents, "n2", "ann", ""));
        assertThat(trunk.await("INVITE ", 2)).doesNotContain("Identity:");
        Rig.until(
                "it is there, and not the first one again",
                () -> running.calls.find("n2").isPresent());
        assertThat(running.calls.find("n2").orElseThrow().identity()).isEmpty();
    }

    @Test
    void theAssertedNumberOfATrustedPeerIsSigned() throws IOException {
        start(carrier().with(signing(Attest.A)), pbx().with(TRUSTED));
        String invite = seenByTrunk("n3", "+49301", "P-Asserted-Identity: <sip:" + FROM + "@inside>\r\n");
        String claims = new String(
                Base64.getUrlDecoder().decode(RawPeer.header(invite, "Identity").split("\\.")[1]), US_ASCII);
        assertThat(claims).contains("\"orig\":{\"tn\":\"12155551212\"}");
    }

    @Test
    void withoutItsKeyACallGoesUnsigned() throws IOException {
        PeerStir signing = signing(Attest.A);
        Rig running = start(carrier().with(signing), pbx());
        Files.writeString(signing.sign().orElseThrow().key().keyFile(), "-----BEGIN EC PRIVATE KEY-----\n");
        assertThat(seenByTrunk("k1", FROM, "")).doesNotContain("Identity:");
        assertThat(running.told.signed).containsExactly("none");
    }
}
