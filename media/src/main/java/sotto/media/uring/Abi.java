package sotto.media.uring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Numbers and places of linux/io_uring.h, by their names there. They are the kernel's promise to programs and never
 * change; what came later than Linux 5.19 says so.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/io_uring.7.html">io_uring(7)</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/io_uring_enter.2.html">io_uring_enter(2)</a>
 */
final class Abi {
    /** All native memory: the kernel gives addresses. */
    @SuppressWarnings("restricted") // granted by --enable-native-access, ADR 0002
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    // struct io_uring_params, with its struct io_sqring_offsets and io_cqring_offsets
    static final int PARAMS_BYTES = 120;
    static final int PARAMS_SQ_ENTRIES = 0;
    static final int PARAMS_CQ_ENTRIES = 4;
    static final int PARAMS_FLAGS = 8;
    static final int PARAMS_FEATURES = 20;
    static final int PARAMS_SQ_OFF = 40;
    static final int SQ_OFF_HEAD = PARAMS_SQ_OFF;
    static final int SQ_OFF_TAIL = PARAMS_SQ_OFF + 4;
    static final int SQ_OFF_FLAGS = PARAMS_SQ_OFF + 16;
    static final int SQ_OFF_ARRAY = PARAMS_SQ_OFF + 24;
    static final int PARAMS_CQ_OFF = 80;
    static final int CQ_OFF_HEAD = PARAMS_CQ_OFF;
    static final int CQ_OFF_TAIL = PARAMS_CQ_OFF + 4;
    static final int CQ_OFF_CQES = PARAMS_CQ_OFF + 20;

    static final int SETUP_CQSIZE = 1 << 3;
    static final int SETUP_R_DISABLED = 1 << 6;
    static final int SETUP_SUBMIT_ALL = 1 << 7;
    static final int SETUP_TASKRUN_FLAG = 1 << 9;
    static final int SETUP_SINGLE_ISSUER = 1 << 12; // Linux 6.0
    static final int SETUP_DEFER_TASKRUN = 1 << 13; // Linux 6.1
    static final int FEAT_SINGLE_MMAP = 1;
    static final int FEAT_MIN_TIMEOUT = 1 << 15; // Linux 6.12
    static final int FEAT_NO_IOWAIT = 1 << 17; // Linux 6.15
    static final long OFF_RINGS = 0; // both rings, with FEAT_SINGLE_MMAP
    static final long OFF_SQES = 0x1000_0000L;
    static final int SQ_TASKRUN = 1 << 2;

    static final int ENTER_GETEVENTS = 1;
    static final int ENTER_EXT_ARG = 1 << 3;
    static final int ENTER_NO_IOWAIT = 1 << 7; // Linux 6.15

    // struct io_uring_getevents_arg, and struct __kernel_timespec behind it
    static final long GETEVENTS_ARG_BYTES = 24;
    static final int GETEVENTS_MIN_WAIT_USEC = 12; // Linux 6.12, padding before
    static final int GETEVENTS_TS = 16;
    static final int TIMESPEC_BYTES = 16;
    static final int TIMESPEC_NSEC = 8;

    static final int REGISTER_FILES_UPDATE = 6;
    static final int REGISTER_ENABLE_RINGS = 12;
    static final int REGISTER_FILES2 = 13;
    static final int REGISTER_PBUF_RING = 22;

    // struct io_uring_rsrc_register
    static final int RSRC_REGISTER_BYTES = 32;
    static final int RSRC_REGISTER_NR = 0;
    static final int RSRC_REGISTER_FLAGS = 4;
    static final int RSRC_REGISTER_SPARSE = 1;

    // struct io_uring_files_update
    static final int FILES_UPDATE_BYTES = 16;
    static final int FILES_UPDATE_OFFSET = 0;
    static final int FILES_UPDATE_FDS = 8;

    // struct io_uring_buf_reg, struct io_uring_buf
    static final int BUF_REG_BYTES = 40;
    static final int BUF_REG_RING_ADDR = 0;
    static final int BUF_REG_RING_ENTRIES = 8;
    static final int BUF_REG_BGID = 12;
    static final int BUF_BYTES = 16;
    static final int BUF_ADDR = 0;
    static final int BUF_LEN = 8;
    static final int BUF_BID = 12;
    static final int BUF_RING_TAIL = 14; // in the place of what the first buffer has reserved

    // struct io_uring_sqe
    static final int SQE_BYTES = 64;
    static final int SQE_OPCODE = 0;
    static final int SQE_FLAGS = 1;
    static final int SQE_IOPRIO = 2;
    static final int SQE_FD = 4;
    static final int SQE_ADDR2 = 8;
    static final int SQE_ADDR = 16;
    static final int SQE_LEN = 24;
    static final int SQE_OP_FLAGS = 28; // msg_flags, poll32_events, cancel_flags
    static final int SQE_USER_DATA = 32;
    static final int SQE_BUF_GROUP = 40;
    static final int SQE_ADDR_LEN = 44;

    static final byte OP_POLL_ADD = 6;
    static final byte OP_RECVMSG = 10;
    static final byte OP_ASYNC_CANCEL = 14;
    static final byte OP_SEND = 26; // with an address from Linux 6.1 on
    static final byte SQE_FIXED_FILE = 1;
    static final byte SQE_BUFFER_SELECT = 1 << 5;
    static final short RECV_MULTISHOT = 1 << 1; // in ioprio; of RECVMSG from Linux 6.0 on
    static final int POLL_ADD_MULTI = 1; // in len
    static final int POLLIN = 1;
    static final int MSG_DONTWAIT = 0x40;

    // struct io_uring_cqe
    static final int CQE_BYTES = 16;
    static final int CQE_USER_DATA = 0;
    static final int CQE_RES = 8;
    static final int CQE_FLAGS = 12;
    static final int CQE_F_BUFFER = 1;
    static final int CQE_F_MORE = 1 << 1;
    static final int CQE_BUFFER_SHIFT = 16;

    // struct msghdr of a 64-bit machine: of it, a multishot receive reads the length of the name alone
    static final int MSGHDR_BYTES = 56;
    static final int MSGHDR_NAMELEN = 8;

    // errno.h
    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EBUSY = 16;
    static final int EINVAL = 22;
    static final int ENOSYS = 38;
    static final int ETIME = 62;

    private Abi() {}
}
