package sotto.proxy.evidence;

import java.nio.file.Path;

/**
 * Where records are kept, and who writes them.
 *
 * @param directory of their own and the key's, owner-only
 * @param node name of this machine, noted in each record
 * @param version of this program, likewise
 */
public record EvidenceSettings(Path directory, String node, String version) {}
