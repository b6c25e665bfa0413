package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.config.RouteSettings;
import sotto.proxy.config.RouteSettings.Target;
import sotto.proxy.trunk.Health;
import sotto.proxy.trunk.PeerView;

/** The rows of {@link Invitation}, with one trunk and two peers behind it. */
final class FailOverTest {
    private static final Duration TRY_FOR = Duration.ofSeconds(1);

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer first = new RawPeer(ports.sip());
    private final RawPeer second = new RawPeer(ports.sip());
    private Rig rig = rig(PeerSettings.Limits.NONE, Optional.empty(), List.of());

    FailOverTest() throws IOException {}

    private Rig rig(PeerSettings.Limits limits, Optional<PeerSettings.Probing> probing, List<RouteSettings> routes)
            throws IOException {
        Peering peering = new Peering(
                List.of(Rig.peer("carrier", trunk.port(), PeerSettings.Transport.UDP)),
                List.of(peer("first", first, limits, probing), peer("second", second, limits, Optional.empty())),
                routes);
        return new Rig(
                ports, new Rig.Options(peering, Duration.ofSeconds(60), 100, Optional.empty()), Duration.ofMinutes(5));
    }

    private static PeerSettings peer(
            String name, RawPeer at, PeerSettings.Limits limits, Optional<PeerSettings.Probing> probing) {
        return new PeerSettings(
                name,
                "127.0.0.1",
                at.port(),
                PeerSettings.Transport.UDP,
                PeerSettings.Srtp.FORBID,
                limits,
                probing,
                new PeerSettings.FailOver(PeerSettings.FailOver.USUAL.statuses(), TRY_FOR),
                Optional.empty());
    }

    @AfterEach
    void stop() {
        rig.close();
        List.of(trunk, first, second).forEach(RawPeer::close);
    }

