package sotto.proxy.location;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.sip.SipTransport;

/** The table, and what of it is there after a restart however that came. */
final class BindingTableTest {
    private static final Instant NOW = Instant.ofEpochMilli(System.currentTimeMillis());
    private static final Instant LATER = NOW.plusSeconds(600);

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("registrations");
    }

    private BindingTable open() throws IOException {
        return BindingTable.open(file(), "pbx"::equals, NOW);
    }

    private static Binding binding(String token, String record, int port, Instant expires) {
        return new Binding(
                token,
                "pbx",
                record,
                "sip:a b@[2001:db8::1]:5060;x=\"é\r\n",
                new Binding.Flow(InetAddress.ofLiteral("2001:db8::1"), port, SipTransport.TLS),
                new Binding.Trait(true, false),
                expires);
    }

    private static PeerPolicy.Phones rule(int most, int perUser) {
        Duration minute = Duration.ofMinutes(1);
        return new PeerPolicy.Phones(
                List.of(), List.of(), PeerSettings.Srtp.REQUIRE, false, most, perUser, minute, minute, minute);
    }

    @Test
    void comesBackWithoutBeingClosed() throws IOException {
        BindingTable table = open();
        byte[] secret = table.secret();
        assertThat(table.put(binding("one", "1@x", 1, LATER))).isTrue();
        assertThat(table.put(binding("one", "1@x", 2, LATER))).isFalse();
        table.put(binding("two", "2@x", 3, LATER));
        table.put(binding("over", "3@x", 4, NOW));
        table.put(binding("gone", "4@x", 5, LATER));
        assertThat(table.remove("gone")).isTrue();
        assertThat(table.remove("gone")).isFalse();
        BindingTable again = open();
        assertThat(again.all(NOW))
                .containsExactlyInAnyOrder(binding("one", "1@x", 2, LATER), binding("two", "2@x", 3, LATER));
        assertThat(again.secret()).isEqualTo(secret);
        assertThat(again.of("over")).isEmpty();
        assertThat(BindingTable.open(file(), "another"::equals, NOW).all(NOW)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+ cut pbx 9%40x sip%3A", "+ a .", "- .", "+ a b c d e f g h i j .", "%%% .", ""})
    void aLineThatIsNotWholeCostsNoOther(String line) throws IOException {
        open().put(binding("one", "1@x", 1, LATER));
        Files.writeString(file(), line, StandardOpenOption.APPEND);
        assertThat(open().all(NOW)).hasSize(1);
        assertThat(Files.readString(file())).doesNotContain(line.isEmpty() ? "none" : "\n" + line);
    }

    @Test
    void aFileOfSomethingElseIsNoTable() throws IOException {
        Files.writeString(file(), "hello\n");
        assertThat(open().all(NOW)).isEmpty();
    }

    @Test
    void theFileDoesNotGrowWithRenewals() throws IOException {
        BindingTable table = open();
        for (int i = 0; i < 5000; i++) {
            table.put(binding("one", "1@x", i, LATER));
        }
        assertThat(Files.readAllLines(file())).hasSizeLessThan(1100);
        assertThat(open().of("one")).contains(binding("one", "1@x", 4999, LATER));
    }

    @Test
    void aDiskThatFailsAndComesBack() throws IOException {
        BindingTable table = open();
        table.close(); // what a failed write does
        Path moved = Files.move(directory.resolve("registrations"), directory.resolve("moved"));
        Files.createDirectory(file()); // not a place to write a file to
        Files.createFile(file().resolve("in-the-way"));
        table.put(binding("one", "1@x", 1, LATER));
        assertThat(table.of("one")).isPresent();
        Files.delete(file().resolve("in-the-way"));
        Files.delete(file());
        table.put(binding("two", "2@x", 2, LATER));
        assertThat(open().all(NOW)).hasSize(2);
        assertThat(moved).exists();
    }

    @Test
    void isFoundByFlowWhileItIsGood() throws IOException {
        BindingTable table = open();
        Binding first = binding("one", "1@x", 7, LATER);
        table.put(first);
        table.put(binding("two", "2@x", 7, LATER)); // a gateway with several handsets
        assertThat(table.at(first.flow(), NOW)).isPresent();
        table.put(binding("one", "1@x", 8, LATER));
        assertThat(table.at(first.flow(), NOW).map(Binding::token)).contains("two");
        table.remove("two");
        assertThat(table.at(first.flow(), NOW)).isEmpty();
        assertThat(table.at(binding("one", "1@x", 8, LATER).flow(), LATER)).isEmpty();
        assertThat(table.of("one")).isPresent(); // and still known, as one that is over
        table.sweep(LATER.plusSeconds(301));
        assertThat(table.of("one")).isEmpty();
    }

    @Test
    void hasRoomForSoMany() throws IOException {
        BindingTable table = open();
        PeerPolicy.Phones rule = rule(3, 2);
        table.put(binding("a", "1@x", 1, LATER));
        assertThat(table.full("pbx", "1@x", Set.of("a", "b"), rule)).isEmpty();
        assertThat(table.full("pbx", "1@x", Set.of("b", "c"), rule)).contains(BindingTable.Full.RECORD);
        table.put(binding("b", "1@x", 2, LATER));
        table.put(binding("c", "2@x", 3, NOW.minusSeconds(1)));
        assertThat(table.full("pbx", "3@x", Set.of("d"), rule)).isEmpty(); // c is over, and gives way
        assertThat(table.of("c")).isEmpty();
        table.put(binding("d", "3@x", 4, LATER));
        assertThat(table.full("pbx", "4@x", Set.of("e"), rule)).contains(BindingTable.Full.PBX);
        assertThat(table.full("pbx", "3@x", Set.of("d"), rule)).isEmpty();
        assertThat(table.of("pbx", "1@x", NOW)).hasSize(2);
    }

    @Test
    void tokensAreTheSameForTheSameAndNotToBeGuessed() {
        Tokens tokens = Tokens.of(new byte[32]);
        assertThat(tokens.of("a", "bc")).isEqualTo(tokens.of("a", "bc")).isNotEqualTo(tokens.of("ab", "c"));
        assertThat(Tokens.of(new byte[] {1}).of("a", "bc")).isNotEqualTo(tokens.of("a", "bc"));
        assertThat(Tokens.isOne(tokens.of("a"))).isTrue();
        assertThat(List.of(
                        "",
                        "1001",
                        "sxabc",
                        tokens.of("a") + "a",
                        tokens.of("a").toUpperCase(java.util.Locale.ROOT)))
                .noneMatch(Tokens::isOne);
        assertThat(Optional.of(tokens.of("a"))).get().asString().doesNotContainPattern("\\d");
    }
}
