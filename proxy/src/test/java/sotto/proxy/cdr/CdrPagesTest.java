package sotto.proxy.cdr;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.cdr.CallRecords.Page;
import sotto.proxy.cdr.CallRecords.Place;
import sotto.proxy.cdr.CallRecords.Query;

/** The order of records, their pages, and each way to ask for some of them. */
final class CdrPagesTest {
    @TempDir
    private Path parent;

    @Test
    void givesPagesNewestFirst() throws Exception {
        try (Cdrs cdrs = Cdrs.open(new CdrSettings(parent.resolve("cdr"), Duration.ofDays(3650), "1.2.3"))) {
            for (int i = 0; i < 25; i++) {
                cdrs.ended(SampleCalls.ended(i, SampleCalls.FIRST.plusSeconds(i / 5)), List.of()); // five at a time
            }
            CdrsTest.untilStored(cdrs, 25);
            List<String> walked = new ArrayList<>();
            Optional<Place> after = Optional.empty();
            int pages = 0;
            do {
                Page page = cdrs.page(
                        new Query(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 7, after));
                walked.addAll(CdrsTest.ids(page));
                after = page.next().flatMap(next -> Place.parse(next.text()));
                pages++;
            } while (after.isPresent());
            assertThat(pages).isEqualTo(4);
            assertThat(walked)
                    .isEqualTo(IntStream.range(0, 25)
                            .mapToObj(i -> SampleCalls.id(24 - i))
                            .toList());

            Instant second = SampleCalls.FIRST.plusSeconds(2);
            assertThat(CdrsTest.ids(cdrs.page(query(Optional.of(second), Optional.of(second.plusSeconds(1)), "", ""))))
                    .as("from is in, to is not")
                    .containsExactly(ids(10, 14));
            assertThat(CdrsTest.ids(cdrs.page(query(Optional.empty(), Optional.empty(), "carrier-b", ""))))
                    .hasSize(9)
                    .contains(SampleCalls.id(24));
            assertThat(CdrsTest.ids(cdrs.page(query(Optional.empty(), Optional.empty(), "", "+49303"))))
                    .containsExactly(SampleCalls.id(3));
            assertThat(CdrsTest.ids(cdrs.page(query(Optional.empty(), Optional.empty(), "", "sales"))))
                    .hasSize(13);
        }
    }

    private static String[] ids(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(i -> SampleCalls.id(last + first - i))
                .toArray(String[]::new);
    }

    private static Query query(Optional<Instant> from, Optional<Instant> to, String trunk, String number) {
        return new Query(
                from,
                to,
                Optional.of(trunk).filter(t -> !t.isEmpty()),
                Optional.of(number).filter(n -> !n.isEmpty()),
                100,
                Optional.empty());
    }
}
