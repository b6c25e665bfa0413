package sotto.proxy.cdr;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sqlite.SQLiteConfig;

/**
 * The reading side of the database. Each question has a connection of its own, which cannot write: it waits for nobody
 * and nobody waits for it. Thread-safe.
 */
final class CdrQueries implements CallRecords {
    private static final int BUSY_MS = 2000;
    private static final int LONGEST_SECONDS = 10;

    private final Path file;

    CdrQueries(Path file) {
        this.file = file;
    }

    @Override
    public Page page(Query query) throws Unavailable {
        StringBuilder sql = new StringBuilder("SELECT record, started_ms, id FROM cdr WHERE 1");
        List<Object> values = new ArrayList<>();
        query.from().ifPresent(from -> {
            sql.append(" AND started_ms >= ?");
            values.add(from.toEpochMilli());
        });
        query.to().ifPresent(to -> {
            sql.append(" AND started_ms < ?");
            values.add(to.toEpochMilli());
        });
        query.trunk().ifPresent(trunk -> {
            sql.append(" AND trunk = ?");
            values.add(trunk);
        });
        query.number().ifPresent(number -> {
            sql.append(" AND (from_number = ? OR to_number = ?)");
            values.addAll(List.of(number, number));
        });
        query.after().ifPresent(after -> {
            sql.append(" AND (started_ms, id) < (?, ?)");
            values.addAll(List.of(after.startedMs(), after.id()));
        });
        sql.append(" ORDER BY started_ms DESC, id DESC LIMIT ?");
        values.add(query.limit() + 1); // one more tells whether there is a next page
        List<String> records = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        ask(sql.toString(), values, row -> {
            records.add(row.getString(1));
            places.add(new Place(row.getLong(2), row.getString(3)));
        });
        boolean isMore = records.size() > query.limit();
        return new Page(
                isMore ? List.copyOf(records.subList(0, query.limit())) : List.copyOf(records),
                isMore ? Optional.of(places.get(query.limit() - 1)) : Optional.empty());
    }

    @Override
    public Optional<String> find(String id) throws Unavailable {
        List<String> found = new ArrayList<>();
        ask(
                "SELECT record FROM cdr WHERE id = ? OR caller_call_id = ? OR agent_call_id = ?"
                        + " ORDER BY started_ms DESC, id DESC LIMIT 1",
                List.of(id, id, id),
                row -> found.add(row.getString(1)));
        return found.stream().findFirst();
    }

    @FunctionalInterface
    private interface EachRow {
        void take(ResultSet row) throws SQLException;
    }

    private void ask(String sql, List<Object> values, EachRow each) throws Unavailable {
        if (Files.notExists(file)) { // SQLite would say that it cannot open it, for whatever reason
            throw new Unavailable("the database is not there yet", new NoSuchFileException(file.toString()));
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MS);
        try (Connection connection = config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
                PreparedStatement question = connection.prepareStatement(sql)) {
            question.setQueryTimeout(LONGEST_SECONDS);
            try (ResultSet rows = CdrDatabase.with(question, values.toArray()).executeQuery()) {
                while (rows.next()) {
                    each.take(rows);
                }
            }
        } catch (SQLException e) {
            throw new Unavailable("the database cannot be asked", e);
        }
    }
}
