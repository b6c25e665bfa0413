package sotto.media.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * The calls of Linux that a ring needs. One thread at a time. A result is what the call returns, or the error number,
 * negated.
 *
 * <p>The three of io_uring have no function in libc; their numbers are the same on all machines (asm-generic/unistd.h).
 */
@SuppressWarnings("restricted") // native calls are what it is for; granted by --enable-native-access, ADR 0002
final class Libc {
    private static final long IO_URING_SETUP = 425;
    private static final long IO_URING_ENTER = 426;
    private static final long IO_URING_REGISTER = 427;
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_SHARED_POPULATE = 1 | 0x8000;
    private static final int EFD_CLOEXEC_NONBLOCK = 0x8_0000 | 0x800;

    private static final MemoryLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
    private static final long ERRNO = ERRNO_LAYOUT.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = function(
            "syscall",
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle MMAP = function(
            "mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP =
            function("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle EVENTFD =
            function("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle EVENTFD_WRITE =
            function("eventfd_write", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final MemorySegment errno;

    /** @param arena lives as long as this is used */
    Libc(Arena arena) {
        errno = arena.allocate(ERRNO_LAYOUT);
    }

    private static MethodHandle function(String name, FunctionDescriptor as, Linker.Option... more) {
        Linker.Option[] options = Arrays.copyOf(more, more.length + 1);
        options[more.length] = Linker.Option.captureCallState("errno");
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), as, options);
    }

    /** @param params address of a {@code struct io_uring_params}, which has the kernel's answers then */
    int setup(int entries, long params) {
        try {
            return result((long) SYSCALL.invokeExact(errno, IO_URING_SETUP, (long) entries, params, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int register(int ring, int what, long argument, int count) {
        try {
            return result((long) SYSCALL.invokeExact(
                    errno, IO_URING_REGISTER, (long) ring, (long) what, argument, (long) count, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** @param argument address of a {@code struct io_uring_getevents_arg}, or 0 */
    int enter(int ring, int toSubmit, int waitFor, int flags, long argument) {
        try {
            return result((long) SYSCALL.invokeExact(
                    errno,
                    IO_URING_ENTER,
                    (long) ring,
                    (long) toSubmit,
                    (long) waitFor,
                    (long) flags,
                    argument,
                    argument == 0 ? 0L : Abi.GETEVENTS_ARG_BYTES));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Maps a part of a ring; its address, or a negated error number. */
    long map(int ring, long bytes, long offset) {
        try {
            long address =
                    (long) MMAP.invokeExact(errno, 0L, bytes, PROT_READ_WRITE, MAP_SHARED_POPULATE, ring, offset);
            return address == -1 ? -error() : address;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void unmap(long address, long bytes) {
        try {
            result((int) MUNMAP.invokeExact(errno, address, bytes));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int eventfd() {
        try {
            return result((int) EVENTFD.invokeExact(errno, 0, EFD_CLOEXEC_NONBLOCK));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int addTo(int eventfd) {
        try {
            return result((int) EVENTFD_WRITE.invokeExact(errno, eventfd, 1L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void close(int descriptor) {
        try {
            result((int) CLOSE.invokeExact(errno, descriptor));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private int result(long returned) {
        return returned < 0 ? -error() : (int) returned;
    }

    private int error() {
        return errno.get(JAVA_INT, ERRNO);
    }

    private static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException known ? known : new IllegalStateException("a native call threw", e);
    }
}
