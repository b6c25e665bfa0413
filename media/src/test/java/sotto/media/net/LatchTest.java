package sotto.media.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of {@link Latch}, one latch a row, at a clock that is about to wrap. */
final class LatchTest {
    private static final long START_NS = Long.MAX_VALUE - 1_500_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            textBlock =
                    """
        # leg,  packets from, answers,                 holds, has won
        plain,  A,            MOVED,                   A,     false
        plain,  A A,          MOVED HELD,              A,     false
        plain,  A B,          MOVED STRANGER,          A,     false
        plain,  A S,          MOVED MOVED,             S,     true
        plain,  A S A,        MOVED MOVED STRANGER,    S,     true
        plain,  S,            MOVED,                   S,     true
        plain,  S A S,        MOVED STRANGER HELD,     S,     true
        SRTP,   A,            MOVED,                   A,     true
        SRTP,   S A,          MOVED MOVED,             A,     true
        SRTP,   A B,          MOVED MOVED,             B,     true
        SRTP,   A B A,        MOVED MOVED HELD,        B,     true
        SRTP,   A B B,        MOVED MOVED HELD,        B,     true
        """)
    void followsTheTable(String leg, String from, String answers, String holds, boolean hasWon) {
        Latch latch = new Latch(START_NS);
        assertThat(latch.settle(at("S"), leg.equals("SRTP"), START_NS)).isTrue();

        StringBuilder got = new StringBuilder();
        long nowNs = START_NS;
        for (String source : from.split(" ")) {
            nowNs += 20_000_000L;
            got.append(latch.see(at(source), nowNs)).append(' ');
        }

        assertThat(got.toString().trim()).isEqualTo(answers);
        assertThat(latch.latched()).contains(at(holds));
        assertThat(latch.hasWon()).isEqualTo(hasWon);
    }

    @Test
    void hearsWhomIceFoundAlone() {
        Latch latch = new Latch(START_NS);
        latch.settle(at("S"), false, START_NS);
        latch.see(at("S"), START_NS);

        latch.strict(null);
        assertThat(latch.see(at("S"), START_NS)).isEqualTo(Latch.Answer.STRANGER);
        assertThat(latch.latched()).isEmpty();
        latch.strict(at("A"));
        assertThat(latch.see(at("A"), START_NS)).isEqualTo(Latch.Answer.HELD);
        assertThat(latch.see(at("S"), START_NS)).isEqualTo(Latch.Answer.STRANGER);
        assertThat(latch.hasWon()).isTrue();

        assertThat(latch.settle(at("S"), false, START_NS)).isTrue(); // a re-INVITE without ICE
        assertThat(latch.see(at("S"), START_NS)).isEqualTo(Latch.Answer.MOVED);
    }

    @Test
    void movesAgainAfterASecond() {
        Latch latch = new Latch(START_NS);
        latch.settle(at("S"), true, START_NS);
        latch.see(at("A"), START_NS);
        latch.see(at("B"), START_NS);

        assertThat(latch.see(at("A"), START_NS + SECOND_NS - 1)).isEqualTo(Latch.Answer.HELD);
        assertThat(latch.latched()).contains(at("B"));
        assertThat(latch.see(at("A"), START_NS + SECOND_NS)).isEqualTo(Latch.Answer.MOVED);
        assertThat(latch.latched()).contains(at("A"));
    }

    @Test
    void keepsTheLatchWhereNothingChanged() {
        Latch latch = new Latch(START_NS);
        latch.settle(at("S"), false, START_NS);
        latch.see(at("A"), START_NS);

        assertThat(latch.settle(at("S"), false, START_NS + 1)).isFalse();
        assertThat(latch.latched()).contains(at("A"));
    }

    @Test
    void keepsTheLatchOnTheOldKindOfHold() { // RFC 3264 §8.4: c=0.0.0.0
        Latch latch = new Latch(START_NS);
        latch.settle(at("S"), false, START_NS);
        latch.see(at("S"), START_NS);

        assertThat(latch.settle(new InetSocketAddress(4_000), false, START_NS)).isFalse();
        assertThat(latch.latched()).contains(at("S"));
        assertThat(latch.settle(at("S"), false, START_NS)).isFalse();
    }

    @Test
    void startsAnewWhereThePeerMoved() {
        Latch latch = new Latch(START_NS);
        latch.settle(at("S"), false, START_NS);
        latch.see(at("A"), START_NS);

        assertThat(latch.settle(at("T"), false, START_NS)).isTrue();
        assertThat(latch.latched()).isEqualTo(Optional.empty());
        assertThat(latch.see(at("A"), START_NS + SECOND_NS - 1)).isEqualTo(Latch.Answer.STRANGER); // in flight
        assertThat(latch.see(at("A"), START_NS + SECOND_NS))
                .isEqualTo(Latch.Answer.MOVED); // still there: it is the peer
        assertThat(latch.see(at("T"), START_NS + SECOND_NS)).isEqualTo(Latch.Answer.MOVED);
    }

    @Test
    void aPlainSourceCountsForNothingOnceTheLegIsEncrypted() {
        Latch latch = new Latch(START_NS);
        latch.settle(at("S"), false, START_NS);
        latch.see(at("S"), START_NS);

        assertThat(latch.settle(at("S"), true, START_NS)).isTrue();
        assertThat(latch.hasWon()).isFalse();
    }

    @Test
    void remembersWhenThePeerWasHeard() {
        Latch latch = new Latch(START_NS);
        assertThat(latch.heardNs()).isEqualTo(START_NS);
        latch.heard(START_NS + 5);
        assertThat(latch.heardNs()).isEqualTo(START_NS + 5);
    }

    private static InetSocketAddress at(String name) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 10_000 + name.charAt(0));
    }
}
