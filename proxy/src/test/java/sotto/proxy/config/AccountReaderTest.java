package sotto.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys of a peer's section that are about its password. */
final class AccountReaderTest {
    @TempDir
    Path home;

    private Path password = Path.of("");

    @BeforeEach
    void password() throws IOException {
        password = Files.writeString(home.resolve("pw"), "sesame");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    }

    private ConfigReader.Reading read(String keys) throws IOException {
        String yaml = "trunk: {address: \"192.0.2.10:5060\", " + keys + "}\n"
                + "agents: {address: \"127.0.0.1:5080\"}\n"
                + "gateway: {kind: connector, url: \"http://127.0.0.1:8090/pay\"}\n";
        return ConfigReader.parse(yaml, home).reading();
    }

    private Optional<Account> account(String keys) throws IOException {
        ConfigReader.Reading reading = read(keys);
        assertThat(reading.problems()).isEmpty();
        return reading.config().orElseThrow().peering().trunks().getFirst().account();
    }

    @Test
    void withoutKeysThereIsNone() throws IOException {
        assertThat(account("srtp: forbid")).isEmpty();
    }

    @Test
    void userAndPasswordAreEnough() throws IOException {
        assertThat(account("user: sotto-1, password-file: pw"))
                .contains(new Account("sotto-1", password, EnumSet.allOf(Account.Hash.class), false, Optional.empty()));
    }

    @Test
    void allKeys() throws IOException {
        assertThat(account("user: u, password-file: pw, digest: sha-512-256 sha-256, authenticate: true,"
                        + " register: {expires: 600s, retry: 10s}"))
                .contains(new Account(
                        "u",
                        password,
                        Set.of(Account.Hash.SHA_256, Account.Hash.SHA_512_256),
                        true,
                        Optional.of(new Account.Registration(Duration.ofMinutes(10), Duration.ofSeconds(10)))));
    }

    @Test
    void aRegistrationHasDefaults() throws IOException {
        assertThat(account("user: u, password-file: pw, register: {}")
                        .orElseThrow()
                        .registration())
                .contains(new Account.Registration(Duration.ofHours(1), Duration.ofSeconds(30)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            textBlock =
                    """
            user: u                                     ~ trunk.password-file is missing; write the name of a file
            password-file: pw                           ~ trunk.user is missing; write the name that goes with the password
            user: a b, password-file: pw                ~ trunk.user=a b is not 1 to 64 letters, digits and . _ + -
            user: u, password-file: none                ~ none is not a file that this user can read
            user: u, password-file: pw, digest: sha-1   ~ trunk.digest=sha-1 is not md5, sha-256 and sha-512-256
            user: u, password-file: pw, register: {expires: 5s} ~ trunk.register.expires=5s is not in 60s..1d
            user: u, password-file: pw, register: {refresh: 5s} ~ trunk.register.refresh is not a key
            """)
    void oneWrongKey(String keys, String message) throws IOException {
        assertThat(read(keys).problems()).singleElement().asString().contains(message);
    }

    @ParameterizedTest
    @CsvSource({"authenticate: true", "register: {expires: 60s}"})
    void needsAPassword(String keys) throws IOException {
        assertThat(read(keys).problems())
                .satisfiesExactlyInAnyOrder(
                        text -> assertThat(text).contains("trunk.user is missing"),
                        text -> assertThat(text).contains("trunk.password-file is missing"));
    }

    @Test
    void aPasswordThatOthersCanReadIsRefused() throws IOException {
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(read("user: u, password-file: pw").problems())
                .singleElement()
                .asString()
                .contains("run chmod 600 ");
    }
}
