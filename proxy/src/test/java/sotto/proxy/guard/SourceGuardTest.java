package sotto.proxy.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of {@link SourceGuard}, on a clock of the test's. */
final class SourceGuardTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long START = Long.MAX_VALUE - 5 * SECOND; // and over the end of it
    private static final Duration BAN = Duration.ofMinutes(10);
    private static final InetAddress TRUNK = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress ALLOWED = InetAddress.ofLiteral("198.51.100.7");
    private static final InetAddress DENIED = InetAddress.ofLiteral("203.0.113.7");
    private static final InetAddress ANN = InetAddress.ofLiteral("192.0.2.77");
    private static final InetAddress BOB = InetAddress.ofLiteral("2001:db8:1:2::b0b");
    private static final GuardSettings SETTINGS = new GuardSettings(
            true,
            2,
            10,
            1000,
            3,
            BAN,
            List.of("sipcli"),
            List.of(AddressRange.parse("198.51.100.0/24").orElseThrow()),
            List.of(AddressRange.parse("203.0.113.0/24").orElseThrow()));

    private final Set<InetAddress> peers = new HashSet<>(Set.of(TRUNK));
    private final SourceGuard guard = new SourceGuard(SETTINGS, peers::contains, 42, START);

    private static long admitted(SourceGuard guard, InetAddress source, int messages, long nowNs) {
        return LongStream.range(0, messages)
                .filter(i -> guard.admits(source, nowNs))
                .count();
    }

    private long admitted(InetAddress source, int messages, long nowNs) {
        return admitted(guard, source, messages, nowNs);
    }

    @Test
    void aboveItsRateASourceIsBannedForATime() {
        assertThat(admitted(ANN, 1000, START)).isEqualTo(10);
        assertThat(admitted(BOB, 10, START)).as("another").isEqualTo(10);
        assertThat(guard.bans(START + SECOND)).singleElement().satisfies(ban -> {
            assertThat(ban.source()).isEqualTo("192.0.2.77");
            assertThat(ban.cause()).isEqualTo(Cause.FLOOD);
            assertThat(ban.dropped()).isEqualTo(990);
            assertThat(ban.since()).isBefore(Instant.now().minusMillis(900));
            assertThat(Duration.between(ban.since(), ban.until())).isEqualTo(BAN);
        });
        assertThat(guard.dropped(Cause.FLOOD)).isEqualTo(990);
        long endNs = START + BAN.toNanos();
        assertThat(admitted(ANN, 1, endNs - 1)).isZero();
        assertThat(guard.bans(endNs)).isEmpty();
        assertThat(admitted(ANN, 1000, endNs)).isEqualTo(10);
    }

    /** Its address is easily forged there; who is banned in one is so in all. */
    @Test
    void aPeerOfOneNetworkIsAStrangerInAnother() {
        SourceGuard elsewhere = guard.exempting(address -> false);
        guard.proved(TRUNK, START); // by a call inside
        assertThat(admitted(elsewhere, TRUNK, 1000, START)).isEqualTo(10);
        assertThat(admitted(TRUNK, 1000, START)).as("at home").isEqualTo(1000);
        assertThat(admitted(elsewhere, ANN, 1000, START)).isEqualTo(10);
        assertThat(admitted(ANN, 1, START)).isZero();
        assertThat(guard.dropped(Cause.FLOOD)).isEqualTo(2 * 990 + 1);
    }

    @Test
    void anIpv6SourceIsItsNetwork() {
        for (int i = 0; i < 20; i++) {
            guard.admits(InetAddress.ofLiteral("2001:db8:1:2::" + i), START);
        }
        assertThat(guard.bans(START)).extracting(BanView::source).containsExactly("2001:db8:1:2::/64");
        assertThat(guard.admits(InetAddress.ofLiteral("2001:db8:1:3::1"), START))
                .isTrue();
    }

    @Test
    void aForgedFloodDoesNotTakeATrunkAway() {
        assertThat(admitted(TRUNK, 100_000, START)).isEqualTo(100_000);
        assertThat(guard.isScanner(TRUNK, "sipcli/v1.8", "", "", START)).isFalse();
        for (int i = 0; i < 100; i++) {
            guard.wrongPassword(TRUNK, START);
        }
        assertThat(admitted(TRUNK, 1, START)).isEqualTo(1);
        assertThat(guard.bans(START)).isEmpty();
    }

    @Test
    void anAddressThatATrunkMovesToIsExemptAtOnce() {
        admitted(ANN, 1000, START);
        assertThat(admitted(ANN, 1, START)).isZero();
        peers.add(ANN);
        assertThat(admitted(ANN, 1000, START)).isEqualTo(1000);
    }

    @Test
    void listsHoldWhateverHappens() {
        assertThat(admitted(ALLOWED, 1000, START)).isEqualTo(1000);
        assertThat(guard.isScanner(ALLOWED, "sipcli", "", "", START)).isFalse();
        assertThat(admitted(DENIED, 100, START)).isZero();
        assertThat(guard.dropped(Cause.DENIED)).isEqualTo(100);
        assertThat(guard.bans(START)).isEmpty();
    }

    @Test
    void aScannerIsBannedAtItsFirstMessage() {
        assertThat(guard.isScanner(ANN, "Phone", "sip:a@b", "sip:c@d", START)).isFalse();
        assertThat(guard.isScanner(ANN, "sipcli/v1.8", "sip:a@b", "sip:c@d", START))
                .isTrue();
        assertThat(admitted(ANN, 5, START)).isZero();
        assertThat(guard.bans(START)).singleElement().satisfies(ban -> {
            assertThat(ban.cause()).isEqualTo(Cause.SCANNER);
            assertThat(ban.dropped()).as("itself and five").isEqualTo(6);
        });
    }

    @Test
    void wrongPasswordsInARowAreTooMany() {
        for (int i = 0; i < 3; i++) {
            guard.wrongPassword(ANN, START);
        }
        assertThat(guard.bans(START)).isEmpty();
        guard.wrongPassword(ANN, START + BAN.toNanos() / 3 - 1);
        assertThat(guard.bans(START + BAN.toNanos() / 3))
                .extracting(BanView::cause)
                .containsExactly(Cause.WRONG_PASSWORD);
        for (int i = 0; i < 10; i++) {
            guard.wrongPassword(BOB, START + i * BAN.toNanos() / 3);
        }
        assertThat(guard.bans(START + 9 * BAN.toNanos() / 3))
                .as("now and then is no guessing")
                .isEmpty();
    }

    @Test
    void whoProvedToBeAPartnerHasNoRateForAnHour() {
        guard.proved(ANN, START);
        assertThat(admitted(ANN, 100_000, START)).isEqualTo(100_000);
        assertThat(guard.isScanner(ANN, "sipcli", "", "", START))
                .as("such a gateway may be forged")
                .isFalse();
        assertThat(admitted(ANN, 100, START + Duration.ofHours(1).toNanos())).isEqualTo(10);
    }

    @Test
    void aBanByHandIsForWhoProvedItselfToo() {
        guard.proved(ANN, START);
        assertThat(guard.ban(ANN, Duration.ofHours(2), START).orElseThrow().cause())
                .isEqualTo(Cause.BY_HAND);
        assertThat(admitted(ANN, 10, START)).isZero();
        assertThat(guard.lift(ANN, START)).isTrue();
        assertThat(guard.lift(ANN, START)).isFalse();
        assertThat(admitted(ANN, 100, START)).isEqualTo(100);
    }

    @Test
    void liftedItStartsAnew() {
        admitted(ANN, 1000, START);
        assertThat(guard.lift(ANN, START)).isTrue();
        assertThat(admitted(ANN, 1000, START)).isEqualTo(10);
    }

    /** Each of a million sources sends once: all of them together have a rate too, and none is kept for long. */
    @Test
    void aMillionForgedSourcesGetWhatStrangersGet() {
        long in = 0;
        for (int i = 0; i < 1_000_000; i++) {
            byte[] octets = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
            in += guard.admits(address(octets), START + i * 1000L) ? 1 : 0; // one second
        }
        assertThat(in).isBetween(1990L, 2010L); // a burst, and a second's worth
        assertThat(guard.dropped(Cause.STRANGER_LIMIT)).isEqualTo(1_000_000 - in);
        assertThat(guard.bans(START + SECOND)).isEmpty();
        assertThat(admitted(TRUNK, 10, START + SECOND)).isEqualTo(10);
    }

    @Test
    void bansAreBoundedAndThoseByHandComeFirst() {
        for (int i = 0; i < 20_000; i++) {
            byte[] octets = {10, 0, (byte) (i >> 8), (byte) i};
            guard.isScanner(address(octets), "sipcli", "", "", START + i);
        }
        assertThat(guard.bans(START + SECOND)).hasSize(10_000);
        assertThat(guard.ban(ANN, BAN, START + SECOND)).isPresent();
        assertThat(guard.bans(START + SECOND))
                .hasSize(10_000)
                .extracting(BanView::source)
                .contains("192.0.2.77");
        long laterNs = START + BAN.toNanos() + 2 * SECOND;
        assertThat(guard.isScanner(BOB, "sipcli", "", "", laterNs)).isTrue();
        assertThat(guard.bans(laterNs)).as("those that are over made room").hasSize(1);
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void switchedOffItBansNobodyButByHandAndByList(boolean enabled) {
        SourceGuard other = new SourceGuard(
                new GuardSettings(enabled, 2, 10, 1000, 3, BAN, SETTINGS.scanners(), List.of(), SETTINGS.deny()),
                address -> false,
                42,
                START);
        assertThat(admitted(other, ANN, 100, START)).isEqualTo(enabled ? 10 : 100);
        assertThat(other.isScanner(BOB, "sipcli", "", "", START)).isEqualTo(enabled);
        assertThat(admitted(other, DENIED, 1, START)).isZero();
        other.ban(TRUNK, BAN, START);
        assertThat(admitted(other, TRUNK, 1, START)).isZero();
    }
}
