package sotto.proxy.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Buckets of sources, on clocks that start anywhere, and what a flood of other sources does to them. */
final class SourceTableTest {
    private static final long MS = 1_000_000;
    private static final long SECRET = 0x5eed;
    private static final Source ANN = new Source(1);

    private static long taken(SourceTable table, Source source, Rate rate, long nowNs) {
        return LongStream.range(0, 1000)
                .filter(i -> table.take(source, rate, nowNs))
                .count();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 5_000_000_000L, Long.MAX_VALUE - 100 * MS, Long.MIN_VALUE + 1})
    void aBurstThenTheRate(long startNs) {
        SourceTable table = new SourceTable(8, SECRET);
        Rate rate = Rate.perSecond(2, 3);
        assertThat(taken(table, ANN, rate, startNs)).isEqualTo(3);
        assertThat(taken(table, ANN, rate, startNs + 499 * MS)).isZero();
        assertThat(taken(table, ANN, rate, startNs + 500 * MS)).isEqualTo(1);
        assertThat(taken(table, ANN, rate, startNs + 999 * MS)).isZero();
        assertThat(taken(table, ANN, rate, startNs + 2000 * MS)).isEqualTo(3);
        assertThat(taken(table, ANN, rate, startNs + Duration.ofHours(30).toNanos()))
                .as("it does not fill above its burst")
                .isEqualTo(3);
    }

    @Test
    void eachSourceHasItsOwn() {
        SourceTable table = new SourceTable(64, SECRET);
        Rate rate = Rate.perSecond(1, 5);
        for (long key = 0; key < 20; key++) {
            assertThat(taken(table, new Source(key), rate, 7)).isEqualTo(5);
        }
        assertThat(taken(table, new Source(3), rate, 8)).isZero();
        table.forget(new Source(3));
        assertThat(taken(table, new Source(3), rate, 8)).isEqualTo(5);
    }

    /** Who forges addresses cannot have his own forgotten: an empty bucket is the last to go. */
    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 50 * MS})
    void anEmptyBucketOutlivesAMillionForgedSources(long startNs) {
        SourceTable table = new SourceTable(1024, SECRET);
        Rate rate = Rate.perSecond(20, 100);
        assertThat(taken(table, ANN, rate, startNs)).isEqualTo(100);
        for (long key = 2; key < 1_000_000; key++) {
            table.take(new Source(key), rate, startNs + key * 100); // 0.1 s
        }
        assertThat(taken(table, ANN, rate, startNs + 100 * MS)).as("2 came in").isEqualTo(2);
    }

    @Test
    void sourcesOfOneNetworkAreSpread() {
        SourceTable table = new SourceTable(1024, SECRET);
        for (long key = 0; key < 512; key++) {
            table.keep(new Source(key << 16), 100);
        }
        long kept = LongStream.range(0, 512)
                .filter(key -> table.keeps(new Source(key << 16), 99))
                .count();
        assertThat(kept).as("half full, few sets overflow").isGreaterThan(470);
        assertThat(table.keeps(new Source(0), 100)).isFalse();
    }

    @Test
    void isKeptAsLongAsTheLongestTime() {
        SourceTable table = new SourceTable(8, SECRET);
        table.keep(ANN, 100);
        table.keep(ANN, 50);
        assertThat(table.keeps(ANN, 99)).isTrue();
        assertThat(table.keeps(ANN, 100)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 12, -8})
    void placesAreAPowerOfTwo(int places) {
        assertThatIllegalArgumentException().isThrownBy(() -> new SourceTable(places, SECRET));
    }
}
