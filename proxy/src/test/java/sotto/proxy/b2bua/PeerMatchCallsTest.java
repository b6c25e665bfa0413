package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;
import static sotto.proxy.b2bua.DigestOracle.authorization;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.pci.psp.Certificates;
import sotto.proxy.config.Account;
import sotto.proxy.config.PeerMatch;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.PeerSettings.Transport;
import sotto.proxy.config.Peering;
import sotto.proxy.config.SipSettings;
import sotto.proxy.guard.BanView;
import sotto.proxy.guard.Cause;
import sotto.proxy.guard.GuardSettings;

/**
 * Peers that come from any address, and two behind one, over real sockets.
 *
 * <pre>
 *  trunk      known by
 *  roaming    user name and password
 *  carrier    a certificate that names sip.carrier.example
 *  tenant-a   address 127.0.0.90 and From: …@a.example
 *  tenant-b   address 127.0.0.90 and From: …@b.example
 * </pre>
 */
final class PeerMatchCallsTest {
    private static final InetAddress ROAMING = InetAddress.ofLiteral("127.0.0.80");
    private static final InetAddress TENANTS = InetAddress.ofLiteral("127.0.0.90");
    private static final String URI = "sip:agent@127.0.0.1";
    private static final GuardSettings GUARD =
            new GuardSettings(true, 20, 100, 500, 3, Duration.ofMinutes(10), List.of("sipcli"), List.of(), List.of());

    @TempDir
    static Path directory;

    private static Path ours;
    private static Path carrier;
    private static Path pbx;

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer agents = new RawPeer(ports.sip());
    private final RawPeer roaming = new RawPeer(ROAMING, ports.sip());
    private Optional<Rig> started = Optional.empty();

    PeerMatchCallsTest() throws IOException {}

    @BeforeAll
    static void makeCertificates() throws Exception {
        ours = Certificates.keyStore(directory, "ours", "ip:127.0.0.1");
        carrier = Certificates.keyStore(directory, "carrier", "uri:sip:SIP.carrier.example");
        pbx = Certificates.keyStore(directory, "pbx", "dns:pbx.example");
        Files.writeString(directory.resolve("store-password"), Certificates.PASSWORD + "\n");
        Certificates.trustStore(directory, carrier, pbx);
        DigestOracle.passwordFile(directory);
    }

    @BeforeEach
    void start() throws IOException {
        Account account = new Account(
                DigestOracle.USER,
                directory.resolve("password"),
                EnumSet.of(Account.Hash.SHA_256, Account.Hash.MD5),
                false,
                Optional.empty());
        PeerSettings byPassword = new PeerSettings(
                        "roaming",
                        "192.0.2.1",
                        5060,
                        Transport.UDP,
                        PeerSettings.Srtp.FORBID,
                        PeerSettings.Limits.NONE,
                        Optional.empty(),
                        PeerSettings.FailOver.USUAL,
                        Optional.of(account))
                .with(new PeerMatch(false, Optional.empty(), Optional.empty(), true));
        PeerSettings byCertificate = peer("carrier", "192.0.2.2")
                .with(new PeerMatch(false, Optional.of("sip.carrier.example"), Optional.empty(), false));
        SipSettings.Tls tls = new SipSettings.Tls(
                ports.tls(), ours, directory.resolve("store-password"), directory.resolve("trust.p12"), true);
        PeerSettings inside = Rig.peer("pbx", agents.port(), Transport.UDP);
        PeerSettings named = new PeerSettings("pbx-tls", "pbx.example", 5061, Transport.TLS, PeerSettings.Srtp.FORBID);
        Peering peering = new Peering(
                List.of(byPassword, byCertificate, tenant("a"), tenant("b")), List.of(inside, named), List.of());
        started = Optional.of(new Rig(
                ports,
                new Rig.Options(peering, Duration.ofSeconds(60), 100, Optional.of(tls)),
                Duration.ofMinutes(5),
                List.of(),
                GUARD));
    }

