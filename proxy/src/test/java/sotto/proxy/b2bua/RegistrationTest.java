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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.config.Account;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.trunk.Registered;

/** The rows of {@link sotto.proxy.trunk.Registrations}, at a registrar that does what the test says. */
final class RegistrationTest {
    private static final Duration RETRY = Duration.ofMillis(300);

    @TempDir
    Path directory;

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer carrier = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private Optional<Rig> rig = Optional.empty();

    RegistrationTest() throws IOException {}

    @BeforeEach
    void start() throws IOException {
        Account account = new Account(
                DigestOracle.USER,
                DigestOracle.passwordFile(directory),
                EnumSet.allOf(Account.Hash.class),
                false,
                Optional.of(new Account.Registration(Duration.ofMinutes(10), RETRY)));
        Peering peering = Peering.of(
                DigestOracle.peer("carrier", carrier, account),
                Rig.peer("pbx", agents.port(), PeerSettings.Transport.UDP));
        rig = Optional.of(new Rig(
                ports, new Rig.Options(peering, Duration.ofSeconds(60), 100, Optional.empty()), Duration.ofMinutes(5)));
    }

    @AfterEach
    void stop() {
        rig.ifPresent(Rig::close);
        List.of(carrier, agents).forEach(RawPeer::close);
    }

    private Registered state() {
        return rig.orElseThrow().calls.peers().getFirst().registered();
    }

    private void until(Registered state) {
        Rig.until(state.toString(), () -> state() == state);
    }

    /** A 200 that lists another binding too, and ours for so long. */
    private void granted(String register, int seconds) {
        String ours = RawPeer.header(register, "Contact");
        carrier.send(RawPeer.response(register, "200 OK", "reg", "<sip:elsewhere@192.0.2.7>;expires=9", "")
                .replace("Content-Length", "Contact: " + ours + ";expires=" + seconds + "\r\nContent-Length"));
    }

    @Test
    void registersRefreshesAndTakesItBack() {
        String bare = carrier.await("REGISTER ");
        assertThat(state()).isEqualTo(Registered.PENDING);
        assertThat(RawPeer.firstLine(bare)).isEqualTo("REGISTER sip:127.0.0.1:" + carrier.port() + " SIP/2.0");
        assertThat(RawPeer.header(bare, "To")).isEqualTo("<sip:sotto-muc1@127.0.0.1>");
        assertThat(RawPeer.header(bare, "From")).startsWith("<sip:sotto-muc1@127.0.0.1>;tag=");
        assertThat(RawPeer.header(bare, "Contact")).isEqualTo("<sip:sotto-muc1@127.0.0.1:" + ports.sip() + ">");
        assertThat(RawPeer.header(bare, "Expires")).isEqualTo("600");
        carrier.send(challenge(bare, "401 Unauthorized", "WWW-Authenticate: " + digest("c", "n1", "SHA-256", "")));
        String register = carrier.await("REGISTER ", 2);
        assertAuthorized(register, "Authorization", "n1", 1);
        long grantedNs = System.nanoTime();
        granted(register, 4);
        until(Registered.UP);
        String refresh = carrier.await("REGISTER ", 3);
        assertThat(Duration.ofNanos(System.nanoTime() - grantedNs))
                .isBetween(Duration.ofMillis(1700), Duration.ofMillis(3500));
        assertAuthorized(refresh, "Authorization", "n1", 2);
        assertThat(RawPeer.header(refresh, "Call-ID")).isEqualTo(RawPeer.header(bare, "Call-ID"));
        assertThat(RawPeer.header(refresh, "CSeq")).isEqualTo("3 REGISTER");
        granted(refresh, 600);
        Thread closing = Thread.ofVirtual().start(() -> rig.orElseThrow().close());
        String end = carrier.await("REGISTER ", 4);
        assertThat(RawPeer.header(end, "Expires")).isEqualTo("0");
        assertThat(RawPeer.header(end, "Contact")).isEqualTo(RawPeer.header(bare, "Contact"));
        carrier.send(challenge(
                end, "401 Unauthorized", "WWW-Authenticate: " + digest("c", "n2", "SHA-256", ", stale=true")));
        String last = carrier.await("REGISTER ", 5);
        assertAuthorized(last, "Authorization", "n2", 1);
        carrier.reply(last, "200 OK", "reg", "");
        Rig.until("closed", () -> !closing.isAlive());
        assertThat(state()).isEqualTo(Registered.NONE);
    }

    @Test
    void failuresAreTriedAgainLaterAndLater() {
        carrier.reply(carrier.await("REGISTER "), "403 Forbidden", "reg", "");
        long refusedNs = System.nanoTime();
        until(Registered.DOWN);
        carrier.reply(carrier.await("REGISTER ", 2), "302 Moved Temporarily", "reg", "");
        assertThat(Duration.ofNanos(System.nanoTime() - refusedNs)) // half to all of retry * 2
                .isBetween(RETRY.multipliedBy(9).dividedBy(10), RETRY.multipliedBy(8));
        long movedNs = System.nanoTime();
        granted(carrier.await("REGISTER ", 3), 600);
        assertThat(Duration.ofNanos(System.nanoTime() - movedNs)) // half to all of retry * 4
                .isBetween(RETRY.multipliedBy(19).dividedBy(10), RETRY.multipliedBy(12));
        until(Registered.UP);
    }

    @Test
    void aTimeThatIsTooShortIsMadeLongerOnce() {
        String first = carrier.await("REGISTER ");
        carrier.send(challenge(first, "423 Interval Too Brief", "Min-Expires: 1200"));
        String second = carrier.await("REGISTER ", 2);
        assertThat(RawPeer.header(second, "Expires")).isEqualTo("1200");
        carrier.send(challenge(second, "423 Interval Too Brief", "Min-Expires: 2400"));
        until(Registered.DOWN);
        carrier.reply(carrier.await("REGISTER ", 3), "200 OK", "reg", "");
        until(Registered.UP);
    }

    @Test
    void credentialsThatAreNotTakenAreNotSentForEver() {
        carrier.send(challenge(
                carrier.await("REGISTER "), "401 Unauthorized", "WWW-Authenticate: " + digest("c", "n1", "MD5", "")));
        carrier.send(challenge(
                carrier.await("REGISTER ", 2),
                "401 Unauthorized",
                "WWW-Authenticate: " + digest("c", "n2", "MD5", "")));
        until(Registered.DOWN);
        assertThat(carrier.count("REGISTER ")).isEqualTo(2);
        assertThat(rig.orElseThrow().calls.peers().getFirst().refusedCredentials())
                .isEqualTo(1);
    }
}
