package sotto.media.rtcp;

import java.time.Instant;

/**
 * NTP time from the worker's monotonic clock: read from the wall once, then counted on, so that a step of the wall clock
 * bends no round trip. Immutable.
 */
final class NtpTime {
    private static final long SECONDS_1900_TO_1970 = 2_208_988_800L;
    private static final long NS_PER_S = 1_000_000_000;

    private final long secondsAtZero; // since 1900, at monotonic instant zeroNs
    private final long nanosAtZero;
    private final long zeroNs;

    /** @param wall the wall clock at the monotonic instant {@code nowNs} */
    NtpTime(Instant wall, long nowNs) {
        secondsAtZero = wall.getEpochSecond() + SECONDS_1900_TO_1970;
        nanosAtZero = wall.getNano();
        zeroNs = nowNs;
    }

    /** 64 bits: seconds since 1900 modulo 2^32 above their fraction (RFC 3550 §4). */
    long at(long nowNs) {
        long nanos = nanosAtZero + (nowNs - zeroNs);
        long seconds = secondsAtZero + Math.floorDiv(nanos, NS_PER_S);
        return seconds << 32 | (Math.floorMod(nanos, NS_PER_S) << 32) / NS_PER_S;
    }

    /** Middle 32 bits of a 64-bit time: 1/65536 s. */
    static int middle(long ntp) {
        return (int) (ntp >>> 16);
    }

    /** A span in 1/65536 s, as DLSR has it; the longest that 32 bits hold where it is longer. */
    static int span(long ns) {
        return ns >= 65_536 * NS_PER_S ? -1 : (int) ((ns << 16) / NS_PER_S);
    }
}