    private static PeerSettings tenant(String name) {
        PeerMatch.Party party = new PeerMatch.Party(Optional.empty(), name + ".example");
        return peer("tenant-" + name, TENANTS.getHostAddress())
                .with(new PeerMatch(true, Optional.empty(), Optional.of(party), false));
    }

    private static PeerSettings peer(String name, String host) {
        return new PeerSettings(name, host, 5060, Transport.UDP, PeerSettings.Srtp.FORBID);
    }

    @AfterEach
    void stop() {
        started.ifPresent(Rig::close);
        List.of(agents, roaming).forEach(RawPeer::close);
    }

    private Rig rig() {
        return started.orElseThrow();
    }

    private List<BanView> bans() {
        return rig().calls.guard().bans(System.nanoTime());
    }

    /** Answers the call that came to the agents, and ends it. */
    private void answerAndEnd(RawPeer caller, String trunk, int cseq) {
        String invite = agents.await("INVITE ");
        assertThat(rig().calls.list()).extracting(CallView::trunk).containsExactly(trunk);
        agents.reply(invite, "200 OK", "a1", agents.sdp("sendrecv"));
        String ok = caller.await("SIP/2.0 200");
        caller.send(caller.within(ok, "ACK", cseq, ""));
        agents.await("ACK ");
        caller.send(caller.within(ok, "BYE", cseq + 1, ""));
        caller.awaitWith("SIP/2.0 200", "CSeq: " + (cseq + 1) + " BYE");
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig().untilEmpty();
    }

    private String challenged(String name) {
        roaming.send(roaming.invite(name, "", roaming.sdp("sendrecv")));
        String refusal = roaming.awaitWith("SIP/2.0 401", "Call-ID: " + name + "\r\n");
        roaming.send(roaming.request("ACK", URI, name, RawPeer.header(refusal, "To"), 1, "", ""));
        return refusal.lines()
                .filter(line -> line.contains("algorithm=SHA-256"))
                .findFirst()
                .orElseThrow();
    }

    private void again(String name, String authorization) {
        roaming.send(roaming.request(
                "INVITE", URI, name, "<sip:agent@127.0.0.1>", 2, authorization, roaming.sdp("sendrecv")));
    }

    @Test
    void whoHasNoAddressIsKnownByItsPassword() {
        String challenge = challenged("d1");
        assertThat(rig().calls.transactions()).as("no state for a stranger").isZero();
        assertThat(rig().told.refused).containsExactly("stranger 401");
        assertThat(roaming.await("SIP/2.0 401")).doesNotContain("SHA-512-256");
        again("d1", authorization(challenge, DigestOracle.PASSWORD, URI, 1));
        answerAndEnd(roaming, "roaming", 2);
        assertThat(rig().calls.peers().getFirst().wrongCredentials()).isZero();
    }

    @Test
    void aUserNameAloneIsNobody() {
        again("u1", authorization(challenged("u1"), "guess", URI, 1));
        roaming.awaitWith("SIP/2.0 401", "CSeq: 2 INVITE");
        roaming.send(roaming.request(
                "OPTIONS",
                "sip:127.0.0.1",
                "u2",
                "<sip:127.0.0.1>",
                1,
                authorization(challenged("u3"), DigestOracle.PASSWORD, URI, 1),
                ""));
        roaming.awaitWith("SIP/2.0 403", "Call-ID: u2\r\n");
        assertThat(agents.count("INVITE ")).isZero();
        assertThat(rig().calls.peers().getFirst().wrongCredentials()).isEqualTo(1);
        assertThat(rig().calls.transactions()).isZero();
    }

    @Test
    void whoGuessesPasswordsAndNamesIsBanned() {
        String challenge = challenged("g0");
        for (int i = 1; i <= 4; i++) {
            String guess = authorization(challenge, "guess" + i, URI, i);
            again("g" + i, i % 2 == 0 ? guess : guess.replace(DigestOracle.USER, "admin"));
        }
        Rig.until("banned", () -> !bans().isEmpty());
        assertThat(bans()).singleElement().satisfies(ban -> {
            assertThat(ban.source()).isEqualTo("127.0.0.80");
            assertThat(ban.cause()).isEqualTo(Cause.WRONG_PASSWORD);
        });
        again("g5", authorization(challenge, DigestOracle.PASSWORD, URI, 9));
        Rig.until("dropped", () -> bans().getFirst().dropped() == 1);
        assertThat(agents.count("INVITE ")).as("too late for the right one").isZero();
    }

