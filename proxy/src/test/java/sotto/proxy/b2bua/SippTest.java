package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.proxy.config.Account;
import sotto.proxy.config.PeerSettings.Transport;
import sotto.proxy.config.Peering;
import sotto.proxy.e2e.FreePorts;
import sotto.proxy.e2e.Peers;

/** SIPp on both sides: 20 calls at 10 a second, each with its own scenario's checks, none may fail or be sent again. */
final class SippTest {
    private static final int CALLS = 20;

    @TempDir
    Path directory;

    @BeforeAll
    static void sippIsThere() {
        Peers.require("sipp", "sip-tester");
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"UDP", "TCP"})
    void basicCall(Transport transport) throws Exception {
        try (Rig rig = rig(transport)) {
            run(rig, transport, List.of("-sn", "uas"), List.of("-sn", "uac", "-d", "200"));
            assertThat(rig.told.ended).hasSize(CALLS).allSatisfy(end -> assertThat(end.endedBy())
                    .isEqualTo("caller"));
            assertThat(rig.told.answered).hasSize(CALLS).allSatisfy(call -> assertThat(call.legs())
                    .extracting(CallView.LegView::transport)
                    .containsOnly(transport.name().toLowerCase(Locale.ROOT)));
            rig.untilEmpty();
        }
    }

    @Test
    void agentHangsUp() throws Exception {
        try (Rig rig = rig(Transport.UDP)) {
            run(rig, Transport.UDP, scenario("agent-bye"), scenario("caller-waits"));
            assertThat(rig.told.ended).hasSize(CALLS).allSatisfy(end -> assertThat(end.endedBy())
                    .isEqualTo("agent"));
            rig.untilEmpty();
        }
    }

    @Test
    void callerCancels() throws Exception {
        try (Rig rig = rig(Transport.UDP)) {
            run(rig, Transport.UDP, scenario("agent-rings"), scenario("caller-cancels"));
            assertThat(rig.told.ended).hasSize(CALLS).allSatisfy(end -> assertThat(end.sipStatus())
                    .isEqualTo(487));
            rig.untilEmpty();
        }
    }

    @Test
    void reInvite() throws Exception {
        try (Rig rig = rig(Transport.UDP)) {
            run(rig, Transport.UDP, scenario("agent-reinvited"), scenario("caller-reinvites"));
            assertThat(rig.told.ended).hasSize(CALLS);
            rig.untilEmpty();
        }
    }

    /** Each side asks the other for its password, and SIPp works it out by itself. */
    @Test
    void bothSidesAuthenticate() throws Exception {
        try (Rig rig = rig(Transport.UDP, account(true), account(false))) {
            List<String> caller = new ArrayList<>(scenario("caller-authenticates"));
            caller.addAll(List.of("-auth_uri", "service@127.0.0.1:" + rig.ports.sip())); // its default has no user
            run(rig, Transport.UDP, scenario("agent-challenges"), caller);
            assertThat(rig.told.ended).hasSize(CALLS).allSatisfy(end -> assertThat(end.endedBy())
                    .isEqualTo("caller"));
            assertThat(rig.calls.peers()).allSatisfy(peer -> {
                assertThat(peer.refusedCredentials()).isZero();
                assertThat(peer.wrongCredentials()).isZero();
            });
            rig.untilEmpty();
        }
    }

    private Optional<Account> account(boolean authenticate) throws IOException {
        Path password = Files.writeString(directory.resolve("password"), "sesame\n");
        return Optional.of(new Account("bob", password, Set.of(Account.Hash.MD5), authenticate, Optional.empty()));
    }

    private int callerPort;
    private int agentPort;

    private Rig rig(Transport transport) throws IOException {
        return rig(transport, Optional.empty(), Optional.empty());
    }

    private Rig rig(Transport transport, Optional<Account> trunk, Optional<Account> agents) throws IOException {
        callerPort = FreePorts.one();
        agentPort = FreePorts.one();
        Rig.Options options = new Rig.Options(
                Peering.of(
                        Rig.peer("carrier", callerPort, transport, trunk),
                        Rig.peer("pbx", agentPort, transport, agents)),
                Duration.ofSeconds(60),
                100,
                Optional.empty());
        return new Rig(Rig.freePorts(), options, Duration.ofMinutes(5));
    }

    private List<String> scenario(String name) throws IOException {
        Path file = directory.resolve(name + ".xml");
        try (var in = SippTest.class.getResourceAsStream("sipp/" + name + ".xml")) {
            Files.write(file, Objects.requireNonNull(in, name).readAllBytes());
        }
        return List.of("-sf", file.toString());
    }

    private void run(Rig rig, Transport transport, List<String> callee, List<String> caller) throws Exception {
        String mode = transport == Transport.TCP ? "t1" : "u1";
        Process agents = sipp("agents", callee, List.of("-p", Integer.toString(agentPort), "-t", mode));
        try {
            List<String> arguments =
                    List.of("-p", Integer.toString(callerPort), "-t", mode, "-r", "10", "127.0.0.1:" + rig.ports.sip());
            Process trunk = sipp("trunk", caller, arguments);
            try {
                assertThat(trunk.waitFor(60, TimeUnit.SECONDS))
                        .as(output("trunk"))
                        .isTrue();
                assertThat(trunk.exitValue()).as(output("trunk")).isZero();
                assertThat(agents.waitFor(20, TimeUnit.SECONDS))
                        .as(output("agents"))
                        .isTrue();
                assertThat(agents.exitValue()).as(output("agents")).isZero();
            } finally {
                trunk.destroyForcibly();
            }
        } finally {
            agents.destroyForcibly();
        }
    }

    private String output(String name) throws IOException {
        return Files.readString(directory.resolve(name + ".out"));
    }

    private Process sipp(String name, List<String> scenario, List<String> more) throws IOException {
        List<String> command = new ArrayList<>(List.of("sipp", "-i", "127.0.0.1", "-m", Integer.toString(CALLS)));
        command.addAll(scenario);
        command.addAll(more);
        command.addAll(List.of("-nostdin", "-timeout", "50", "-timeout_error"));
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".out").toFile())
                .start();
    }
}
