package sotto.proxy.cdr;

/**
 * How records fare, since the start.
 *
 * @param written entries that are in the journal
 * @param pending entries that are not in the database yet
 * @param journalFailures times that the journal could not be written or opened
 * @param databaseFailures times that the database could not be written or opened
 * @param lost entries dropped: the journal could not be written for too long, or cannot be read
 */
public record CdrCounts(long written, long pending, long journalFailures, long databaseFailures, long lost) {}
