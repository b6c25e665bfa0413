package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;
import static sotto.proxy.b2bua.DigestOracle.assertAuthorized;
import static sotto.proxy.b2bua.DigestOracle.challenge;
import static sotto.proxy.b2bua.DigestOracle.digest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.Account;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.trunk.PeerView;

/** A peer challenges what we send it (RFC 3261 §22); a second one behind it takes what fails there. */
final class DigestClientTest {
    private static final String WWW = "WWW-Authenticate: ";

    @TempDir
    Path directory;

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer first = new RawPeer(ports.sip());
    private final RawPeer second = new RawPeer(ports.sip());
    private Optional<Rig> rig = Optional.empty();

    DigestClientTest() throws IOException {}

    @BeforeEach
    void start() throws IOException {
        start(EnumSet.allOf(Account.Hash.class), false);
    }

    private Account account(Set<Account.Hash> hashes) throws IOException {
        return new Account(DigestOracle.USER, DigestOracle.passwordFile(directory), hashes, false, Optional.empty());
    }

    private Account account() throws IOException {
        return account(EnumSet.allOf(Account.Hash.class));
    }

    private void start(Set<Account.Hash> hashes, boolean hasSecond) throws IOException {
        rig.ifPresent(Rig::close);
        PeerSettings asking = DigestOracle.peer("first", first, account(hashes));
        PeerSettings next = Rig.peer("second", second.port(), PeerSettings.Transport.UDP);
        start(hasSecond ? List.of(asking, next) : List.of(asking));
    }

    private void start(List<PeerSettings> agents) throws IOException {
        Peering peering =
                new Peering(List.of(Rig.peer("carrier", trunk.port(), PeerSettings.Transport.UDP)), agents, List.of());
        rig = Optional.of(new Rig(
                ports, new Rig.Options(peering, Duration.ofSeconds(60), 100, Optional.empty()), Duration.ofMinutes(5)));
    }

    @AfterEach
    void stop() {
        rig.ifPresent(Rig::close);
        List.of(trunk, first, second).forEach(RawPeer::close);
    }

    private Rig rig() {
        return rig.orElseThrow();
    }

    private PeerView view() {
        return rig().calls.peers().stream()
                .filter(peer -> peer.name().equals("first"))
                .findFirst()
                .orElseThrow();
    }

    private String calls(String name) {
        trunk.send(trunk.invite(name, "", trunk.sdp("sendrecv")));
        return first.await("INVITE ");
    }

    private String answered(String invite) {
        first.reply(invite, "200 OK", "f1", first.sdp("sendrecv"));
        String ok = trunk.await("SIP/2.0 200");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        return ok;
    }

    @ParameterizedTest
    @CsvSource({
        "401, WWW-Authenticate, Authorization, MD5",
        "407, Proxy-Authenticate, Proxy-Authorization, MD5",
        "401, WWW-Authenticate, Authorization, SHA-256",
        "407, Proxy-Authenticate, Proxy-Authorization, SHA-512-256",
    })
    void aCallIsSentAgainWithCredentialsAndGoesOnWithThem(
            String status, String asks, String answers, String algorithm) {
        String bare = calls("d1");
        assertThat(bare).doesNotContain("uthorization:");
        first.send(challenge(
                bare,
                status + " Who Are You",
                asks + ": " + digest("pbx", "n0", "MD5-sess", ""),
                asks + ": " + digest("pbx", "n1", algorithm, ", opaque=\"op\""),
                asks + ": " + digest("pbx", "n1", "MD5", ", opaque=\"op\"")));
        String invite = first.await("INVITE ", 2);
        assertThat(RawPeer.header(first.await("ACK "), "CSeq")).isEqualTo("1 ACK");
        assertThat(RawPeer.header(invite, "Call-ID")).isEqualTo(RawPeer.header(bare, "Call-ID"));
        assertThat(RawPeer.header(invite, "From")).isEqualTo(RawPeer.header(bare, "From"));
        assertThat(RawPeer.header(invite, "To")).isEqualTo(RawPeer.header(bare, "To"));
        assertThat(RawPeer.header(invite, "CSeq")).isEqualTo("2 INVITE");
        assertThat(RawPeer.header(invite, "Via")).isNotEqualTo(RawPeer.header(bare, "Via"));
        assertThat(RawPeer.body(invite)).isEqualTo(RawPeer.body(bare));
        assertAuthorized(invite, answers, "n1", 1);
        assertThat(DigestOracle.field(RawPeer.header(invite, answers), "algorithm"))
                .isEqualTo(algorithm);
        assertThat(DigestOracle.field(RawPeer.header(invite, answers), "opaque"))
                .isEqualTo("op");
        String ok = answered(invite);
        String ack = first.awaitWith("ACK ", "CSeq: 2 ACK");
        assertThat(RawPeer.header(ack, answers))
                .as("an ACK cannot be challenged, §22.1")
                .isEqualTo(RawPeer.header(invite, answers));
        trunk.send(trunk.within(ok, "INVITE", 2, trunk.sdp("sendonly")));
        String again = first.await("INVITE ", 3);
        assertAuthorized(again, answers, "n1", 2);
        first.reply(again, "200 OK", "f1", first.sdp("recvonly"));
        trunk.send(trunk.within(trunk.awaitWith("SIP/2.0 200", "CSeq: 2 INVITE"), "ACK", 2, ""));
        trunk.send(trunk.within(ok, "BYE", 3, ""));
        String bye = first.await("BYE ");
        assertAuthorized(bye, answers, "n1", 3);
        first.reply(bye, "200 OK", "", "");
        rig().untilEmpty();
        assertThat(view().refusedCredentials()).isZero();
        assertThat(view().attempts()).isEqualTo(1);
    }

