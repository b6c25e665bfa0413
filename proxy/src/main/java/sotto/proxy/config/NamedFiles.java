package sotto.proxy.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.CertificateException;
import java.util.Optional;
import sotto.proxy.stir.CertificateStore;

/**
 * Files and directories that a configuration names. Says what is wrong with them, never what is in them.
 *
 * @param home where relative names start
 */
record NamedFiles(Path home) {
    /** A file that is there and can be read. */
    Optional<Path> readable(Section keys, String key) {
        Optional<Path> file = keys.text(key, "a file name", "write a path", this::path);
        file.filter(f -> !Files.isRegularFile(f) || !Files.isReadable(f))
                .ifPresent(f -> keys.problem(
                        key,
                        "=" + f + " is not a file that this user can read; correct the name, or its owner and mode"));
        return file;
    }

    /** A readable file that others on this machine cannot read. */
    Optional<Path> secret(Section keys, String key) {
        Optional<Path> file = readable(keys, key);
        file.filter(NamedFiles::isOpenToOthers)
                .ifPresent(f ->
                        keys.problem(key, "=" + f + " can be read by everybody on this machine; run chmod 600 " + f));
        return file;
    }

    /** A readable file with certificates in PEM. */
    Optional<Path> certificates(Section keys, String key) {
        Optional<Path> file = readable(keys, key).filter(Files::isReadable);
        file.ifPresent(f -> {
            try {
                CertificateStore.certificates(f);
            } catch (IOException | CertificateException e) {
                keys.problem(key, "=" + f + " has no certificate that can be read; write a PEM file");
            }
        });
        return file;
    }

    /** A directory that is there and can be read. */
    Optional<Path> readableDirectory(Section keys, String key) {
        Optional<Path> directory = keys.text(key, "a directory name", "write a path", this::path);
        directory
                .filter(d -> !Files.isDirectory(d) || !Files.isReadable(d))
                .ifPresent(d -> keys.problem(
                        key,
                        "=" + d + " is not a directory that this user can read; make it, or correct its owner and"
                                + " mode"));
        return directory;
    }

    /**
     * A directory that is there, or can be made.
     *
     * @param isUsed whether it is to be checked
     */
    Path directory(Section keys, String key, String fallback, boolean isUsed) {
        Path directory = keys.text(
                        key, "a directory name", "write a path; without the key it is " + fallback, this::path)
                .orElseGet(() -> home.resolve(fallback));
        Path there = directory;
        while (there.getParent() != null && Files.notExists(there)) {
            there = there.getParent();
        }
        if (isUsed && !(Files.isDirectory(there) && Files.isWritable(there))) {
            keys.problem(
                    key,
                    "=" + directory + " cannot be written: " + there
                            + " is no directory that this user may write to; correct the name, or its owner and mode");
        }
        return directory;
    }

    private Optional<Path> path(String text) {
        try {
            return Optional.of(home.resolve(text).normalize());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static boolean isOpenToOthers(Path file) {
        try {
            return Files.isRegularFile(file)
                    && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException e) {
            return false; // not readable at all: said already
        } catch (UnsupportedOperationException e) {
            return false; // no such modes on this file system
        }
    }
}
