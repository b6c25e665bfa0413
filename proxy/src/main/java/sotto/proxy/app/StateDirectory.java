package sotto.proxy.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Where one instance keeps journal and tokens; held by a file lock, for two would write over each other. */
final class StateDirectory implements AutoCloseable {
    private final FileChannel lock;

    private StateDirectory(FileChannel lock) {
        this.lock = lock;
    }

    /**
     * Makes it, owner-only, where it is missing, and takes it.
     *
     * @throws IOException where another instance has it, or it cannot be written
     */
    static StateDirectory claim(Path directory) throws IOException {
        FileChannel channel = open(directory);
        try {
            if (channel.tryLock() != null) {
                return new StateDirectory(channel);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw taken(directory, e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw taken(directory, null);
    }

    private static FileChannel open(Path directory) throws IOException {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(
                    "state.directory=" + directory + " cannot be made or written (" + e
                            + "); correct its owner and mode, or name another",
                    e);
        }
    }

    private static IOException taken(Path directory, @org.jspecify.annotations.Nullable Exception cause) {
        return new IOException(
                "state.directory=" + directory + " is in use by another instance; give this one its own", cause);
    }

    @Override
    public void close() throws IOException {
        lock.close(); // the lock goes with it
    }
}
