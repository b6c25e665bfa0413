package sotto.proxy.app;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/** Whether the open files that this process may have are enough for its calls; each socket is one. Stateless. */
final class OpenFiles {
    /** RTP and RTCP on either side. */
    private static final int A_CALL = 4;
    /** Libraries, journals, the database, listeners, and connections of peers and of the API. */
    private static final int OTHERS = 2500;

    private OpenFiles() {}

    /** As {@link #shortage(long, int)}, with the limit that this process has; empty where the system does not tell. */
    static Optional<String> shortage(int maxCalls) {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? shortage(system.getMaxFileDescriptorCount(), maxCalls)
                : Optional.empty();
    }

    /**
     * What a NOC is told.
     *
     * @param limit open files that are allowed
     * @param maxCalls of {@code sip.max-calls}
     * @return empty where they are enough
     */
    static Optional<String> shortage(long limit, int maxCalls) {
        long wanted = (long) A_CALL * maxCalls + OTHERS;
        return limit >= wanted
                ? Optional.empty()
                : Optional.of("open files: " + limit + " are allowed, which is room for "
                        + Math.max(0, (limit - OTHERS) / A_CALL) + " calls, and sip.max-calls is " + maxCalls
                        + "; calls beyond get 503. Allow " + wanted + " (LimitNOFILE, or ulimit -n), or lower it");
    }
}
