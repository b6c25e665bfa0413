package sotto.proxy.sipp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.e2e.Peers;

/**
 * All rows of {@link Rows} against the real program, side by side: each is a test by its name. Those that wait for timers
 * of the RFCs begin first and decide how long it takes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScenariosTest {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path directory;

    private final Map<Site.Kind, Site> sites = new EnumMap<>(Site.Kind.class);
    private final Map<String, Future<?>> playing = new HashMap<>();
    /** Not virtual ones: two that wait for a class to be made ready hold both cores, and the third that makes it has none. */
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private final List<Row> rows = chosen();

    /** {@code -Dsipp.rows=hold.*} plays some alone. */
    private static List<Row> chosen() {
        String wanted = System.getProperty("sipp.rows", ".*");
        return Rows.all().stream().filter(row -> row.name().matches(wanted)).toList();
    }

    @BeforeAll
    void start() throws Exception {
        Peers.require("sipp", "sip-tester");
        Map<Site.Kind, Future<Site>> starting = new EnumMap<>(Site.Kind.class);
        for (Site.Kind kind : Site.Kind.values()) {
            if (rows.stream().anyMatch(row -> row.site() == kind)) {
                Path own = directory.resolve(kind.name());
                starting.put(kind, threads.submit(() -> Site.start(kind, rows, own)));
            }
        }
        for (Map.Entry<Site.Kind, Future<Site>> site : starting.entrySet()) {
            sites.put(site.getKey(), site.getValue().get());
        }
        List<Row> longestFirst = new ArrayList<>(rows);
        longestFirst.sort(Comparator.comparingInt(Row::atMostS).reversed());
        for (Row row : longestFirst) {
            Site site = Objects.requireNonNull(sites.get(row.site()));
            playing.put(row.name(), threads.submit(() -> {
                Performance.of(row, site);
                return row;
            }));
        }
    }

    @TestFactory
    Stream<DynamicTest> rows() {
        Stream<DynamicTest> each = rows.stream().map(row -> DynamicTest.dynamicTest(row.name(), () -> ended(row)));
        return Stream.concat(each, Stream.of(DynamicTest.dynamicTest("nothing is left", this::nothingIsLeft)));
    }

    private void ended(Row row) throws Exception {
        try {
            Objects.requireNonNull(playing.get(row.name())).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failed) {
                throw failed;
            }
            throw e;
        }
    }

    private void nothingIsLeft() {
        sites.values().forEach(site -> {
            site.awaitQuiet();
            assertThat(site.sotto().output()).doesNotContain("ERROR", "a defect of ours");
        });
    }

    @AfterAll
    void stop() {
        sites.values().forEach(Site::close);
        threads.close();
    }
}
