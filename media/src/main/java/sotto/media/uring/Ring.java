package sotto.media.uring;

import static sotto.media.uring.Abi.BYTE;
import static sotto.media.uring.Abi.INT;
import static sotto.media.uring.Abi.LONG;
import static sotto.media.uring.Abi.MEMORY;
import static sotto.media.uring.Abi.SHORT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * One io_uring: requests in, completions out. Made and filled by any one thread at a time; from the first {@link #enter}
 * on, that call's thread is the only one that may use it.
 *
 * <p>A request is written where the kernel reads it, and taken by the kernel at the next {@link #enter} or {@link
 * #submit}: there is one system call for all that was asked for since, whichever socket it is for. What a request points
 * to must stay as it is until its completion, which bears the request's {@code userData}. A socket is named by its
 * descriptor, or as {@link HeldSockets} says.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/io_uring.7.html">io_uring(7)</a>
 */
public final class Ring implements AutoCloseable {
    /** Longest socket address: {@code sockaddr_in6}, and a multiple of 8. */
    public static final int NAME_BYTES = 32;
    /** {@code ECANCELED}, as {@link #result} has it. */
    public static final int CANCELED = -125;
    /** {@code ENOBUFS}: no buffer was left to receive into, or none to send from. */
    public static final int NO_BUFFERS = -105;

    private static final VarHandle INDEX = INT.varHandle();
    private static final int SETUP_FLAGS = Abi.SETUP_CQSIZE
            | Abi.SETUP_R_DISABLED // so that who makes it need not be who uses it
            | Abi.SETUP_SUBMIT_ALL // one bad request does not hold back those behind it
            | Abi.SETUP_TASKRUN_FLAG
            | Abi.SETUP_SINGLE_ISSUER
            | Abi.SETUP_DEFER_TASKRUN; // packets are copied in enter, on our thread, and at no other time

    private final Libc libc = new Libc(Arena.ofAuto());
    private final int descriptor;
    private final int features;
    private final int mask;
    private final int completionMask;
    private final long rings;
    private final long ringsBytes;
    private final long requests;
    private final long requestsBytes;
    private final long names;
    private final long headAt;
    private final long tailAt;
    private final long flagsAt;
    private final long completionHeadAt;
    private final long completionTailAt;
    private final long completions;
    private final MemorySegment own; // keeps names, the wait and the message header
    private final long waitFor;
    private final long message;
    private int tail;
    private int completionHead;
    private long userData;
    private int result;
    private int flags;
    private boolean enabled;
    private boolean closed;

    /**
     * @param entries requests between two calls to the kernel at most, a power of two
     * @param completions that it holds, a power of two
     * @throws RingRefused where the kernel has none for us
     */
    public Ring(int entries, int completions) throws RingRefused {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = arena.allocate(Abi.PARAMS_BYTES, 8);
            params.set(INT, Abi.PARAMS_FLAGS, SETUP_FLAGS);
            params.set(INT, Abi.PARAMS_CQ_ENTRIES, completions);
            descriptor = libc.setup(entries, params.address());
            if (descriptor < 0) {
                throw new RingRefused(whyNoRing(-descriptor));
            }
            features = params.get(INT, Abi.PARAMS_FEATURES);
            mask = params.get(INT, Abi.PARAMS_SQ_ENTRIES) - 1;
            completionMask = params.get(INT, Abi.PARAMS_CQ_ENTRIES) - 1;
            ringsBytes = Math.max(
                    params.get(INT, Abi.SQ_OFF_ARRAY) + 4L * entries,
                    params.get(INT, Abi.CQ_OFF_CQES) + (long) Abi.CQE_BYTES * (completionMask + 1));
            requestsBytes = (long) Abi.SQE_BYTES * (mask + 1);
            rings = map(ringsBytes, Abi.OFF_RINGS);
            requests = map(requestsBytes, Abi.OFF_SQES);
            headAt = rings + params.get(INT, Abi.SQ_OFF_HEAD);
            tailAt = rings + params.get(INT, Abi.SQ_OFF_TAIL);
            flagsAt = rings + params.get(INT, Abi.SQ_OFF_FLAGS);
            completionHeadAt = rings + params.get(INT, Abi.CQ_OFF_HEAD);
            completionTailAt = rings + params.get(INT, Abi.CQ_OFF_TAIL);
            this.completions = rings + params.get(INT, Abi.CQ_OFF_CQES);
            for (int i = 0; i <= mask; i++) { // the kernel allows another order, we want none
                MEMORY.set(INT, rings + params.get(INT, Abi.SQ_OFF_ARRAY) + 4L * i, i);
            }
        }
        long waitBytes = Abi.GETEVENTS_ARG_BYTES + Abi.TIMESPEC_BYTES;
        own = Arena.ofAuto().allocate((long) NAME_BYTES * (mask + 1) + waitBytes + Abi.MSGHDR_BYTES, 8);
        names = own.address();
        waitFor = names + (long) NAME_BYTES * (mask + 1);
        MEMORY.set(LONG, waitFor + Abi.GETEVENTS_TS, waitFor + Abi.GETEVENTS_ARG_BYTES);
        message = waitFor + waitBytes;
        MEMORY.set(INT, message + Abi.MSGHDR_NAMELEN, NAME_BYTES);
    }

    private long map(long bytes, long offset) throws RingRefused {
        long address = libc.map(descriptor, bytes, offset);
        if (address < 0 && address > -4096) {
            libc.close(descriptor);
            throw new RingRefused("io_uring gave no memory, error " + -address);
        }
        return address;
    }

    private static String whyNoRing(int error) {
        return switch (error) {
            case Abi.ENOSYS -> "this kernel has no io_uring";
            case Abi.EPERM ->
                "the kernel does not let us use io_uring: see sysctl kernel.io_uring_disabled, and the seccomp profile of "
                        + "a container";
            case Abi.EINVAL -> "the kernel is older than 6.1: its io_uring has not all that is needed";
            case Abi.ENOMEM -> "the kernel has no memory for io_uring: see ulimit -l (RLIMIT_MEMLOCK)";
            default -> "io_uring_setup failed with error " + error;
        };
    }

    /** True where {@link #enter} can wait for more than one completion, but not for long (Linux 6.12). */
    public boolean hasMinimumWait() {
        return (features & Abi.FEAT_MIN_TIMEOUT) != 0;
    }

    /** All native memory, for what the kernel gives an address of. */
    public static MemorySegment memory() {
        return MEMORY;
    }

    /** What the system call returns, or the error number, negated. */
    int register(int what, long argument, int count) {
        checkOpen();
        return libc.register(descriptor, what, argument, count);
    }

    /** Requests that the kernel has not taken yet. */
    public int queued() {
        checkOpen();
        return tail - (int) INDEX.getAcquire(MEMORY, headAt);
    }

    private long request(byte operation, int socket, long userData) {
        checkOpen();
        if (queued() > mask) {
            submit();
            if (queued() > mask) {
                throw new UncheckedIOException(new IOException("io_uring takes no request: no memory"));
            }
        }
        int index = tail++ & mask;
        long at = requests + (long) Abi.SQE_BYTES * index;
        for (int i = 0; i < Abi.SQE_BYTES; i += 8) {
            MEMORY.set(LONG, at + i, 0L);
        }
        MEMORY.set(BYTE, at + Abi.SQE_OPCODE, operation);
        MEMORY.set(BYTE, at + Abi.SQE_FLAGS, socket < 0 ? Abi.SQE_FIXED_FILE : 0);
        MEMORY.set(INT, at + Abi.SQE_FD, socket < 0 ? ~socket : socket);
        MEMORY.set(LONG, at + Abi.SQE_USER_DATA, userData);
        return at;
    }

    /**
     * Receives datagrams until told otherwise, each into a buffer of the group, with a {@link Received} before it. Ends by
     * itself where there is no buffer, or an error: its last completion has not {@link #hasMore}.
     */
    public void receive(int socket, int group, long userData) {
        long at = request(Abi.OP_RECVMSG, socket, userData);
        MEMORY.set(BYTE, at + Abi.SQE_FLAGS, (byte) (MEMORY.get(BYTE, at + Abi.SQE_FLAGS) | Abi.SQE_BUFFER_SELECT));
        MEMORY.set(SHORT, at + Abi.SQE_IOPRIO, Abi.RECV_MULTISHOT);
        MEMORY.set(LONG, at + Abi.SQE_ADDR, message);
        MEMORY.set(INT, at + Abi.SQE_LEN, 1);
        MEMORY.set(SHORT, at + Abi.SQE_BUF_GROUP, (short) group);
    }

    /**
     * Sends one datagram, or fails where it cannot at once.
     *
     * @param from native address of its first octet
     * @param nameBytes length of the socket address that the caller puts where the result says
     * @return native address of {@link #NAME_BYTES}, to be written before the next request
     */
    public long send(int socket, long from, int lengthBytes, int nameBytes, long userData) {
        long at = request(Abi.OP_SEND, socket, userData);
        long name = names + (at - requests) / Abi.SQE_BYTES * NAME_BYTES;
        MEMORY.set(LONG, at + Abi.SQE_ADDR, from);
        MEMORY.set(INT, at + Abi.SQE_LEN, lengthBytes);
        MEMORY.set(INT, at + Abi.SQE_OP_FLAGS, Abi.MSG_DONTWAIT);
        MEMORY.set(LONG, at + Abi.SQE_ADDR2, name);
        MEMORY.set(SHORT, at + Abi.SQE_ADDR_LEN, (short) nameBytes);
        return name;
    }

    /** Ends the request that has the userData {@code of}. */
    public void cancel(long of, long userData) {
        long at = request(Abi.OP_ASYNC_CANCEL, 0, userData);
        MEMORY.set(LONG, at + Abi.SQE_ADDR, of);
    }

    /** Completes each time when there is something to read, until it has not {@link #hasMore}; reads nothing. */
    public void watch(int descriptorToRead, long userData) {
        long at = request(Abi.OP_POLL_ADD, descriptorToRead, userData);
        MEMORY.set(INT, at + Abi.SQE_LEN, Abi.POLL_ADD_MULTI);
        MEMORY.set(INT, at + Abi.SQE_OP_FLAGS, Abi.POLLIN);
    }

    /** Hands over what is queued, and waits for nothing. */
    public void submit() {
        call(0, 0, 0);
    }

    /**
     * Hands over what is queued, and waits for completions.
     *
     * @param atLeast how many to wait for; 0 to take what is there
     * @param mostNs longest wait for the first one
     * @param batchUs longest wait for the others, where {@link #hasMinimumWait}; else 0
     */
    public void enter(int atLeast, long mostNs, int batchUs) {
        MEMORY.set(INT, waitFor + Abi.GETEVENTS_MIN_WAIT_USEC, batchUs);
        long timespec = waitFor + Abi.GETEVENTS_ARG_BYTES;
        MEMORY.set(LONG, timespec, mostNs / 1_000_000_000L);
        MEMORY.set(LONG, timespec + Abi.TIMESPEC_NSEC, mostNs % 1_000_000_000L);
        int flags = Abi.ENTER_GETEVENTS | Abi.ENTER_EXT_ARG;
        call(atLeast, (features & Abi.FEAT_NO_IOWAIT) == 0 ? flags : flags | Abi.ENTER_NO_IOWAIT, waitFor);
    }

    boolean isClosed() {
        return closed;
    }

    private void checkOpen() {
        if (closed) { // its memory is unmapped: the JVM would end
            throw new IllegalStateException("the ring is closed");
        }
    }

    private void call(int atLeast, int flags, long argument) {
        checkOpen();
        if (!enabled) {
            check(libc.register(descriptor, Abi.REGISTER_ENABLE_RINGS, 0, 0));
            enabled = true;
        }
        INDEX.setRelease(MEMORY, tailAt, tail);
        check(libc.enter(descriptor, queued(), atLeast, flags, argument));
    }

    private static void check(int result) {
        if (result < 0
                && result != -Abi.ETIME
                && result != -Abi.EINTR
                && result != -Abi.EAGAIN // of the memory that requests take
                && result != -Abi.EBUSY) { // completions first
            throw new UncheckedIOException(new IOException("io_uring failed with error " + -result));
        }
    }

    /** True where a completion is to be had by {@link #next}, or {@link #enter} has one at once. Any time, no call. */
    public boolean isReady() {
        checkOpen();
        return (int) INDEX.getAcquire(MEMORY, completionTailAt) != completionHead
                || ((int) INDEX.getAcquire(MEMORY, flagsAt) & Abi.SQ_TASKRUN) != 0;
    }

    /** Goes to the next completion; false where there is none. */
    public boolean next() {
        checkOpen();
        if ((int) INDEX.getAcquire(MEMORY, completionTailAt) == completionHead) {
            return false;
        }
        long completion = completions + (long) Abi.CQE_BYTES * (completionHead & completionMask);
        userData = MEMORY.get(LONG, completion + Abi.CQE_USER_DATA);
        result = MEMORY.get(INT, completion + Abi.CQE_RES);
        flags = MEMORY.get(INT, completion + Abi.CQE_FLAGS);
        completionHead++;
        INDEX.setRelease(MEMORY, completionHeadAt, completionHead);
        return true;
    }

    /** Of the request that the completion is for. */
    public long userData() {
        return userData;
    }

    /** What the request's own system call would return, or the error number, negated. */
    public int result() {
        return result;
    }

    /** True where the same request will complete again. */
    public boolean hasMore() {
        return (flags & Abi.CQE_F_MORE) != 0;
    }

    /** The buffer that was taken; -1 for none. */
    public int buffer() {
        return (flags & Abi.CQE_F_BUFFER) == 0 ? -1 : flags >>> Abi.CQE_BUFFER_SHIFT;
    }

    /** The kernel ends what is still asked for, soon. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            libc.unmap(requests, requestsBytes);
            libc.unmap(rings, ringsBytes);
            libc.close(descriptor);
        }
    }
}
