package sotto.proxy.location;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps bindings over a restart, in one file that only its owner may read. Used by one thread at a time.
 *
 * <pre>
 *  what happens                    file
 *  change                          one line more, written before the phone has its 200: kill -9 loses none
 *  many lines more than bindings   written anew beside it, synced, and renamed over it: there is always a whole one
 *  power fails                     what the system had not written is lost; a cut line is left out
 *  cannot be written               told once; the table goes on in memory, and the next change tries to write all of it
 * </pre>
 *
 * <p>Its first line has a secret that tokens are made of, so that a phone keeps its token.
 */
final class BindingFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BindingFile.class);
    private static final String HEAD = "sotto-registrations-1 ";
    private static final int SECRET_BYTES = 32;
    private static final int SPARE_LINES = 1000;

    private final Path path;
    private final byte[] secret;
    private final Map<String, Binding> loaded = new LinkedHashMap<>();
    private @Nullable FileChannel channel;
    private int lines;
    private boolean failing;

    private BindingFile(Path path, byte[] secret) {
        this.path = path;
        this.secret = secret;
    }

    /**
     * Reads what there is, and writes it anew.
     *
     * @throws IOException where it can be neither read nor made
     */
    static BindingFile open(Path path) throws IOException {
        List<String> text;
        try {
            text = Files.readString(path, UTF_8).lines().toList();
        } catch (NoSuchFileException e) {
            text = List.of();
        }
        boolean isOurs = !text.isEmpty() && text.getFirst().matches(HEAD + "[0-9a-f]{64}");
        byte[] secret = new byte[SECRET_BYTES];
        if (isOurs) {
            secret = HexFormat.of().parseHex(text.getFirst().substring(HEAD.length()));
        } else {
            new SecureRandom().nextBytes(secret);
        }
        BindingFile file = new BindingFile(path, secret);
        int odd = 0;
        for (String line : isOurs ? text.subList(1, text.size()) : List.<String>of()) {
            var change = BindingText.parse(line);
            odd += change.isEmpty() ? 1 : 0;
            change.ifPresent(c -> c.binding()
                    .ifPresentOrElse(b -> file.loaded.put(c.token(), b), () -> file.loaded.remove(c.token())));
        }
        if (odd > 0 || (!isOurs && !text.isEmpty())) {
            LOG.warn(
                    "registrations in {} are incomplete: {} of {} lines could not be read; phones in them are reached again"
                            + " when they register next",
                    path,
                    isOurs ? odd : text.size(),
                    text.size());
        }
        file.rewrite(file.loaded.values());
        return file;
    }

    byte[] secret() {
        return secret.clone();
    }

    /** What was in it, those that are over too. */
    Collection<Binding> loaded() {
        return List.copyOf(loaded.values());
    }

    /**
     * Writes a change.
     *
     * @param now all bindings after it
     */
    void write(String line, Collection<Binding> now) {
        FileChannel open = channel;
        try {
            if (open == null || lines > 2 * now.size() + SPARE_LINES) {
                rewrite(now);
            } else {
                append(open, line + "\n");
                lines++;
            }
            failing = false;
        } catch (IOException e) {
            close(); // it may end in half a line
            if (!failing) {
                LOG.error(
                        "registrations cannot be written to {} ({}); calls go on, and a restart before this is mended"
                                + " forgets phones that register from now on; look at the disk and at the owner of the file",
                        path,
                        e.toString());
            }
            failing = true;
        }
    }

    private static void append(FileChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void rewrite(Collection<Binding> bindings) throws IOException {
        close();
        StringBuilder text =
                new StringBuilder(HEAD).append(HexFormat.of().formatHex(secret)).append('\n');
        bindings.forEach(binding -> text.append(BindingText.put(binding)).append('\n'));
        Path beside = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(beside);
        FileChannel fresh = FileChannel.open(
                beside,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            append(fresh, text.toString());
            fresh.force(true);
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
        channel = fresh; // the same file, by its new name
        lines = bindings.size();
    }

    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("the file of registrations did not close in order: {}", e.toString());
            }
        }
    }
}
