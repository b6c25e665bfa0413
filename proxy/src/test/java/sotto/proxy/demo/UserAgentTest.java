package sotto.proxy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.demo.KeyPress.Carrier;
import sotto.proxy.demo.UserAgent.Profile;
import sotto.proxy.demo.UserAgent.State;

/** Two user agents, directly, over real sockets. */
final class UserAgentTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Duration SOON = Duration.ofSeconds(20);

    @ParameterizedTest
    @CsvSource({"PCMU, false", "PCMA, false", "PCMA, true"})
    void hearEachOther(G711 codec, boolean srtp) throws Exception {
        try (UserAgent caller = agent(Voice.CALLER, codec, srtp, Duration.ZERO);
                UserAgent called = agent(Voice.AGENT, codec, srtp, Duration.ZERO)) {
            connect(caller, called);
            long fromNs = System.nanoTime();
            assertThat(caller.audio().heard().await(caller.audio().heard().count() + 30, SOON.toNanos()))
                    .isTrue();
            short[] byCaller = caller.audio().heard().between(fromNs, System.nanoTime());
            short[] byCalled = called.audio().heard().between(fromNs, System.nanoTime());
            assertThat(Voice.AGENT.percentOf(byCaller)).isGreaterThan(90);
            assertThat(Voice.CALLER.percentOf(byCalled)).isGreaterThan(90);
            assertThat(Voice.CALLER.percentOf(byCaller)).isZero();
            assertThat(KeyTones.count(byCaller)).isZero();
            assertThat(KeyTones.count(byCalled)).isZero();
            assertThat(caller.audio().refused()).isZero();
            assertThat(caller.media()).contains(codec.name()).contains(srtp ? "SRTP" : "plain");
        }
    }

    @Test
    void keysTravelAsTonesAndAsEvents() throws Exception {
        try (UserAgent caller = agent(Voice.CALLER, G711.PCMU, false, Duration.ZERO);
                UserAgent called = agent(Voice.AGENT, G711.PCMU, false, Duration.ZERO)) {
            connect(caller, called);
            long fromNs = System.nanoTime();
            for (int key = 0; key < 16; key++) {
                caller.audio().press(key, Carrier.IN_BAND);
            }
            int eventPackets = 3 * (KeyPress.DOWN_TICKS + 3);
            for (int i = 0; i < 3; i++) {
                caller.audio().press(5, Carrier.TELEPHONE_EVENT);
            }
            Heard heard = called.audio().heard();
            assertThat(heard.await(heard.count() + 2, SOON.toNanos())).isTrue();
            assertThat(KeyTones.count(heard.between(fromNs, System.nanoTime()))).isEqualTo(16);
            assertThat(heard.eventsBetween(fromNs, System.nanoTime())).isEqualTo(eventPackets);
        }
    }

    @Test
    void callerGivesUpWhileItRings() throws Exception {
        try (UserAgent caller = agent(Voice.CALLER, G711.PCMU, false, Duration.ZERO);
                UserAgent called = agent(Voice.AGENT, G711.PCMU, false, Duration.ofMinutes(1))) {
            caller.call(called.address(), "100", "200");
            assertThat(caller.await(State.RINGING, SOON)).isTrue();
            caller.hangUp();
            assertThat(caller.await(State.ENDED, SOON)).isTrue();
            assertThat(called.await(State.ENDED, SOON)).isTrue();
            assertThat(caller.finalStatus()).isEqualTo(487);
        }
    }

    @Test
    void calledSideIsBusyWithItsOneCall() throws Exception {
        try (UserAgent first = agent(Voice.CALLER, G711.PCMU, false, Duration.ZERO);
                UserAgent second = agent(Voice.CALLER, G711.PCMU, false, Duration.ZERO);
                UserAgent called = agent(Voice.AGENT, G711.PCMU, false, Duration.ZERO)) {
            connect(first, called);
            second.call(called.address(), "101", "200");
            assertThat(second.await(State.ENDED, SOON)).isTrue();
            assertThat(second.finalStatus()).isEqualTo(486);
            assertThat(first.state()).isEqualTo(State.ANSWERED);
            called.hangUp();
            assertThat(first.await(State.ENDED, SOON)).isTrue();
        }
    }

    @Test
    void inviteIsSentAgainUntilItIsAnswered() throws Exception {
        try (UserAgent caller = agent(Voice.CALLER, G711.PCMU, false, Duration.ZERO);
                java.net.DatagramSocket deaf = new java.net.DatagramSocket(0, LOOPBACK)) {
            deaf.setSoTimeout((int) SOON.toMillis());
            caller.call(new InetSocketAddress(LOOPBACK, deaf.getLocalPort()), "100", "200");
            java.net.DatagramPacket first = new java.net.DatagramPacket(new byte[4096], 4096);
            java.net.DatagramPacket again = new java.net.DatagramPacket(new byte[4096], 4096);
            deaf.receive(first);
            deaf.receive(again); // after T1, half a second
            assertThat(again.getData()).startsWith("INVITE ".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(again.getData()).isEqualTo(first.getData());
            assertThat(caller.state()).isEqualTo(State.CALLING);
        }
    }

    private static UserAgent agent(Voice voice, G711 codec, boolean srtp, Duration rings) throws Exception {
        return UserAgent.open(new Profile(LOOPBACK, voice, List.of(codec), srtp, rings));
    }

    private static void connect(UserAgent caller, UserAgent called) throws Exception {
        caller.call(called.address(), "100", "200");
        assertThat(caller.await(State.ANSWERED, SOON)).isTrue();
        assertThat(called.await(State.ANSWERED, SOON)).isTrue();
        assertThat(caller.audio().heard().await(1, SOON.toNanos())).isTrue();
        assertThat(called.audio().heard().await(1, SOON.toNanos())).isTrue();
    }
}
