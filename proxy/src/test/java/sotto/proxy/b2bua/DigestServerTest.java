package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;
import static sotto.proxy.b2bua.DigestOracle.authorization;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.Account;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;

/** A trunk that has to show its password with each new call (RFC 3261 §22.2). */
final class DigestServerTest {
    private static final String URI = "sip:agent@127.0.0.1";

    @TempDir
    Path directory;

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private Optional<Rig> rig = Optional.empty();

    DigestServerTest() throws IOException {}

    @BeforeEach
    void start() throws IOException {
        Account account = new Account(
                DigestOracle.USER,
                DigestOracle.passwordFile(directory),
                EnumSet.allOf(Account.Hash.class),
                true,
                Optional.empty());
        Peering peering = Peering.of(
                DigestOracle.peer("carrier", trunk, account),
                Rig.peer("pbx", agents.port(), PeerSettings.Transport.UDP));
        rig = Optional.of(new Rig(
                ports, new Rig.Options(peering, Duration.ofSeconds(60), 100, Optional.empty()), Duration.ofMinutes(5)));
    }

    @AfterEach
    void stop() {
        rig.ifPresent(Rig::close);
        List.of(trunk, agents).forEach(RawPeer::close);
    }

    private Rig rig() {
        return rig.orElseThrow();
    }

    private long wrong() {
        return rig().calls.peers().getFirst().wrongCredentials();
    }

    /** The challenge with that algorithm, of a 401. */
    private static String challenge(String refusal, String algorithm) {
        return refusal.lines()
                .filter(line -> line.startsWith("WWW-Authenticate:") && line.contains("algorithm=" + algorithm))
                .findFirst()
                .orElseThrow();
    }

    private String refused(String name) {
        trunk.send(trunk.invite(name, "", trunk.sdp("sendrecv")));
        String refusal = trunk.awaitWith("SIP/2.0 401", "Call-ID: " + name + "\r\n");
        trunk.send(trunk.request("ACK", URI, name, RawPeer.header(refusal, "To"), 1, "", ""));
        return refusal;
    }

    private void again(String name, int cseq, String authorization) {
        trunk.send(trunk.request(
                "INVITE", URI, name, "<sip:agent@127.0.0.1>", cseq, authorization, trunk.sdp("sendrecv")));
    }

    @Test
    void anInviteWithoutIsChallengedAndKeepsNothing() {
        String refusal = refused("a1");
        List<String> algorithms = refusal.lines()
                .filter(line -> line.startsWith("WWW-Authenticate:"))
                .map(line -> DigestOracle.field(line, "algorithm"))
                .toList();
        assertThat(algorithms).as("RFC 8760 §2.4").containsExactly("SHA-512-256", "SHA-256", "MD5");
        assertThat(rig().calls.transactions()).isZero();
        assertThat(rig().calls.list()).isEmpty();
        assertThat(agents.count("INVITE ")).isZero();
        assertThat(wrong()).isZero();
        assertThat(RawPeer.tag(RawPeer.header(refusal, "To"))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"MD5", "SHA-256", "SHA-512-256"})
    void withThePasswordTheCallGoesThrough(String algorithm) {
        again("g1", 2, authorization(challenge(refused("g1"), algorithm), DigestOracle.PASSWORD, URI, 1));
        String invite = agents.await("INVITE ");
        assertThat(invite)
                .as("nothing of it crosses")
                .doesNotContain("uthorization")
                .doesNotContain("Digest");
        agents.reply(invite, "200 OK", "a1", agents.sdp("sendrecv"));
        String ok = trunk.await("SIP/2.0 200");
        trunk.send(trunk.within(ok, "ACK", 2, ""));
        agents.await("ACK ");
        trunk.send(trunk.within(ok, "BYE", 3, ""));
        trunk.awaitWith("SIP/2.0 200", "CSeq: 3 BYE");
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig().untilEmpty();
        assertThat(wrong()).isZero();
    }

    @Test
    void aCancelNeedsNone() {
        again("c1", 1, authorization(challenge(refused("c0"), "SHA-256"), DigestOracle.PASSWORD, URI, 1));
        String invite = agents.await("INVITE ");
        agents.reply(invite, "180 Ringing", "a1", "");
        trunk.await("SIP/2.0 180");
        trunk.send(trunk.cancel("c1"));
        trunk.await("SIP/2.0 487");
        agents.reply(agents.await("CANCEL "), "200 OK", "a1", "");
        agents.reply(invite, "487 Request Terminated", "a1", "");
        rig().untilEmpty();
    }

    @Test
    void theWrongPasswordIsCountedAndChallengedAnew() {
        String first = challenge(refused("w1"), "SHA-256");
        again("w1", 2, authorization(first, DigestOracle.PASSWORD + "x", URI, 1));
        String second = challenge(trunk.awaitWith("SIP/2.0 401", "CSeq: 2 INVITE"), "SHA-256");
        assertThat(second).doesNotContain("stale");
        assertThat(DigestOracle.field(second, "nonce")).isNotEqualTo(DigestOracle.field(first, "nonce"));
        assertThat(wrong()).isEqualTo(1);
        assertThat(agents.count("INVITE ")).isZero();
        assertThat(rig().calls.transactions()).isZero();
    }

    @Test
    void credentialsAreTakenOnceAndAnotherCountOfTheirNonceToo() {
        String challenge = challenge(refused("p1"), "SHA-512-256");
        String authorization = authorization(challenge, DigestOracle.PASSWORD, URI, 1);
        again("p1", 2, authorization);
        agents.reply(agents.await("INVITE "), "486 Busy Here", "a1", "");
        trunk.await("SIP/2.0 486");
        again("p2", 1, authorization);
        assertThat(challenge(trunk.awaitWith("SIP/2.0 401", "Call-ID: p2\r\n"), "SHA-256"))
                .as("replayed")
                .contains("stale=true");
        again("p3", 1, authorization(challenge, DigestOracle.PASSWORD, URI, 2));
        agents.await("INVITE ", 2);
        assertThat(wrong()).isZero();
    }

    @Test
    void credentialsForOneNumberAreNotGoodForAnother() {
        String challenge = challenge(refused("n1"), "SHA-256");
        again("n1", 2, authorization(challenge, DigestOracle.PASSWORD, "sip:other@127.0.0.1", 1));
        trunk.awaitWith("SIP/2.0 401", "CSeq: 2 INVITE");
        assertThat(wrong()).isEqualTo(1);
        assertThat(agents.count("INVITE ")).isZero();
    }

    @Test
    void theOtherPeerIsNotAsked() {
        agents.send(agents.invite("o1", "", agents.sdp("sendrecv")));
        trunk.reply(trunk.await("INVITE "), "486 Busy Here", "t1", "");
        agents.await("SIP/2.0 486");
    }
}
