package sotto.media.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PortPoolTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final int first = 22_000 + 2 * new Random().nextInt(4_000);
    private final PortPool pool = new PortPool(LOOPBACK, first, first + 15, RandomGenerator.getDefault());
    private final List<PortPair> taken = new ArrayList<>();

    @AfterEach
    void giveBack() {
        taken.forEach(pool::giveBack);
    }

    @Test
    void givesEvenPortsAndTheOddOneAbove() throws Exception {
        PortPair pair = take();

        assertThat(pair.port() % 2).isZero();
        assertThat(pair.port()).isBetween(first, first + 14);
        assertThat(pair.rtp().getLocalAddress()).isEqualTo(new InetSocketAddress(LOOPBACK, pair.port()));
        assertThat(pair.rtcp().getLocalAddress()).isEqualTo(new InetSocketAddress(LOOPBACK, pair.port() + 1));
    }

    @Test
    void holdsNoMoreThanItHas() {
        drain();

        assertThat(pool.take()).isEmpty();
        assertThat(pool.inUse()).isEqualTo(taken.size());
        assertThat(pool.size()).isEqualTo(8);
        assertThat(taken).isNotEmpty().doesNotHaveDuplicates();

        PortPair back = taken.removeLast();
        pool.giveBack(back);
        assertThat(take().port()).isEqualTo(back.port());
    }

    @Test
    void usesAFreedPairLast() {
        PortPair freed = take();
        pool.giveBack(taken.removeLast());
        drain();

        assertThat(taken.getLast().port()).isEqualTo(freed.port());
    }

    @Test
    void freesAPairOnceOnly() {
        PortPair pair = take();
        PortPair other = take();
        pool.giveBack(pair);
        pool.giveBack(pair);
        taken.remove(pair);

        assertThat(pool.inUse()).isEqualTo(1);
        assertThat(other.rtp().isOpen()).isTrue();
    }

    @Test
    void skipsAPairOfWhichOnePortIsHeldByOthers() throws Exception {
        try (DatagramSocket rtpOfFirst = new DatagramSocket(new InetSocketAddress(LOOPBACK, first));
                DatagramSocket rtcpOfSecond = new DatagramSocket(new InetSocketAddress(LOOPBACK, first + 3))) {
            drain();

            assertThat(taken).extracting(PortPair::port).isNotEmpty().doesNotContain(first, first + 2);
            assertThat(pool.inUse()).isEqualTo(taken.size());
            assertThat(rtpOfFirst.isBound() && rtcpOfSecond.isBound()).isTrue();
        }
    }

    @Test
    void refusesARangeThatMakesNoPairs() {
        assertThatThrownBy(() -> new PortPool(LOOPBACK, 20_001, 20_010, RandomGenerator.getDefault()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("20001");
        assertThatThrownBy(() -> new PortPool(LOOPBACK, 20_000, 19_999, RandomGenerator.getDefault()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private PortPair take() {
        PortPair pair = pool.take().orElseThrow();
        taken.add(pair);
        return pair;
    }

    private void drain() {
        pool.take().ifPresent(pair -> {
            taken.add(pair);
            drain();
        });
    }
}
