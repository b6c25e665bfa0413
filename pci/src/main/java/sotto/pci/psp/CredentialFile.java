package sotto.pci.psp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;

/** A credential in a file's first line. Read for each payment, so that a new one needs no restart. */
public record CredentialFile(Path path) {
    /**
     * Reads it.
     *
     * @throws IOException where there is no such file or its first line is empty; names the file, never what is in it
     */
    public String secret() throws IOException {
        try (Stream<String> lines = Files.lines(path, StandardCharsets.UTF_8)) {
            return lines.findFirst()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .orElseThrow(() -> new IOException("credential file " + path + " has no first line"));
        } catch (UncheckedIOException | FileSystemException e) {
            throw new IOException("credential file " + path + " cannot be read", e);
        }
    }

    /** Value of an Authorization header: {@code user:password} is Basic (RFC 7617), anything else Bearer (RFC 6750). */
    public String authorization() throws IOException {
        String secret = secret();
        if (secret.startsWith("Basic ") || secret.startsWith("Bearer ")) {
            return secret;
        }
        return secret.contains(":")
                ? "Basic " + Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8))
                : "Bearer " + secret;
    }
}
