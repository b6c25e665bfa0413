package sotto.proxy.evidence;

/**
 * How evidence fares.
 *
 * @param written records in the file, of this process
 * @param failures to write one, each try
 * @param waiting records that are in memory alone
 * @param lost records that nobody will see
 * @param packetsForwarded packets that went on within a tone, over all captures
 */
public record EvidenceCounts(long written, long failures, long waiting, long lost, long packetsForwarded) {}
