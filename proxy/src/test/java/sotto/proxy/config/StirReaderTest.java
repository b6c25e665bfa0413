package sotto.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.stir.Attest;
import sotto.proxy.stir.Pki;
import sotto.proxy.stir.SigningKey;

/** Keys about who vouches for callers. */
final class StirReaderTest {
    private static final String STORE = "stir: {certificates: certificates, anchors: anchors.pem}";
    private static final String SIGN =
            "stir: {sign: {certificate: signer.pem, key-file: signer.key, x5u: \"https://cert.example.org/a.pem\"}}";

    @TempDir
    Path home;

    @BeforeEach
    void files() throws IOException {
        Pki pki = new Pki(home);
        pki.signingKey(pki.usual(Pki.keys("secp256r1")));
        Files.writeString(home.resolve("sec1.key"), "-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0\n");
        Files.writeString(
                home.resolve("nonsense.key"), "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
        Files.copy(home.resolve("signer.key"), home.resolve("open.key"));
        for (String name : List.of("sec1.key", "nonsense.key", "open.key")) {
            boolean isOpen = name.startsWith("open");
            Files.setPosixFilePermissions(
                    home.resolve(name), PosixFilePermissions.fromString(isOpen ? "rw-r--r--" : "rw-------"));
        }
    }

    private ConfigReader.Reading read(String ofTrunk, String whole) throws IOException {
        String yaml = "trunk: {address: \"192.0.2.10:5060\", " + ofTrunk + "}\n"
                + "agents: {address: \"127.0.0.1:5080\"}\n"
                + "gateway: {kind: connector, url: \"http://127.0.0.1:8090/pay\"}\n" + whole + "\n";
        return ConfigReader.parse(yaml, home).reading();
    }

    private PeerStir stir(String ofTrunk, String whole) throws IOException {
        ConfigReader.Reading reading = read(ofTrunk, whole);
        assertThat(reading.problems()).isEmpty();
        return reading.config().orElseThrow().peering().trunks().getFirst().stir();
    }

    @Test
    void withoutKeysNothingIsDone() throws IOException {
        assertThat(stir("srtp: forbid", "")).isEqualTo(PeerStir.NONE);
        assertThat(stir("srtp: forbid", STORE)).isEqualTo(PeerStir.NONE);
    }

    @Test
    void verification() throws IOException {
        Path certificates = home.resolve("certificates");
        Path anchors = home.resolve("anchors.pem");
        assertThat(stir("stir: {verify: mark}", STORE).verification())
                .contains(new PeerStir.Verification(false, certificates, anchors, Duration.ofSeconds(60)));
        assertThat(stir("stir: {verify: require}", STORE.replace("}", ", max-age: 10s}"))
                        .verification())
                .contains(new PeerStir.Verification(true, certificates, anchors, Duration.ofSeconds(10)));
    }

    @Test
    void signing() throws IOException {
        SigningKey key = new SigningKey(home.resolve("signer.key"), home.resolve("signer.pem"));
        assertThat(stir(SIGN, "").sign()).contains(new PeerStir.Sign(key, "https://cert.example.org/a.pem", Attest.A));
        PeerStir all = stir(
                SIGN.replace("a.pem\"", "a.pem\", attest: B").replace("{sign", "{attest-full: +4930 49401, sign"), "");
        assertThat(all.sign().map(PeerStir.Sign::attest)).contains(Attest.B);
        assertThat(all.attestFull()).containsExactly("4930", "49401");
        assertThat(all.verification()).isEqualTo(Optional.empty());
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '~',
            textBlock =
                    """
            verify: mark                     ~                       ~ stir.certificates is missing
            verify: mark                     ~                       ~ stir.anchors is missing
            verify: maybe                    ~                       ~ trunk.stir.verify=maybe is not in off|mark|require
            verify: off                      ~ anchors: signer.key   ~ signer.key has no certificate that can be read
            verify: off                      ~ certificates: nowhere ~ nowhere is not a directory that this user can read
            attest-full: +49 x               ~                       ~ trunk.stir.attest-full=+49 x is not beginnings of numbers
            sign: {}                         ~                       ~ trunk.stir.sign.key-file is missing
            sign: {x5u: "http://a.b/c"}      ~                       ~ trunk.stir.sign.x5u=http://a.b/c is not an https URL
            sign: {attest: D}                ~                       ~ trunk.stir.sign.attest=D is not A, B or C
            sign: {key-file: open.key}       ~                       ~ open.key can be read by everybody on this machine; run chmod 600
            SIGN sec1.key                    ~                       ~ sec1.key has no '-----BEGIN PRIVATE KEY-----'
            SIGN nonsense.key                ~                       ~ nonsense.key is no key for ES256
            OTHER                            ~                       ~ signer.key does not go with certificate
            """)
    void eachProblemIsSaid(String ofTrunk, String store, String problem) throws IOException {
        String keys = ofTrunk.startsWith("SIGN")
                ? SIGN.replace("signer.key", ofTrunk.substring(5))
                : ofTrunk.equals("OTHER") ? SIGN.replace("signer.pem", "anchors.pem") : "stir: {" + ofTrunk + "}";
        List<String> problems =
                read(keys, store == null ? "" : "stir: {" + store + "}").problems();
        assertThat(String.join("\n", problems)).contains(problem).doesNotContain("c2VjcmV0");
    }
}
