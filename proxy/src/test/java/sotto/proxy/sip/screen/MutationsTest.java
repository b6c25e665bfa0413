package sotto.proxy.sip.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.proxy.fuzz.Mutator;

/** {@link SipFuzzTest} over messages that were changed; how many says {@code -Dfuzz.inputs}. */
final class MutationsTest {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 20_000);
    private static final Duration LONGEST = Duration.ofSeconds(2); // one message takes some 20 µs; a stall is no chance

    /** Long runs of what a pattern repeats, in each field that a reply is made of: none takes long. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                " ",
                "<",
                ";",
                "(",
                "\"",
                "<a:",
                ";tag=",
                "; ",
                "1",
                "z9hG4bK",
                "SIP/2.0/UDP ",
                ":",
                "[",
                "%",
                ","
            })
    void longRuns(String run) {
        String stretch = run.repeat(3900 / run.length());
        long startNs = System.nanoTime();
        for (String field :
                List.of("Via: ", "From: ", "To: ", "Call-ID: ", "CSeq: ", "Contact: ", "Via: SIP/2.0/UDP h")) {
            for (String unreadable : List.of("", "\"")) {
                Wire.screen(Wire.INVITE.replaceFirst("(?m)^" + field, field + stretch + unreadable));
            }
        }
        Wire.screen(Wire.INVITE.replace("sip:b@", "sip:" + run.repeat(900 / run.length()) + "@"));
        assertThat(System.nanoTime() - startNs).isLessThan(LONGEST.toNanos());
    }

    @Test
    void everyOneIsDealtWith() {
        List<byte[]> seeds = new ArrayList<>(Wire.torture());
        seeds.add(Wire.INVITE.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        Mutator mutator = new Mutator(seeds, 4475);
        Set<Defect> seen = EnumSet.noneOf(Defect.class);
        int passed = 0;
        for (int i = 0; i < INPUTS; i++) {
            byte[] message = mutator.next();
            long startNs = System.nanoTime();
            SipFuzzTest.check(message);
            assertThat(System.nanoTime() - startNs).as("input %s", i).isLessThan(LONGEST.toNanos());
            if (i % 10 == 0) {
                Wire.Screened screened = Wire.screen(message);
                if (screened.message() instanceof BadRequest bad) {
                    seen.add(bad.defect());
                } else if (screened.message() != null) {
                    passed++;
                }
            }
        }
        assertThat(seen).as("else the changes say nothing").isEqualTo(EnumSet.allOf(Defect.class));
        assertThat(passed).isBetween(INPUTS / 10 / 20, INPUTS / 10 * 9 / 10);
    }
}
