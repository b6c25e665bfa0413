package sotto.proxy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.demo.UserAgent.Profile;
import sotto.proxy.demo.UserAgent.State;
import sotto.proxy.e2e.FreePorts;

/** The user agent against SIPp, which is not our code. */
@EnabledIf(value = "sippIsThere", disabledReason = "SIPp is not installed (Debian package sip-tester)")
final class SippPeerTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    static boolean sippIsThere() {
        return Files.isExecutable(Path.of("/usr/bin/sipp"));
    }

    @Test
    void callsSippAndHangsUp() throws Exception {
        int port = FreePorts.one();
        Process sipp = sipp("-sn", "uas", "-p", Integer.toString(port), "-m", "1", "-rtp_echo");
        try (UserAgent caller = agent(Voice.CALLER)) {
            caller.call(new InetSocketAddress(LOOPBACK, port), "100", "200"); // resent until SIPp is up
            assertThat(caller.await(State.ANSWERED, SOON)).isTrue();
            assertThat(caller.finalStatus()).isEqualTo(200);
            caller.hangUp();
            assertThat(sipp.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(sipp.exitValue()).isZero();
        } finally {
            sipp.destroy();
        }
    }

    @Test
    void answersSipp() throws Exception {
        try (UserAgent called = agent(Voice.AGENT)) {
            Process sipp = sipp(
                    "-sn",
                    "uac",
                    "127.0.0.1:" + called.address().getPort(),
                    "-m",
                    "1",
                    "-d",
                    "300",
                    "-p",
                    Integer.toString(FreePorts.one()));
            try {
                assertThat(called.await(State.ENDED, SOON)).isTrue(); // SIPp says BYE
                assertThat(sipp.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
                assertThat(sipp.exitValue()).isZero();
            } finally {
                sipp.destroy();
            }
        }
    }

    private static UserAgent agent(Voice voice) throws IOException {
        return UserAgent.open(new Profile(LOOPBACK, voice, List.of(G711.PCMU), false, Duration.ofMillis(50)));
    }

    private Process sipp(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("/usr/bin/sipp");
        builder.command().addAll(List.of(arguments));
        builder.command().addAll(List.of("-i", "127.0.0.1", "-nostdin", "-timeout", "10s", "-timeout_error"));
        return builder.directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("sipp.txt").toFile())
                .start();
    }
}
