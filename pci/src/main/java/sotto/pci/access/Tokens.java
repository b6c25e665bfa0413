package sotto.pci.access;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens of the API. Thread-safe. Only a hash is kept: one line of SHA-256 in hexadecimal for each token. A token
 * is 256 random bits, so a plain hash is enough: there is nothing to guess.
 */
public final class Tokens {
    private static final Set<PosixFilePermission> OWNER_ONLY_DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_ONLY_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Pattern LINE = Pattern.compile("[0-9a-f]{64}");
    private static final int TOKEN_BYTES = 32;

    private final List<byte[]> hashes;
    private final AtomicReference<@Nullable String> bootstrap;

    private Tokens(List<byte[]> hashes, @Nullable String bootstrap) {
        this.hashes = List.copyOf(hashes);
        this.bootstrap = new AtomicReference<>(bootstrap);
    }

    /**
     * Opens the store, and makes the first token where there is none.
     *
     * @param directory owner-only, made where missing
     * @throws IOException where it cannot be read or written, or a line is not a hash
     */
    public static Tokens open(Path directory) throws IOException {
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY_DIRECTORY));
        Files.setPosixFilePermissions(directory, OWNER_ONLY_DIRECTORY); // it may have been there, and open to others
        Path file = directory.resolve("tokens");
        if (Files.exists(file)) {
            Files.setPosixFilePermissions(file, OWNER_ONLY_FILE);
            return new Tokens(read(file), null);
        }
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        byte[] hash = hash(token);
        write(file, HexFormat.of().formatHex(hash) + "\n");
        return new Tokens(List.of(hash), token);
    }

    private static List<byte[]> read(Path file) throws IOException {
        List<byte[]> hashes = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
            if (!LINE.matcher(line).matches()) {
                throw new IOException(file + ": line " + (hashes.size() + 1)
                        + " is not a SHA-256 in hexadecimal; restore the file, or remove it to get a new first token");
            }
            hashes.add(HexFormat.of().parseHex(line));
        }
        return hashes;
    }

    /** All or nothing: a crash leaves no half store, which would refuse everybody. */
    private static void write(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling("tokens.new");
        Files.deleteIfExists(fresh); // left by a crash
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY_FILE))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The token that this start made; given out once, and gone after. */
    public Optional<String> takeBootstrap() {
        return Optional.ofNullable(bootstrap.getAndSet(null));
    }

    /** True for a token of this store; takes the same time whichever is wrong. */
    public boolean accepts(String token) {
        byte[] hash = hash(token);
        boolean found = false;
        for (byte[] kept : hashes) {
            found |= MessageDigest.isEqual(kept, hash);
        }
        return found;
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