    private PeerView view(String name) {
        return rig.calls.peers().stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The second peer takes it, the caller hangs up, and nothing is left anywhere. */
    private void secondAnswersAndItEnds(String name) {
        String invite = second.await("INVITE ");
        second.reply(invite, "200 OK", "s" + name, second.sdp("sendrecv"));
        String ok = trunk.await("SIP/2.0 200");
        second.await("ACK ");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        assertThat(rig.calls.list()).singleElement().satisfies(call -> assertThat(call.legs())
                .extracting(CallView.LegView::peer)
                .containsExactly("carrier", "second"));
        assertThat(view("second").calls()).isEqualTo(1);
        assertThat(view("carrier").calls()).isEqualTo(1);
        trunk.send(trunk.within(ok, "BYE", 2, ""));
        second.reply(second.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
        assertThat(rig.calls.peers()).extracting(PeerView::calls).containsOnly(0);
    }

    @ParameterizedTest
    @CsvSource({"408 Request Timeout", "500 Server Internal Error", "503 Service Unavailable", "504 Server Time-out"})
    void aStatusThatSaysElsewhereGoesToTheNext(String status) {
        trunk.send(trunk.invite("f1", "", trunk.sdp("sendrecv")));
        first.reply(first.await("INVITE "), "180 Ringing", "first", "");
        trunk.await("SIP/2.0 180");
        first.reply(first.await("INVITE "), status, "first", "");
        first.await("ACK ");
        secondAnswersAndItEnds("f1");
        assertThat(view("first").failedOver()).isEqualTo(1);
        assertThat(view("first").attempts()).isEqualTo(1);
        assertThat(trunk.count("SIP/2.0 " + status.substring(0, 3))).isZero();
    }

    @ParameterizedTest
    @CsvSource({"486 Busy Here, 486", "404 Not Found, 404", "603 Decline, 603"})
    void whoSaidNoIsNotAskedElsewhere(String status, int toCaller) {
        trunk.send(trunk.invite("n1", "", trunk.sdp("sendrecv")));
        first.reply(first.await("INVITE "), status, "first", "");
        trunk.await("SIP/2.0 " + toCaller);
        rig.untilEmpty();
        assertThat(second.count("INVITE ")).isZero();
        assertThat(view("first").failedOver()).isZero();
    }

    @Test
    void theLastOnesStatusIsTheCallers() {
        trunk.send(trunk.invite("l1", "", trunk.sdp("sendrecv")));
        first.reply(first.await("INVITE "), "503 Service Unavailable", "first", "");
        second.reply(second.await("INVITE "), "504 Server Time-out", "second", "");
        trunk.await("SIP/2.0 504");
        rig.untilEmpty();
        assertThat(view("second").failedOver()).as("there was no next one").isZero();
    }

    @Test
    void silenceGoesToTheNextAndALateAnswerIsEndedThere() {
        trunk.send(trunk.invite("q1", "", trunk.sdp("sendrecv")));
        String late = first.await("INVITE ");
        String invite = second.await("INVITE ", 1);
        first.reply(late, "200 OK", "late", first.sdp("sendrecv"));
        first.await("ACK ");
        String bye = first.await("BYE ");
        first.reply(bye, "200 OK", "", "");
        second.reply(invite, "180 Ringing", "s", "");
        trunk.await("SIP/2.0 180");
        assertThat(trunk.count("SIP/2.0 200")).isZero();
        secondAnswersAndItEnds("q1");
        assertThat(view("first").failedOver()).isEqualTo(1);
    }

    @Test
    void whoRingsHasAllTheTime() {
        trunk.send(trunk.invite("r1", "", trunk.sdp("sendrecv")));
        String invite = first.await("INVITE ");
        first.reply(invite, "180 Ringing", "first", "");
        trunk.await("SIP/2.0 180");
        long endNs = System.nanoTime() + TRY_FOR.multipliedBy(2).toNanos();
        Rig.until("twice the time to try", () -> System.nanoTime() > endNs);
        assertThat(second.count("INVITE ")).isZero();
        first.reply(invite, "486 Busy Here", "first", "");
        trunk.await("SIP/2.0 486");
        rig.untilEmpty();
    }

    @Test
    void withEarlyMediaTheCallStaysWhereItIs() {
        trunk.send(trunk.invite("e1", "", trunk.sdp("sendrecv")));
        String invite = first.await("INVITE ");
        first.reply(invite, "183 Session Progress", "first", first.sdp("sendrecv"));
        trunk.await("SIP/2.0 183");
        first.reply(invite, "503 Service Unavailable", "first", "");
        trunk.await("SIP/2.0 500"); // StatusMap: another hop's 503 is not ours
        rig.untilEmpty();
        assertThat(second.count("INVITE ")).isZero();
    }

    @Test
    void aCancelReachesTheOneThatIsTried() {
        trunk.send(trunk.invite("c1", "", trunk.sdp("sendrecv")));
        first.reply(first.await("INVITE "), "503 Service Unavailable", "first", "");
        String invite = second.await("INVITE ");
        second.reply(invite, "180 Ringing", "second", "");
        trunk.await("SIP/2.0 180");
        trunk.send(trunk.request("CANCEL", "sip:agent@127.0.0.1", "c1", "<sip:agent@127.0.0.1>", 1, "", ""));
        trunk.await("SIP/2.0 487");
        second.await("CANCEL ");
        assertThat(first.count("CANCEL ")).isZero();
        second.reply(invite, "487 Request Terminated", "second", "");
        rig.untilEmpty();
        assertThat(rig.calls.peers()).extracting(PeerView::calls).containsOnly(0);
    }

    @Test
    void aPeerAtItsLimitIsPassedOver() throws IOException {
        rig.close();
        rig = rig(new PeerSettings.Limits(OptionalInt.of(1), Optional.empty()), Optional.empty(), List.of());
        trunk.send(trunk.invite("m1", "", trunk.sdp("sendrecv")));
        first.reply(first.await("INVITE "), "180 Ringing", "first", "");
        trunk.send(trunk.invite("m2", "", trunk.sdp("sendrecv")));
        second.reply(second.await("INVITE "), "180 Ringing", "second", "");
        trunk.send(trunk.invite("m3", "", trunk.sdp("sendrecv")));
        assertThat(RawPeer.header(trunk.await("SIP/2.0 503"), "Retry-After")).isEqualTo("5");
        assertThat(view("first").overLimit()).isEqualTo(2);
        first.reply(first.await("INVITE "), "486 Busy Here", "first", "");
        trunk.await("SIP/2.0 486");
        Rig.until("room again", () -> view("first").calls() == 0);
        trunk.send(trunk.invite("m4", "", trunk.sdp("sendrecv")));
        first.await("INVITE ", 2);
    }

    @Test
    void whatATrunkSendsAboveItsRateIsRefused() throws IOException {
        rig.close();
        Peering peering = new Peering(
                List.of(peer(
                        "carrier",
                        trunk,
                        new PeerSettings.Limits(OptionalInt.empty(), Optional.of(new PeerSettings.Rate(1, 2))),
                        Optional.empty())),
                List.of(peer("first", first, PeerSettings.Limits.NONE, Optional.empty())),
                List.of());
        rig = new Rig(
                ports, new Rig.Options(peering, Duration.ofSeconds(60), 100, Optional.empty()), Duration.ofMinutes(5));
        for (int i = 0; i < 5; i++) {
            trunk.send(trunk.invite("b" + i, "", trunk.sdp("sendrecv")));
        }
        trunk.await("SIP/2.0 503", 2);
        first.await("INVITE ", 2);
        assertThat(view("carrier").overLimit()).isBetween(2L, 3L);
        assertThat(rig.told.refused).contains("peer-limit 503");
    }

    @Test
    void noRuleIs404() throws IOException {
        rig.close();
        rig = rig(
                PeerSettings.Limits.NONE,
                Optional.empty(),
                List.of(new RouteSettings(
                        "sales",
                        Set.of(),
                        List.of("agent"),
                        Optional.empty(),
                        List.of(List.of(new Target("second", 1))))));
        trunk.send(trunk.invite("x1", "", trunk.sdp("sendrecv")).replace("INVITE sip:agent@", "INVITE sip:nobody@"));
        trunk.await("SIP/2.0 404");
        Rig.until("told", () -> rig.told.refused.contains("no-route 404")); // after the 404 is out
        trunk.send(trunk.invite("x2", "", trunk.sdp("sendrecv")));
        second.await("INVITE ");
        assertThat(first.count("INVITE ")).isZero();
    }

    @Test
    void whoDoesNotAnswerOptionsIsTriedLastUntilItDoes() throws IOException {
        rig.close();
        rig = rig(
                PeerSettings.Limits.NONE,
                Optional.of(new PeerSettings.Probing(Duration.ofMillis(200), 2, 1)),
                List.of());
        String options = first.await("OPTIONS ");
        assertThat(RawPeer.header(options, "To")).contains("127.0.0.1");
        Rig.until("down", () -> view("first").health() == Health.State.DOWN);
        trunk.send(trunk.invite("h1", "", trunk.sdp("sendrecv")));
        second.reply(second.await("INVITE "), "486 Busy Here", "second", "");
        trunk.await("SIP/2.0 486");
        assertThat(first.count("INVITE ")).isZero();
        long asked = first.count("OPTIONS ");
        Rig.until("the next questions", () -> {
            for (int nth = 1; nth <= first.count("OPTIONS "); nth++) {
                first.reply(first.await("OPTIONS ", nth), "404 Not Found", "p", "");
            }
            return view("first").health() == Health.State.UP;
        });
        assertThat(first.count("OPTIONS ")).isGreaterThanOrEqualTo(asked);
        trunk.send(trunk.invite("h2", "", trunk.sdp("sendrecv")));
        first.await("INVITE ");
    }
}
