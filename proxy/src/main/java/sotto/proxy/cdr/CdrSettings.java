package sotto.proxy.cdr;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where records are kept, and how long.
 *
 * @param directory of their own, owner-only
 * @param keep older ones are deleted, from journal and database
 * @param version of this program, noted in each record
 */
public record CdrSettings(Path directory, Duration keep, String version) {}
