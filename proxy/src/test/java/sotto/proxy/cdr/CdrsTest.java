package sotto.proxy.cdr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.pci.capture.PaymentState;
import sotto.pci.capture.PaymentView;
import sotto.proxy.cdr.CallRecords.Page;
import sotto.proxy.cdr.CallRecords.Query;

/** Records on real files: journal, database, and what is between them when one of the two fails. */
final class CdrsTest {
    private static final Duration KEEP = Duration.ofDays(90);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Clock AT_THE_CALLS = Clock.fixed(SampleCalls.FIRST.plusSeconds(600), ZoneOffset.UTC);

    @TempDir
    private Path parent;

    private Path directory() {
        return parent.resolve("cdr");
    }

    private Cdrs open(Clock clock) throws IOException {
        return Cdrs.open(new CdrSettings(directory(), KEEP, "1.2.3"), clock);
    }

    private Cdrs open() throws IOException {
        return open(AT_THE_CALLS);
    }

    static void until(String what, Callable<Boolean> condition) throws Exception {
        long endNs = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("in time: " + what).isLessThan(endNs);
            LockSupport.parkNanos(5_000_000);
        }
    }

    static void untilStored(Cdrs cdrs, int count) throws Exception {
        until(
                count + " records",
                () -> ids(cdrs).size() == count && cdrs.counts().pending() == 0);
    }

    private static Query all(int limit) {
        return new Query(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), limit, Optional.empty());
    }

    private static List<String> ids(Cdrs cdrs) throws IOException {
        try {
            return ids(cdrs.page(all(1000)));
        } catch (CallRecords.Unavailable e) {
            return List.of(); // it opens
        }
    }

    static List<String> ids(Page page) throws IOException {
        List<String> ids = new ArrayList<>();
        for (String record : page.records()) {
            ids.add(JSON.readTree(record).path("id").asText());
        }
        return ids;
    }

    private static JsonNode find(Cdrs cdrs, String id) throws Exception {
        return JSON.readTree(cdrs.find(id).orElseThrow(() -> new AssertionError("no record of " + id)));
    }

    @Test
    void aRecordTellsTheWholeCall() throws Exception {
        try (Cdrs cdrs = open()) {
            cdrs.ended(SampleCalls.ended(7), List.of());
            cdrs.ended(SampleCalls.busy(8), List.of());
            untilStored(cdrs, 2);
            JsonNode record = find(cdrs, SampleCalls.id(7));
            assertThat(find(cdrs, "in-7@c")).isEqualTo(record);
            assertThat(find(cdrs, "out-7")).isEqualTo(record);
            assertThat(cdrs.find("out-9")).isEmpty();
            assertThat(record)
                    .isEqualTo(
                            JSON.readTree(
                                    """
                                    {"id":"000000000000000000000007","from":"+49307","to":"support","trunk":"carrier-a",
                                     "callingSide":"caller","startedAt":"2026-11-25T04:00:07.250Z",
                                     "ringingAt":"2026-11-25T04:00:07.550Z","answeredAt":"2026-11-25T04:00:09.250Z",
                                     "identity":{"verstat":"TN-Validation-Passed","reason":null,"attest":"A",
                                                 "origid":"origin-7","certificate":"CN=Signer"},
                                     "endedAt":"2026-11-25T04:01:09.250Z","setupMs":2000,"talkMs":60000,
                                     "endedBy":"caller","sipStatus":200,
                                     "legs":[
                                      {"side":"caller","peer":"carrier","sipCallId":"in-7@c","transport":"udp",
                                       "remote":"192.0.2.1:5060","srtp":"none","keying":"none","codec":"PCMA",
                                       "mediaRemote":"192.0.2.1:4000","received":2990,"sent":3000,"lost":10,
                                       "jitterMs":1.23,"mos":4.32,"quality":null},
                                      {"side":"agent","peer":"pbx","sipCallId":"out-7","transport":"tls",
                                       "remote":"192.0.2.2:5061","srtp":"AEAD_AES_128_GCM","keying":"sdes","codec":"PCMA",
                                       "mediaRemote":null,"received":0,"sent":2990,"lost":0,
                                       "jitterMs":null,"mos":null,"quality":null}],
                                     "payments":[],"version":"1.2.3"}"""));
            JsonNode busy = find(cdrs, SampleCalls.id(8));
            assertThat(busy.path("sipStatus").asInt()).isEqualTo(486);
            assertThat(busy.path("answeredAt").isNull()).isTrue();
            assertThat(busy.path("setupMs").isNull()).isTrue();
            assertThat(cdrs.counts()).isEqualTo(new CdrCounts(2, 0, 0, 0, 0));
        }
    }

    @Test
    void aRecordIsNotWrittenTwice() throws Exception {
        try (Cdrs cdrs = open()) {
            for (int i = 0; i < 3; i++) {
                cdrs.ended(SampleCalls.ended(i), List.of());
                cdrs.ended(SampleCalls.ended(i), List.of());
            }
            untilStored(cdrs, 3);
        }
        change("DELETE FROM progress"); // as if it had never read the journal
        try (Cdrs again = open()) {
            again.ended(SampleCalls.ended(3), List.of());
            untilStored(again, 4);
            assertThat(again.counts().written()).isEqualTo(1);
        }
    }

    @Test
    void catchesUpAtStart() throws Exception {
        try (Cdrs cdrs = open()) {
            cdrs.ended(SampleCalls.ended(0), List.of());
            untilStored(cdrs, 1);
        }
        try (CdrJournal journal = CdrJournal.open(directory().resolve("journal"), AT_THE_CALLS)) {
            for (int i = 1; i <= 1500; i++) { // more than a turn of the mover's
                String json = RecordText.ended(SampleCalls.ended(i), List.of(), "1.2.3");
                journal.append(new Entry(Entry.Kind.ENDED, json).octets());
            }
        }
        try (Cdrs again = open()) {
            until("the last one", () -> isThere(again, 1500) && again.counts().pending() == 0);
            assertThat(ids(again)).hasSize(1000).startsWith(SampleCalls.id(1500));
        }
    }

    static boolean isThere(Cdrs cdrs, int number) {
        try {
            return cdrs.find(SampleCalls.id(number)).isPresent();
        } catch (CallRecords.Unavailable e) {
            return false;
        }
    }

    @Test
    void goesOnWhileTheDatabaseIsLocked() throws Exception {
        try (Cdrs cdrs = open()) {
            cdrs.ended(SampleCalls.ended(0), List.of());
            untilStored(cdrs, 1);
            try (Connection other = connect();
                    Statement lock = other.createStatement()) {
                lock.execute("BEGIN EXCLUSIVE");
                long startNs = System.nanoTime();
                for (int i = 1; i <= 50; i++) {
                    cdrs.ended(SampleCalls.ended(i), List.of());
                }
                assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofMillis(400)); // BUSY_MS
                until("it was tried", () -> cdrs.counts().databaseFailures() > 0);
                assertThat(cdrs.counts().pending()).isEqualTo(50);
                assertThat(cdrs.counts().written()).isEqualTo(51);
                assertThat(ids(cdrs))
                        .as("who asks does not wait for who writes")
                        .hasSize(1);
                lock.execute("ROLLBACK");
            }
            untilStored(cdrs, 51);
            assertThat(cdrs.counts().lost()).isZero();
        }
    }

    @Test
    void goesOnWithABrokenDatabaseAndMakesItAnew() throws Exception {
        try (Cdrs cdrs = open()) {
            cdrs.ended(SampleCalls.ended(0), List.of());
            untilStored(cdrs, 1);
        }
        Path database = directory().resolve("cdr.db");
        Files.writeString(database, "this is no database ".repeat(1000));
        try (Cdrs cdrs = open()) {
            cdrs.ended(SampleCalls.ended(1), List.of());
            until("it was tried", () -> cdrs.counts().databaseFailures() > 0);
            assertThat(cdrs.counts().journalFailures()).isZero();
            until("in the journal", () -> cdrs.counts().written() == 1);
            assertThat(cdrs.counts().pending()).isEqualTo(1);
        }
        for (String name : List.of("cdr.db", "cdr.db-wal", "cdr.db-shm")) { // the runbook's words
            Files.deleteIfExists(directory().resolve(name));
        }
        try (Cdrs cdrs = open()) {
            untilStored(cdrs, 2);
        }
    }

    @Test
    void aJournalMadeAnewIsReadFromItsStart() throws Exception {
        try (Cdrs cdrs = open()) {
            for (int i = 0; i < 5; i++) {
                cdrs.ended(SampleCalls.ended(i), List.of());
            }
            untilStored(cdrs, 5);
        }
        try (Stream<Path> files = Files.list(directory().resolve("journal"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        try (Cdrs cdrs = open()) {
            for (int i = 5; i < 12; i++) {
                cdrs.ended(SampleCalls.ended(i), List.of());
            }
            untilStored(cdrs, 12);
        }
    }

    /** An answered call whose process died ends with the last that was heard of that process. */
    @Test
    void aCallThatDiedWithItsProcessHasARecord() throws Exception {
        try (Cdrs cdrs = open(Clock.fixed(SampleCalls.FIRST, ZoneOffset.UTC))) {
            cdrs.answered(SampleCalls.answered(1, SampleCalls.FIRST));
            cdrs.answered(SampleCalls.answered(2, SampleCalls.FIRST));
            cdrs.ended(SampleCalls.ended(2, SampleCalls.FIRST), List.of());
            cdrs.ended(SampleCalls.busy(30), List.of()); // ended 31 s after the first started
            until("two ended", () -> ids(cdrs).size() == 2);
        }
        try (Cdrs again = open()) {
            untilStored(again, 3);
            JsonNode lost = find(again, SampleCalls.id(1));
            assertThat(lost.path("endedBy").asText()).isEqualTo("crash");
            assertThat(lost.path("endedAt").asText()).isEqualTo("2026-11-25T04:01:02.250Z"); // of call 2
            assertThat(lost.path("talkMs").asLong()).isEqualTo(60_000);
            assertThat(lost.path("sipStatus").asInt()).isEqualTo(200);
            assertThat(find(again, SampleCalls.id(2)).path("endedBy").asText()).isEqualTo("caller");
        }
        change("DELETE FROM progress");
        try (Cdrs third = open()) {
            third.ended(SampleCalls.ended(3), List.of());
            untilStored(third, 4);
            assertThat(find(third, SampleCalls.id(1)).path("endedBy").asText()).isEqualTo("crash");
        }
    }

    @Test
    void aPaymentThatEndsAfterItsCallIsPutRight() throws Exception {
        try (Cdrs cdrs = open()) {
            cdrs.ended(SampleCalls.ended(1), List.of(payment(PaymentState.SUBMITTING, Optional.empty())));
            cdrs.paid(SampleCalls.id(1), List.of(payment(PaymentState.DECLINED, Optional.of("insufficient_funds"))));
            cdrs.paid(SampleCalls.id(2), List.of()); // no such record
            until(
                    "declined",
                    () -> isThere(cdrs, 1)
                            && find(cdrs, SampleCalls.id(1))
                                    .at("/payments/0/result")
                                    .asText()
                                    .equals("declined"));
            assertThat(find(cdrs, SampleCalls.id(1)).path("payments"))
                    .isEqualTo(
                            JSON.readTree(
                                    """
                                    [{"id":"pay_1","result":"declined","errorCode":"insufficient_funds"}]"""));
            assertThat(find(cdrs, SampleCalls.id(1)).path("endedBy").asText()).isEqualTo("caller");
        }
    }

    private static PaymentView payment(PaymentState state, Optional<String> error) {
        return new PaymentView(
                "pay_1",
                SampleCalls.id(1),
                state,
                "charge",
                "12.34",
                "EUR",
                "sandbox",
                Optional.of(state).filter(s -> s == PaymentState.DECLINED),
                false,
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.of("ch_1"),
                error,
                Optional.empty(),
                Set.of(),
                SampleCalls.FIRST,
                1);
    }

    @Test
    void deletesWhatIsTooOld() throws Exception {
        Instant now = SampleCalls.FIRST;
        Instant old = now.minus(KEEP).minus(Duration.ofDays(2));
        try (Cdrs cdrs = open(Clock.fixed(old, ZoneOffset.UTC))) {
            cdrs.ended(SampleCalls.ended(1, old), List.of());
            untilStored(cdrs, 1);
        }
        Path oldDay = directory().resolve("journal/20260825F.cq4");
        assertThat(oldDay).exists();
        try (Cdrs cdrs = open(Clock.fixed(now, ZoneOffset.UTC))) {
            cdrs.ended(SampleCalls.ended(2, now), List.of());
            until("the new one is there", () -> isThere(cdrs, 2));
            until("the old one is gone", () -> !isThere(cdrs, 1) && Files.notExists(oldDay));
            assertThat(directory().resolve("journal/20261125F.cq4")).exists();
        }
        try (Cdrs cdrs = open(Clock.fixed(now, ZoneOffset.UTC))) { // goes on without that day
            cdrs.ended(SampleCalls.ended(3, now), List.of());
            untilStored(cdrs, 2);
        }
    }

    @Test
    void anEntryThatCannotBeReadHoldsNothingUp() throws Exception {
        try (CdrJournal journal = CdrJournal.open(directory().resolve("journal"), AT_THE_CALLS)) {
            journal.append("Enot json".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            journal.append("?{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            journal.append(
                    "E{\"id\":\"a\",\"startedAt\":\"yesterday\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        try (Cdrs cdrs = open()) {
            cdrs.ended(SampleCalls.ended(1), List.of());
            untilStored(cdrs, 1);
            assertThat(cdrs.counts().lost()).isEqualTo(3);
        }
    }

    @Test
    void nobodyButTheOwnerReadsThem() throws Exception {
        try (Cdrs cdrs = open()) {
            cdrs.ended(SampleCalls.ended(1), List.of());
            untilStored(cdrs, 1);
            List<Path> files;
            try (Stream<Path> walk = Files.walk(directory())) {
                files = walk.toList();
            }
            assertThat(files.stream().map(file -> file.getFileName().toString()))
                    .contains("cdr.db", "cdr.db-wal", "20261125F.cq4");
            for (Path file : files) {
                if (Files.isDirectory(file) || file.toString().matches(".*(\\.cq4|cdr\\.db.*)")) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .as(file.toString())
                            .matches("rw[x-]------");
                }
            }
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + directory().resolve("cdr.db") + "?busy_timeout=5000");
    }

    private void change(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }
}