    /** Nobody can have a partner banned by guessing in its name: the nonce went to the one who asked. */
    @Test
    void guessesWithANonceThatWentElsewhereAreNotHeldAgainstTheirSource() throws IOException {
        String challenge = challenged("e0");
        try (RawPeer forged = new RawPeer(InetAddress.ofLiteral("127.0.0.83"), ports.sip())) {
            for (int i = 1; i <= 10; i++) {
                String guess = authorization(challenge, "guess", URI, i);
                forged.send(forged.request("INVITE", URI, "e" + i, "<sip:agent@127.0.0.1>", 1, guess, ""));
            }
            forged.await("SIP/2.0 401", 10);
        }
        assertThat(bans()).isEmpty();
        assertThat(rig().calls.peers().getFirst().wrongCredentials()).isEqualTo(10);
    }

    @Test
    void whoShowedItsPasswordHasNoRate() {
        again("r1", authorization(challenged("r1"), DigestOracle.PASSWORD, URI, 1));
        answerAndEnd(roaming, "roaming", 2);
        for (int i = 0; i < 3 * GUARD.burst(); i++) {
            roaming.send(roaming.request("OPTIONS", "sip:127.0.0.1", "o" + i, "<sip:127.0.0.1>", 1, "", ""));
        }
        roaming.await("SIP/2.0 403", 3 * GUARD.burst());
        assertThat(bans()).isEmpty();
    }

    @Test
    void aCertificateIsGoodFromAnyAddress() throws Exception {
        try (RawPeer trunk = connect(carrier, "127.0.0.81")) {
            trunk.send(trunk.invite("c1", "", trunk.sdp("sendrecv")));
            answerAndEnd(trunk, "carrier", 1);
        }
    }

    /** It is a peer's too, so that the connection stands; but a peer at another address. */
    @Test
    void anotherPeersCertificateIsNot() throws Exception {
        try (RawPeer trunk = connect(pbx, "127.0.0.82")) {
            trunk.send(trunk.invite("c2", "", trunk.sdp("sendrecv")));
            trunk.await("SIP/2.0 401");
            assertThat(agents.count("INVITE ")).isZero();
        }
    }

    private RawPeer connect(Path keys, String from) throws Exception {
        return new RawPeer(
                "TLS",
                Certificates.tls(Optional.of(keys), ours)
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), ports.tls(), InetAddress.ofLiteral(from), 0));
    }

    @Test
    void twoBehindOneAddressAreToldApartByTheirDomains() throws IOException {
        try (RawPeer tenants = new RawPeer(TENANTS, ports.sip())) {
            String invite = tenants.invite("t1", "", tenants.sdp("sendrecv"));
            tenants.send(invite.replace("ann@127.0.0.1>;tag", "ann@b.example>;tag"));
            answerAndEnd(tenants, "tenant-b", 1);
            tenants.send(invite.replace("t1", "t2")
                    .replace("ann@127.0.0.1>;tag", "ann@c.example>;tag")
                    .replace("Max-Forwards", "P-Asserted-Identity: <tel:+4930>, <sip:ann@A.example>\r\nMax-Forwards"));
            Rig.until("a call of tenant-a", () -> rig().calls.list().stream()
                    .anyMatch(call -> call.trunk().equals("tenant-a")));
            agents.reply(agents.await("INVITE ", 2), "486 Busy Here", "a2", "");
            tenants.await("SIP/2.0 486");
            rig().untilEmpty();
            tenants.send(invite.replace("t1", "t3"));
            tenants.await("SIP/2.0 401");
        }
    }
}
