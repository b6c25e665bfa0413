package sotto.media.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sotto.media.Until;
import sotto.media.srtp.SrtpKeys;

/** Handshakes that nobody answers. */
@Timeout(20)
final class DtlsHandshakesTest {
    private final DtlsIdentity identity = DtlsIdentity.create(new SecureRandom(), Instant.now());
    private final DtlsPlan plan = new DtlsPlan(identity, true, List.of(identity.fingerprint()));

    /** Hears what became of it. */
    private static final class Owner implements DtlsAssociation.Owner {
        private final CompletableFuture<Boolean> failed = new CompletableFuture<>();

        @Override
        public void send(byte[] datagram) {}

        @Override
        public void keyed(SrtpKeys receive, SrtpKeys send) {
            failed.completeExceptionally(new AssertionError("keyed by nobody"));
        }

        @Override
        public void failed(boolean certificateRefused) {
            failed.complete(certificateRefused);
        }
    }

    @Test
    void areNoMoreAtOnceThanAllowed() {
        DtlsHandshakes handshakes = new DtlsHandshakes(2);
        DtlsAssociation first = Objects.requireNonNull(handshakes.begin(plan, new Owner()));
        DtlsAssociation second = Objects.requireNonNull(handshakes.begin(plan, new Owner()));

        assertThat(handshakes.begin(plan, new Owner())).isNull();
        assertThat(handshakes.underWay()).isEqualTo(2);

        first.abandon();
        Until.holds("one has ended", () -> handshakes.underWay() == 1);
        DtlsAssociation third = Objects.requireNonNull(handshakes.begin(plan, new Owner()));
        second.abandon();
        third.abandon();
    }

    @Test
    void failWhenTheyTakeTooLong() throws Exception {
        DtlsHandshakes handshakes = new DtlsHandshakes(1, Duration.ofMillis(500));
        Owner owner = new Owner();
        DtlsAssociation association = Objects.requireNonNull(handshakes.begin(plan, owner));

        assertThat(owner.failed.get(5, TimeUnit.SECONDS)).isFalse();
        Until.holds("it has ended", () -> handshakes.underWay() == 0);
        Until.holds("it takes no more", () -> !association.offer(new byte[20]));
    }

    @Test
    void takeNoMoreThanTheyCanRead() {
        DatagramQueue queue = new DatagramQueue(datagram -> {});
        int taken = 0;
        while (queue.offer(new byte[100])) {
            taken++;
        }
        assertThat(taken).isEqualTo(32);
    }
}
