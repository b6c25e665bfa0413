package sotto.media.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.Stun;
import sotto.media.packet.Verdict;

/** The rows of {@link IceLite}, and what each kind of request is answered with. */
final class IceLiteTest {
    private static final int OFFSET = 7;
    private static final int ANSWER = 2_048;
    private static final long START_NS = Long.MAX_VALUE - 1_000_000_000L;
    private static final InetSocketAddress A = new InetSocketAddress("192.0.2.1", 32_853);
    private static final InetSocketAddress B = new InetSocketAddress("192.0.2.2", 4_000);
    private static final byte[] PASSWORD = "0123456789012345678901".getBytes(StandardCharsets.US_ASCII);
    private static final String USER = "ours:theirs";

    private final MemorySegment memory = Arena.ofAuto().allocate(4_096);
    private final IceLite ice =
            new IceLite(new IcePlan(IceCredentials.of("ours", PASSWORD.clone()), "theirs"), START_NS);

    private Verdict receive(byte[] datagram, InetSocketAddress from, long nowNs) {
        MemorySegment.copy(datagram, 0, memory, ValueLayout.JAVA_BYTE, OFFSET, datagram.length);
        return ice.receive(memory, OFFSET, datagram.length, from, nowNs);
    }

    private byte[] answer() {
        int lengthBytes = ice.answer(memory, ANSWER);
        return memory.asSlice(ANSWER, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    private static int errorCode(byte[] answer) {
        byte[] value = Stun.attribute(answer, 0x0009);
        return value[2] * 100 + value[3];
    }

    @Test
    void followsTheTable() {
        String rows =
                """
            0     A none  -   0 400 -
            0     A wrong yes 9 401 -
            0     A good  no  9 200 -
            0     B good  yes 5 200 B
            0.1   A good  yes 9 200 A
            0.2   B good  yes 5 200 A
            2     B good  yes 5 200 B
            32    - -     -   0 0   none
            33    B good  yes 5 200 B
            """;
        for (String row : rows.lines().toList()) {
            String[] column = row.strip().split(" +");
            long nowNs = START_NS + (long) (Double.parseDouble(column[0]) * 1e9);
            if (!column[1].equals("-")) {
                byte[] password = column[2].equals("good") ? PASSWORD : new byte[22];
                byte[] check = column[2].equals("none")
                        ? Stun.of(0x0001).fingerprinted()
                        : Stun.check(USER, password, column[3].equals("yes"), Integer.parseInt(column[4]));
                receive(check, column[1].equals("A") ? A : B, nowNs);
                byte[] answer = answer();
                assertThat(Stun.type(answer) == 0x0101 ? 200 : errorCode(answer))
                        .as(row)
                        .isEqualTo(Integer.parseInt(column[5]));
            }
            assertThat(ice.selected()).as(row).isEqualTo(column[6].equals("-") ? null : column[6].equals("A") ? A : B);
            assertThat(ice.hasConsent(nowNs)).as(row).isEqualTo(!column[6].equals("none"));
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            textBlock =
                    """
        # section,     host,                               port,  value of XOR-MAPPED-ADDRESS
        RFC 5769 2.2,  192.0.2.1,                          32853, 0001a147e112a643
        RFC 5769 2.3,  2001:db8:1234:5678:11:2233:4455:6677, 32853, 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9
        """)
    void tellsThePeerWhereItIs(String section, String host, int port, String value) throws Exception {
        InetSocketAddress from = new InetSocketAddress(InetAddress.getByName(host), port);

        assertThat(receive(Stun.check(USER, PASSWORD, false, 1), from, START_NS))
                .isEqualTo(Verdict.CONSUMED);

        assertThat(HexFormat.of().formatHex(Stun.attribute(answer(), 0x0020))).isEqualTo(value);
        assertThat(Stun.isSigned(answer(), PASSWORD)).isTrue();
        assertThat(answer()).startsWith(1, 1).hasSize(host.contains(":") ? 76 : 64);
    }

    @Test
    void namesWhatItDoesNotKnow() {
        byte[] check = Stun.of(0x0001)
                .with(0x7001, new byte[5])
                .with(Stun.USERNAME, USER.getBytes(StandardCharsets.US_ASCII))
                .with(0x7003, new byte[0])
                .with(0xC057, new byte[4]) // may be ignored
                .with(Stun.USE_CANDIDATE, new byte[0])
                .signed(PASSWORD);

        assertThat(receive(check, A, START_NS)).isEqualTo(Verdict.STUN_UNEXPECTED);

        assertThat(errorCode(answer())).isEqualTo(420);
        assertThat(Stun.attribute(answer(), 0x000A)).isEqualTo(new byte[] {0x70, 0x01, 0x70, 0x03});
        assertThat(Stun.isSigned(answer(), PASSWORD)).isTrue();
        assertThat(ice.selected()).isNull();
    }

    @Test
    void neverAnswersMoreThanItsSlotHolds() {
        Stun check = Stun.of(0x0001).with(Stun.USERNAME, USER.getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 200; i++) {
            check.with(0x7000 + i, new byte[0]);
        }
        assertThat(receive(check.signed(PASSWORD), A, START_NS)).isEqualTo(Verdict.STUN_UNEXPECTED);
        assertThat(answer().length).isLessThanOrEqualTo(128);
        assertThat(receive(Stun.of(0x0001).with(0x8022, new byte[1_400]).signed(PASSWORD), A, START_NS))
                .isEqualTo(Verdict.STUN_MALFORMED);
        assertThat(answer()).isEmpty();
    }

    @Test
    void isSilentToWhatIsNoCheck() {
        byte[] check = Stun.check(USER, PASSWORD, true, 1);
        byte[] changed = check.clone();
        changed[30] ^= 1;

        assertThat(receive(changed, A, START_NS)).isEqualTo(Verdict.STUN_MALFORMED);
        assertThat(answer()).isEmpty();
        assertThat(receive(Stun.of(0x0001).message(0), A, START_NS)).isEqualTo(Verdict.STUN_MALFORMED);
        assertThat(answer()).isEmpty();
        assertThat(receive(Stun.of(0x0101).signed(PASSWORD), A, START_NS)).isEqualTo(Verdict.STUN_UNEXPECTED);
        assertThat(answer()).isEmpty();
        assertThat(receive(Stun.of(0x0011).fingerprinted(), A, START_NS)).isEqualTo(Verdict.CONSUMED);
        assertThat(answer()).isEmpty();
        assertThat(ice.selected()).isNull();
    }

    @Test
    void refusesTheUserOfAnotherSession() {
        assertThat(receive(Stun.check("ours:thief", PASSWORD, true, 1), A, START_NS))
                .isEqualTo(Verdict.STUN_UNAUTHENTIC);
        assertThat(errorCode(answer())).isEqualTo(401);
        assertThat(Stun.attribute(answer(), 0x0008)).isEmpty();
        assertThat(ice.selected()).isNull();
    }

    @Test
    void answersWithoutGarbage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] check = Stun.check(USER, PASSWORD, true, 1);
        long allocated = 1;
        for (int round = 0; round < 30 && allocated > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 5_000; i++) {
                receive(check, A, START_NS + i);
                ice.answer(memory, ANSWER);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).isZero();
    }

    @Test
    void wipesThePasswordAndNeverPrintsIt() {
        IceCredentials made = IceCredentials.create(new SecureRandom());
        byte[] password = made.password();
        try (IcePlan plan = new IcePlan(made, "them")) {
            assertThat(made.ufrag()).matches("[A-Za-z0-9+/]{8}");
            assertThat(new String(password, StandardCharsets.US_ASCII)).matches("[A-Za-z0-9+/]{24}");
            assertThat(plan.toString()).doesNotContain(new String(password, StandardCharsets.US_ASCII));
            assertThat(made.matches(made.copy())).isTrue();
        }
        assertThat(made.password()).isEqualTo(new byte[24]);
        assertThatThrownBy(() -> IceCredentials.of("ice", PASSWORD)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> IceCredentials.of("four", new byte[21])).isInstanceOf(IllegalArgumentException.class);
    }
}
