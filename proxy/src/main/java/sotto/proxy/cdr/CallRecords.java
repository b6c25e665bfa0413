package sotto.proxy.cdr;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Records of calls that are over, as JSON, newest first. Thread-safe; asks the disk, so it may block. */
public interface CallRecords {
    /**
     * One page.
     *
     * @throws Unavailable where the database cannot be asked now
     */
    Page page(Query query) throws Unavailable;

    /**
     * One record, the newest where several fit.
     *
     * @param id ours, or the SIP Call-ID of either leg
     * @throws Unavailable where the database cannot be asked now
     */
    Optional<String> find(String id) throws Unavailable;

    /**
     * Which ones.
     *
     * @param from calls that started then or later
     * @param to calls that started before
     * @param trunk name of the trunk
     * @param number the whole calling or called number
     * @param limit at most so many, from 1
     * @param after those that follow this one
     */
    record Query(
            Optional<Instant> from,
            Optional<Instant> to,
            Optional<String> trunk,
            Optional<String> number,
            int limit,
            Optional<Place> after) {}

    /** Where a record stands in the order: by start, then by id. */
    record Place(long startedMs, String id) {
        /** As one word. */
        public String text() {
            return startedMs + "-" + id;
        }

        /** Empty where it is not one. */
        public static Optional<Place> parse(String text) {
            if (!text.matches("\\d{1,15}-[0-9a-f]{1,64}")) {
                return Optional.empty();
            }
            int dash = text.indexOf('-');
            return Optional.of(new Place(Long.parseLong(text.substring(0, dash)), text.substring(dash + 1)));
        }
    }

    /**
     * Some records.
     *
     * @param records JSON texts
     * @param next where the next page starts; empty on the last one
     */
    record Page(List<String> records, Optional<Place> next) {}

    /** The database cannot be asked now: it opens, is locked, or is broken. */
    final class Unavailable extends Exception {
        private static final long serialVersionUID = 1L;

        Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