    @Test
    void theSecondChallengeIsTheEnd() {
        first.send(challenge(calls("r1"), "401 Unauthorized", WWW + digest("pbx", "n1", "MD5", "")));
        first.send(challenge(first.await("INVITE ", 2), "401 Unauthorized", WWW + digest("pbx", "n2", "MD5", "")));
        trunk.await("SIP/2.0 500");
        assertThat(first.count("INVITE ")).isEqualTo(2);
        assertThat(view().refusedCredentials()).isEqualTo(1);
        first.awaitWith("ACK ", "CSeq: 2 ACK");
        rig().untilEmpty();
    }

    @Test
    void whoNeverHasEnoughIsLeft() {
        calls("l1");
        for (int nth = 1; nth <= 3; nth++) {
            first.send(challenge(
                    first.await("INVITE ", nth),
                    "401 Unauthorized",
                    WWW + digest("pbx", "n" + nth, "MD5", ", stale=true")));
        }
        trunk.await("SIP/2.0 500");
        assertThat(first.count("INVITE ")).isEqualTo(3);
        rig().untilEmpty();
    }

    @Test
    void anAlgorithmThatIsNotAllowedIsNotAnswered() throws IOException {
        start(EnumSet.of(Account.Hash.SHA_256), false);
        first.send(challenge(calls("w1"), "401 Unauthorized", WWW + digest("pbx", "n1", "MD5", "")));
        trunk.await("SIP/2.0 500");
        assertThat(first.count("INVITE ")).isEqualTo(1);
        assertThat(view().refusedCredentials()).isEqualTo(1);
    }

    @Test
    void theNextPeerTakesWhatIsNotLetIn() throws IOException {
        start(EnumSet.allOf(Account.Hash.class), true);
        first.send(challenge(calls("n1"), "407 Proxy Authentication Required", "X: y"));
        String invite = second.await("INVITE ");
        assertThat(invite).doesNotContain("uthorization:");
        second.reply(invite, "486 Busy Here", "s", "");
        trunk.await("SIP/2.0 486");
        assertThat(view().failedOver()).isEqualTo(1);
        rig().untilEmpty();
    }

    @Test
    void aProxyAndTheServerBehindItBothAsk() {
        first.send(challenge(
                calls("b1"),
                "407 Proxy Authentication Required",
                "Proxy-Authenticate: " + digest("x", "p1", "MD5", "")));
        first.send(challenge(first.await("INVITE ", 2), "401 Unauthorized", WWW + digest("x", "s1", "SHA-256", "")));
        String invite = first.await("INVITE ", 3);
        assertAuthorized(invite, "Proxy-Authorization", "p1", 2);
        assertAuthorized(invite, "Authorization", "s1", 1);
        first.reply(invite, "486 Busy Here", "f", "");
        trunk.await("SIP/2.0 486");
        assertThat(view().refusedCredentials()).isZero();
    }

