package sotto.proxy.cdr;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * The writing side of the database: takes entries of the journal in, a transaction a batch, and remembers in the same
 * transaction how far it read. One thread.
 */
final class CdrDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CdrDatabase.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BUSY_MS = 500;
    private static final int WAL_BYTES = 64 << 20;
    private static final int DELETED_AT_ONCE = 2000; // so that no transaction is long

    private final Connection connection;
    private final String journal;
    private final PreparedStatement insert; // what each call needs; they close with the connection
    private final PreparedStatement forget;
    private final PreparedStatement keepOpen;
    private long seenMs; // latest time that an entry tells

    private CdrDatabase(Connection connection, String journal) throws SQLException {
        this.connection = connection;
        this.journal = journal;
        insert = connection.prepareStatement("INSERT OR IGNORE INTO cdr VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        forget = connection.prepareStatement("DELETE FROM open_call WHERE id = ?");
        keepOpen = connection.prepareStatement(
                "INSERT OR IGNORE INTO open_call SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM cdr WHERE id = ?)");
    }

    /**
     * Opens or makes it, and brings its tables up to date.
     *
     * @param journal id of the journal that is read into it
     */
    static CdrDatabase open(Path file, String journal) throws SQLException, IOException {
        if (Files.notExists(file)) { // SQLite gives its other files the same rights
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL); // a power cut loses batches; the journal has them
        config.setBusyTimeout(BUSY_MS);
        config.setJournalSizeLimit(WAL_BYTES);
        Connection connection = config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
        try {
            CdrSchema.update(connection);
            return new CdrDatabase(connection, journal);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Index of the last entry that is in; empty where none of this journal is. */
    Optional<Long> position() throws SQLException {
        try (PreparedStatement ask =
                        connection.prepareStatement("SELECT position, seen_ms FROM progress WHERE journal = ?");
                ResultSet row = with(ask, journal).executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            seenMs = row.getLong(2);
            return Optional.of(row.getLong(1));
        }
    }

    /**
     * Takes entries in, all or none.
     *
     * @return how many could not be read; they are passed over
     */
    int take(List<CdrJournal.Excerpt> excerpts) throws SQLException {
        long seenBefore = seenMs;
        try {
            return CdrSchema.whole(connection, () -> {
                int unreadable = 0;
                for (CdrJournal.Excerpt excerpt : excerpts) {
                    unreadable += take(excerpt) ? 0 : 1;
                }
                try (PreparedStatement note =
                        connection.prepareStatement("INSERT OR REPLACE INTO progress VALUES (1, ?, ?, ?)")) {
                    with(note, journal, excerpts.getLast().index(), seenMs).executeUpdate();
                }
                return unreadable;
            });
        } catch (SQLException e) {
            seenMs = seenBefore;
            throw e;
        }
    }

    private boolean take(CdrJournal.Excerpt excerpt) throws SQLException {
        Optional<ObjectNode> json = excerpt.entry().flatMap(entry -> tree(entry.json()));
        try {
            if (json.isPresent()) {
                take(excerpt.entry().orElseThrow(), json.get());
                return true;
            }
        } catch (DateTimeParseException e) {
            LOG.debug("a time that is none", e);
        }
        LOG.error("entry {} of the CDR journal cannot be read and is passed over", Long.toHexString(excerpt.index()));
        return false;
    }

    private void take(Entry entry, ObjectNode record) throws SQLException {
        switch (entry.kind()) {
            case ENDED -> {
                seen(record, "endedAt");
                insert(record, entry.json());
                with(forget, record.path("id").asText()).executeUpdate();
            }
            case ANSWERED -> {
                seen(record, "answeredAt");
                String id = record.path("id").asText();
                with(keepOpen, id, entry.json(), id).executeUpdate();
            }
            case STARTED -> {
                closeOpen(); // before its own time is seen
                seen(record, "at");
            }
            case ALIVE -> seen(record, "at");
            case PAID -> pay(record);
        }
    }

    private static Optional<ObjectNode> tree(String json) {
        try {
            return JSON.readTree(json) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private void seen(JsonNode record, String member) {
        seenMs = Math.max(seenMs, millis(record.path(member)));
    }

    private static long millis(JsonNode instant) {
        return instant.isTextual() ? Instant.parse(instant.asText()).toEpochMilli() : 0;
    }

    private void insert(JsonNode record, String text) throws SQLException {
        Map<String, String> callIds = new LinkedHashMap<>();
        record.path("legs")
                .forEach(leg -> callIds.put(
                        leg.path("side").asText(), leg.path("sipCallId").asText()));
        with(
                        insert,
                        record.path("id").asText(),
                        millis(record.path("startedAt")),
                        record.path("trunk").asText(),
                        record.path("from").asText(),
                        record.path("to").asText(),
                        callIds.get("caller"),
                        callIds.get("agent"),
                        text)
                .executeUpdate();
    }

    /** Calls that were up when a process died: they lasted at least until the last that was heard of it. */
    private void closeOpen() throws SQLException {
        try (Statement ask = connection.createStatement();
                ResultSet open = ask.executeQuery("SELECT record FROM open_call")) {
            while (open.next()) {
                Optional<ObjectNode> json = tree(open.getString(1));
                if (json.isPresent()) {
                    ObjectNode record = json.get();
                    long answeredMs = millis(record.path("answeredAt"));
                    long endedMs = Math.max(answeredMs, seenMs);
                    record.put("endedAt", Instant.ofEpochMilli(endedMs).toString());
                    record.put("talkMs", endedMs - answeredMs);
                    record.put("endedBy", "crash");
                    insert(record, record.toString());
                }
            }
        }
        try (Statement delete = connection.createStatement()) {
            delete.executeUpdate("DELETE FROM open_call");
        }
    }

    private void pay(JsonNode amendment) throws SQLException {
        String id = amendment.path("id").asText();
        Optional<ObjectNode> record;
        try (PreparedStatement ask = connection.prepareStatement("SELECT record FROM cdr WHERE id = ?");
                ResultSet row = with(ask, id).executeQuery()) {
            record = row.next() ? tree(row.getString(1)) : Optional.empty();
        }
        if (record.isPresent()) {
            record.get().set("payments", amendment.path("payments"));
            try (PreparedStatement update = connection.prepareStatement("UPDATE cdr SET record = ? WHERE id = ?")) {
                with(update, record.get().toString(), id).executeUpdate();
            }
        }
    }

    /**
     * Deletes records of calls that started before, some at a time.
     *
     * @return how many; ask again until it is 0
     */
    int deleteBefore(Instant before) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM cdr WHERE rowid IN (SELECT rowid FROM cdr WHERE started_ms < ? LIMIT ?)")) {
            return with(delete, before.toEpochMilli(), DELETED_AT_ONCE).executeUpdate();
        }
    }

    static PreparedStatement with(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
