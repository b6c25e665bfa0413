package sotto.proxy.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.packet.Side;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.realm.OneRealm;

/** {@link Allowance} on clocks that start anywhere, and the limits of a {@link Peer}. */
final class AllowanceTest {
    private static final long MS = 1_000_000;

    private static Allowance of(int perSecond, int burst) {
        return new Allowance(Optional.of(new PeerSettings.Rate(perSecond, burst)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 5_000_000_000L, Long.MAX_VALUE - 100 * MS, Long.MIN_VALUE + 1})
    void aBurstThenTheRate(long startNs) {
        Allowance allowance = of(2, 3);
        assertThat(taken(allowance, startNs, 10)).isEqualTo(3);
        assertThat(taken(allowance, startNs + 499 * MS, 10)).isZero();
        assertThat(taken(allowance, startNs + 500 * MS, 10)).isEqualTo(1);
        assertThat(taken(allowance, startNs + 999 * MS, 10)).isZero();
        assertThat(taken(allowance, startNs + 2000 * MS, 10)).isEqualTo(3);
        assertThat(taken(allowance, startNs + Duration.ofHours(30).toNanos(), 10))
                .as("it does not fill above its burst")
                .isEqualTo(3);
    }

    private static long taken(Allowance allowance, long nowNs, int tries) {
        return LongStream.range(0, tries).filter(i -> allowance.take(nowNs)).count();
    }

    @Test
    void withoutARuleNothingIsRefused() {
        assertThat(taken(new Allowance(Optional.empty()), 7, 1000)).isEqualTo(1000);
    }

    @Test
    void aPeerHasRoomForItsCallsOnly() {
        Peer peer = new Peer(
                new PeerSettings(
                        "p",
                        "192.0.2.1",
                        5060,
                        PeerSettings.Transport.UDP,
                        PeerSettings.Srtp.FORBID,
                        new PeerSettings.Limits(OptionalInt.of(2), Optional.of(new PeerSettings.Rate(1, 3))),
                        Optional.empty(),
                        PeerSettings.FailOver.USUAL,
                        Optional.empty()),
                OneRealm.realm(),
                Side.CALLER);
        assertThat(peer.enter(0)).isTrue();
        assertThat(peer.enter(0)).isTrue();
        assertThat(peer.enter(0)).as("two are up").isFalse();
        peer.leave();
        assertThat(peer.enter(0)).as("one ended; the burst has one left").isTrue();
        peer.leave();
        assertThat(peer.enter(0)).as("too fast").isFalse();
        assertThat(peer.view().calls()).isEqualTo(1);
        assertThat(peer.view().overLimit()).isEqualTo(2);
        assertThat(peer.enter(1000 * MS)).as("a second later").isTrue();
    }
}