    @Test
    void aByeWithAnOldNonceIsSentWithTheNewOne() {
        first.send(challenge(calls("s1"), "401 Unauthorized", WWW + digest("pbx", "n1", "MD5", "")));
        String ok = answered(first.await("INVITE ", 2));
        first.awaitWith("ACK ", "CSeq: 2 ACK");
        trunk.send(trunk.within(ok, "BYE", 2, ""));
        String bye = first.await("BYE ");
        assertThat(RawPeer.header(bye, "CSeq")).isEqualTo("3 BYE");
        first.send(challenge(bye, "401 Unauthorized", WWW + digest("pbx", "n2", "MD5", ", stale=true")));
        String again = first.await("BYE ", 2);
        assertThat(RawPeer.header(again, "CSeq")).isEqualTo("4 BYE");
        assertAuthorized(again, "Authorization", "n2", 1);
        first.reply(again, "200 OK", "", "");
        rig().untilEmpty();
    }

    /** It calls, so the dialog is one that we answered; our BYE in it is challenged all the same. */
    @Test
    void aDialogThatThePeerMadeIsAnsweredForToo() {
        first.send(first.invite("i1", "", first.sdp("sendrecv")));
        String invite = trunk.await("INVITE ");
        trunk.reply(invite, "200 OK", "t1", trunk.sdp("sendrecv"));
        first.send(first.within(first.await("SIP/2.0 200"), "ACK", 1, ""));
        trunk.await("ACK ");
        trunk.send(trunk.within(invite, "t1", "BYE", 1, ""));
        first.send(challenge(first.await("BYE "), "401 Unauthorized", WWW + digest("pbx", "n1", "SHA-256", "")));
        String bye = first.await("BYE ", 2);
        assertAuthorized(bye, "Authorization", "n1", 1);
        first.reply(bye, "200 OK", "", "");
        rig().untilEmpty();
    }

    @Test
    void aCancelWaitsForTheAnswerToTheSecondInvite() {
        String bare = calls("c1");
        first.reply(bare, "100 Trying", "", "");
        first.send(challenge(bare, "401 Unauthorized", WWW + digest("pbx", "n1", "MD5", "")));
        String invite = first.await("INVITE ", 2);
        trunk.send(trunk.cancel("c1"));
        trunk.await("SIP/2.0 487");
        long endNs = System.nanoTime() + 500_000_000;
        Rig.until("time to send a CANCEL", () -> System.nanoTime() > endNs);
        assertThat(first.count("CANCEL ")).as("§9.1").isZero();
        first.reply(invite, "180 Ringing", "f1", "");
        String cancel = first.await("CANCEL ");
        assertThat(RawPeer.header(cancel, "CSeq")).isEqualTo("2 CANCEL");
        assertThat(RawPeer.header(cancel, "Via")).isEqualTo(RawPeer.header(invite, "Via"));
        first.reply(cancel, "200 OK", "f1", "");
        first.reply(invite, "487 Request Terminated", "f1", "");
        rig().untilEmpty();
    }

    /** The questions whether it is there go to a peer that asks who wants to know. */
    @Test
    void optionsAreAnsweredForToo() throws IOException {
        rig().close();
        PeerSettings asked = Rig.peer("first", first.port(), PeerSettings.Transport.UDP, Optional.of(account()));
        PeerSettings probed = new PeerSettings(
                asked.name(),
                asked.host(),
                asked.port(),
                asked.transport(),
                asked.srtp(),
                asked.limits(),
                Optional.of(new PeerSettings.Probing(Duration.ofMinutes(1), 1, 1)),
                asked.failOver(),
                asked.account());
        start(List.of(probed));
        first.send(challenge(first.await("OPTIONS "), "401 Unauthorized", WWW + digest("pbx", "n1", "SHA-256", "")));
        String again = first.await("OPTIONS ", 2);
        assertAuthorized(again, "Authorization", "n1", 1);
        assertThat(RawPeer.header(again, "CSeq")).isEqualTo("2 OPTIONS");
        first.reply(again, "200 OK", "p", "");
        assertThat(view().refusedCredentials()).isZero();
    }

    @Test
    void whatWasCancelledIsNotSentAgain() {
        String bare = calls("x1");
        first.reply(bare, "180 Ringing", "f1", "");
        trunk.await("SIP/2.0 180");
        trunk.send(trunk.cancel("x1"));
        first.reply(first.await("CANCEL "), "200 OK", "f1", "");
        first.send(challenge(bare, "401 Unauthorized", WWW + digest("pbx", "n1", "MD5", "")));
        rig().untilEmpty();
        assertThat(first.count("INVITE ")).isEqualTo(1);
        assertThat(view().refusedCredentials()).isZero();
    }
}
