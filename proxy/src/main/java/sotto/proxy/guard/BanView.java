package sotto.proxy.guard;

import java.time.Instant;

/**
 * A ban as it is shown.
 *
 * @param source an IPv4 address, or an IPv6 prefix of 64 bits
 * @param dropped messages and connections dropped since then
 */
public record BanView(String source, Instant since, Instant until, Cause cause, long dropped) {}
