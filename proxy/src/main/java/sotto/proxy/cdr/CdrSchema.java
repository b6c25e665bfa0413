package sotto.proxy.cdr;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The tables, step by step. A step that was released is never changed: the next one is added. Stateless. */
final class CdrSchema {
    private static final List<List<String>> STEPS = List.of(
            List.of(
                    """
            CREATE TABLE cdr (
              id TEXT NOT NULL UNIQUE,
              started_ms INTEGER NOT NULL,
              trunk TEXT NOT NULL,
              from_number TEXT NOT NULL,
              to_number TEXT NOT NULL,
              caller_call_id TEXT,
              agent_call_id TEXT,
              record TEXT NOT NULL)""",
                    "CREATE INDEX cdr_started ON cdr (started_ms, id)",
                    "CREATE INDEX cdr_trunk ON cdr (trunk, started_ms, id)",
                    "CREATE INDEX cdr_from ON cdr (from_number, started_ms, id)",
                    "CREATE INDEX cdr_to ON cdr (to_number, started_ms, id)",
                    "CREATE INDEX cdr_caller ON cdr (caller_call_id)",
                    "CREATE INDEX cdr_agent ON cdr (agent_call_id)",
                    "CREATE TABLE open_call (id TEXT PRIMARY KEY, record TEXT NOT NULL)",
                    """
            CREATE TABLE progress (
              one INTEGER PRIMARY KEY CHECK (one = 1),
              journal TEXT NOT NULL,
              position INTEGER NOT NULL,
              seen_ms INTEGER NOT NULL)"""));

    private CdrSchema() {}

    /** Does the steps that are missing; each one whole, or not at all. */
    static void update(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int done;
            try (ResultSet version = statement.executeQuery("PRAGMA user_version")) {
                done = version.getInt(1);
            }
            if (done > STEPS.size()) {
                throw new SQLException("it was written by a later version of this program (schema " + done + ", known "
                        + STEPS.size() + ")");
            }
            for (int step = done; step < STEPS.size(); step++) {
                int next = step + 1;
                whole(connection, () -> {
                    for (String sql : STEPS.get(next - 1)) {
                        statement.execute(sql);
                    }
                    return statement.execute("PRAGMA user_version = " + next);
                });
            }
        }
    }

    /** Work in a transaction. */
    @FunctionalInterface
    interface Work<T> {
        T work() throws SQLException;
    }

    /** Does all of it or nothing. The driver's own commit would begin the next transaction, and hold the lock on. */
    static <T> T whole(Connection connection, Work<T> work) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try {
                T result = work.work();
                statement.execute("COMMIT");
                return result;
            } catch (SQLException e) {
                rollBack(statement, e);
                throw e;
            }
        }
    }

    private static void rollBack(Statement statement, SQLException cause) {
        try {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            cause.addSuppressed(e); // on a full disk SQLite has rolled back already
        }
    }
}
