package sotto.pci.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store on a real file system. */
final class TokensTest {
    @TempDir
    private Path parent;

    private Path directory;

    @BeforeEach
    void name() {
        directory = parent.resolve("access");
    }

    @Test
    void givesTheFirstTokenOutOnce() throws IOException {
        Tokens tokens = Tokens.open(directory);
        String token = tokens.takeBootstrap().orElseThrow();
        assertThat(Base64.getUrlDecoder().decode(token)).hasSize(32);
        assertThat(tokens.takeBootstrap()).isEmpty();
        assertThat(tokens.accepts(token)).isTrue();
        assertThat(tokens.accepts(token.substring(1))).isFalse();
        assertThat(tokens.accepts("")).isFalse();
    }

    @Test
    void keepsOnlyAHash() throws IOException {
        String token = Tokens.open(directory).takeBootstrap().orElseThrow();
        assertThat(directory.resolve("tokens"))
                .content()
                .matches("[0-9a-f]{64}\n")
                .doesNotContain(token);
        assertThat(mode(directory)).isEqualTo("rwx------");
        assertThat(mode(directory.resolve("tokens"))).isEqualTo("rw-------");
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void opensAgainWithoutANewToken() throws IOException {
        String token = Tokens.open(directory).takeBootstrap().orElseThrow();
        Tokens again = Tokens.open(directory);
        assertThat(again.takeBootstrap()).isEmpty();
        assertThat(again.accepts(token)).isTrue();
    }

    @Test
    void acceptsEachOfSeveral() throws IOException {
        String first = Tokens.open(directory).takeBootstrap().orElseThrow();
        String second = Tokens.open(parent.resolve("other")).takeBootstrap().orElseThrow();
        Files.writeString(
                directory.resolve("tokens"),
                Files.readString(directory.resolve("tokens"))
                        + Files.readString(parent.resolve("other").resolve("tokens")));
        Tokens both = Tokens.open(directory);
        assertThat(both.accepts(first)).isTrue();
        assertThat(both.accepts(second)).isTrue();
    }

    @Test
    void closesAStoreThatOthersCouldRead() throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(directory.resolve("tokens"), "");
        Files.setPosixFilePermissions(directory.resolve("tokens"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(Tokens.open(directory).takeBootstrap()).isEmpty(); // a store is there: no new way in
        assertThat(mode(directory)).isEqualTo("rwx------");
        assertThat(mode(directory.resolve("tokens"))).isEqualTo("rw-------");
    }

    @Test
    void refusesAStoreThatIsDamaged() throws IOException {
        Tokens.open(directory);
        Files.writeString(directory.resolve("tokens"), "secret-in-clear\n");
        assertThatIOException()
                .isThrownBy(() -> Tokens.open(directory))
                .withMessageContaining("line 1")
                .withMessageNotContaining("secret-in-clear");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
