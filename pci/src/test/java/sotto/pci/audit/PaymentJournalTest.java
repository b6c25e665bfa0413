package sotto.pci.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PaymentJournalTest {
    @TempDir
    private Path parent;

    private Path directory() {
        return parent.resolve("journal");
    }

    @Test
    void keepsItsChainOverARestart() throws IOException {
        try (PaymentJournal journal = PaymentJournal.open(directory())) {
            assertThat(journal.append("first")).isTrue();
            assertThat(journal.append("second")).isTrue();
            assertThat(journal.verify()).isEqualTo(2);
        }
        try (PaymentJournal journal = PaymentJournal.open(directory())) {
            assertThat(journal.append("third")).isTrue();
            assertThat(journal.verify()).isEqualTo(3);
            assertThat(journal.failures()).isZero();
        }
    }

    @Test
    void nobodyButTheOwnerReadsIt() throws IOException {
        try (PaymentJournal journal = PaymentJournal.open(directory())) {
            assertThat(journal.append("pay_1|CAPTURED|12.34")).isTrue();
        }
        assertThat(Files.getPosixFilePermissions(directory())).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(directory().resolve("journal.key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        for (Path file : queueFiles()) {
            assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                    .as("records are encrypted: %s", file)
                    .doesNotContain("CAPTURED");
        }
    }

    @Test
    void showsARecordThatWasChanged() throws IOException {
        try (PaymentJournal journal = PaymentJournal.open(directory())) {
            assertThat(journal.append("first")).isTrue();
            assertThat(journal.append("second")).isTrue();
        }
        byte[] key = Files.readAllBytes(directory().resolve("journal.key"));
        key[0] ^= 1;
        Files.write(directory().resolve("journal.key"), key);
        try (PaymentJournal journal = PaymentJournal.open(directory())) {
            assertThatThrownBy(journal::verify)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("record 0 was changed, or the key is another");
            assertThat(journal.append("third"))
                    .as("nothing is added to a broken chain")
                    .isFalse();
            assertThat(journal.failures()).isEqualTo(1);
        }
    }

    private List<Path> queueFiles() throws IOException {
        try (Stream<Path> files = Files.walk(directory())) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(".cq4")).toList();
            assertThat(found).isNotEmpty();
            return found;
        }
    }
}
