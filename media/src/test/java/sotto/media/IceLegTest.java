package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sotto.media.dtls.DtlsPlan;
import sotto.media.ice.IceCredentials;
import sotto.media.ice.IcePlan;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.worker.LegPlan;
import sotto.media.worker.MediaSecurity;
import sotto.media.worker.Transport;

/**
 * A browser's leg: one port, ICE-lite, DTLS-SRTP; a caller in the clear.
 *
 * <pre>
 *  browser                              sotto
 *    |  binding request                   |
 *    |----------------------------------->|  answered; nothing moves yet
 *    |  binding request, USE-CANDIDATE    |
 *    |----------------------------------->|  the leg turns to that source
 *    |  DTLS, then SRTP                   |
 *    |<---------------------------------->|
 *    |  binding request, now and then     |
 *    |----------------------------------->|  consent
 * </pre>
 */
@Timeout(60)
final class IceLegTest {
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

    private final MediaPlane plane = Bench.plane();
    private final IceCredentials own = IceCredentials.create(new SecureRandom());
    private final String user = own.ufrag() + ":browser";
    private final Peer caller;
    private final Peer stranger;

    IceLegTest() throws IOException {
        caller = new Peer();
        stranger = new Peer();
    }

    @AfterEach
    void close() {
        plane.close();
        caller.close();
        stranger.close();
        own.close();
    }

    private Transport ice(Optional<DtlsPlan> dtls, String remoteUfrag) {
        return new Transport(dtls, Optional.of(new IcePlan(own.copy(), remoteUfrag)), true);
    }

    private LegPlan plan(Optional<DtlsPlan> dtls) {
        return Bench.plain(NOWHERE).over(ice(dtls, "browser"));
    }

    private CallMedia call(LegPlan agent) throws NoFreePorts {
        CallMedia call = plane.open("ice");
        call.connect(Side.CALLER, Bench.plain(caller.address()));
        call.connect(Side.AGENT, agent);
        return call;
    }

    private void check(CallMedia call, Peer from, boolean nominates) throws IOException {
        from.send(call.port(Side.AGENT), Stun.check(user, own.password(), nominates, 100));
        assertThat(Stun.type(from.receive())).isEqualTo(0x0101);
    }

    @Test
    void turnsToWhomTheBrowserNominatesAndToNobodyElse() throws Exception {
        CallMedia call = call(plan(Optional.empty()));
        try (Peer browser = new Peer()) {
            stranger.send(call.port(Side.AGENT), Rtp.audio(1, 9)); // would be latched on without ICE
            Until.holds("dropped", () -> plane.counters().packets(Verdict.SOURCE_STRANGER) == 1);
            caller.send(call.port(Side.CALLER), Rtp.audio(1, 7));
            Until.holds("nowhere to go", () -> plane.counters().packets(Verdict.LEG_NOT_CONNECTED) == 1);

            check(call, browser, false);
            caller.send(call.port(Side.CALLER), Rtp.audio(2, 7));
            Until.holds("still nowhere", () -> plane.counters().packets(Verdict.LEG_NOT_CONNECTED) == 2);

            check(call, browser, true);
            assertThat(call.report(Side.AGENT).orElseThrow().latched()).contains(browser.address());
            caller.send(call.port(Side.CALLER), Rtp.audio(3, 7));
            assertThat(Rtp.read(browser.receive()).payload()).hasSize(160);
            browser.send(call.port(Side.AGENT), Rtp.audio(3, 9));
            assertThat(caller.receive()).hasSize(172);
            check(call, browser, true); // by the socket that was turned to it

            stranger.send(call.port(Side.AGENT), Rtp.audio(2, 9));
            Until.holds("dropped", () -> plane.counters().packets(Verdict.SOURCE_STRANGER) == 2);
        }
    }

    @Test
    void nobodyMovesTheLegWithoutThePassword() throws Exception {
        CallMedia call = call(plan(Optional.empty()));
        try (Peer browser = new Peer()) {
            check(call, browser, true);
            stranger.send(call.port(Side.AGENT), Stun.check(user, new byte[24], true, Integer.MAX_VALUE));
            byte[] answer = stranger.receive();
            assertThat(Stun.type(answer)).isEqualTo(0x0111);
            assertThat(Stun.attribute(answer, 0x0009)).startsWith(0, 0, 4, 1);
            Until.holds("counted", () -> plane.counters().packets(Verdict.STUN_UNAUTHENTIC) == 1);
            caller.send(call.port(Side.CALLER), Rtp.audio(3, 7));
            assertThat(browser.receive()).hasSize(172);
            assertThat(stranger.receive(50)).isEmpty();
        }
    }

    @Test
    void followsTheBrowserToAnotherNetwork() throws Exception {
        CallMedia call = call(plan(Optional.empty()));
        try (Peer wifi = new Peer();
                Peer mobile = new Peer()) {
            check(call, wifi, true);
            Until.holds("nominated for a second", () -> {
                nominate(call, mobile);
                return call.report(Side.AGENT)
                        .orElseThrow()
                        .latched()
                        .filter(mobile.address()::equals)
                        .isPresent();
            });
            caller.send(call.port(Side.CALLER), Rtp.audio(3, 7));
            Until.holds("audio follows", () -> hears(mobile));
            mobile.send(call.port(Side.AGENT), Rtp.audio(3, 9));
            assertThat(caller.receive()).hasSize(172);
        }
    }

    private void nominate(CallMedia call, Peer from) {
        try {
            from.send(call.port(Side.AGENT), Stun.check(user, own.password(), true, 1));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean hears(Peer peer) {
        try {
            return peer.receive(100)
                    .filter(datagram -> datagram[0] == (byte) 0x80)
                    .isPresent();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRestartKeepsAudioUntilAnotherNomination() throws Exception {
        CallMedia call = call(plan(Optional.empty()));
        try (Peer browser = new Peer();
                Peer next = new Peer()) {
            check(call, browser, true);
            call.connect(Side.AGENT, plan(Optional.empty())); // the same session: nothing starts anew
            caller.send(call.port(Side.CALLER), Rtp.audio(1, 7));
            assertThat(browser.receive()).hasSize(172);

            call.connect(Side.AGENT, Bench.plain(NOWHERE).over(ice(Optional.empty(), "again")));
            caller.send(call.port(Side.CALLER), Rtp.audio(2, 7));
            assertThat(browser.receive()).hasSize(172);

            next.send(call.port(Side.AGENT), Stun.check(own.ufrag() + ":again", own.password(), true, 1));
            assertThat(Stun.type(next.receive())).isEqualTo(0x0101);
            caller.send(call.port(Side.CALLER), Rtp.audio(3, 7));
            assertThat(next.receive()).hasSize(172);
        }
    }

    @Test
    void aBrowsersLegGetsItsKeysFromWhereIceFoundIt() throws Exception {
        try (DtlsPhone browser = new DtlsPhone();
                DtlsPhone thief = new DtlsPhone()) {
            DtlsPlan dtls = new DtlsPlan(plane.dtlsIdentity(), false, List.of(browser.identity.fingerprint()));
            CallMedia call = call(plan(Optional.of(dtls)));
            browser.talkTo(call.port(Side.AGENT));
            thief.talkTo(call.port(Side.AGENT));

            thief.shake(true, plane.dtlsIdentity().fingerprint());
            Until.holds("not answered", () -> plane.counters().packets(Verdict.DTLS_UNEXPECTED) > 0);

            browser.put(Stun.check(user, own.password(), true, 1));
            assertThat(Stun.type(browser.stun())).isEqualTo(0x0101);
            browser.shake(true, plane.dtlsIdentity().fingerprint());
            browser.end();
            Until.holds(
                    "keyed",
                    () -> call.report(Side.AGENT).orElseThrow().security().kind() == MediaSecurity.Kind.DTLS);
            for (int i = 0; i < 10; i++) {
                caller.send(call.port(Side.CALLER), Rtp.audio(i, 7));
                assertThat(Rtp.read(browser.end().open(browser.audio())).payload())
                        .isEqualTo(Rtp.read(Rtp.audio(i, 7)).payload());
                browser.put(browser.end().seal(Rtp.audio(i, 9)));
                assertThat(Rtp.read(caller.receive()).payload())
                        .isEqualTo(Rtp.read(Rtp.audio(i, 9)).payload());
                browser.put(Stun.check(user, own.password(), true, 1)); // between audio
                assertThat(Stun.type(browser.stun())).isEqualTo(0x0101);
            }
            assertThat(thief.keyed()).isNotDone();
            assertThat(plane.faults()).isZero();
        }
    }

    @Test
    void theFormerBrowserHasNoPartInTheNextOnesHandshake() throws Exception {
        try (DtlsPhone former = new DtlsPhone();
                DtlsPhone next = new DtlsPhone()) {
            DtlsPlan first = new DtlsPlan(plane.dtlsIdentity(), false, List.of(former.identity.fingerprint()));
            CallMedia call = call(plan(Optional.of(first)));
            former.talkTo(call.port(Side.AGENT));
            next.talkTo(call.port(Side.AGENT));
            former.put(Stun.check(user, own.password(), true, 1));
            former.stun();
            former.shake(true, plane.dtlsIdentity().fingerprint());
            former.end();

            DtlsPlan second = new DtlsPlan(plane.dtlsIdentity(), false, List.of(next.identity.fingerprint()));
            call.connect(Side.AGENT, Bench.plain(NOWHERE).over(ice(Optional.of(second), "next"))); // a transfer
            Until.holds("not heard", () -> {
                former.put(new byte[] {22, (byte) 0xFE, (byte) 0xFD, 0, 0});
                return plane.counters().packets(Verdict.DTLS_UNEXPECTED) > 0;
            });

            next.put(Stun.check(own.ufrag() + ":next", own.password(), true, 1));
            next.stun();
            next.shake(true, plane.dtlsIdentity().fingerprint());
            next.end();
            Until.holds(
                    "keyed",
                    () -> call.report(Side.AGENT).orElseThrow().security().kind() == MediaSecurity.Kind.DTLS);
            caller.send(call.port(Side.CALLER), Rtp.audio(1, 7));
            assertThat(next.end().open(next.audio())).hasSize(172);
            assertThat(former.media(20)).isEmpty();
        }
    }

    @Test
    void aLegWithoutIceOrDtlsKnowsNeither() throws Exception {
        CallMedia call = call(Bench.plain(stranger.address()));
        stranger.send(call.port(Side.AGENT), Stun.check(user, own.password(), true, 1));
        stranger.send(call.port(Side.AGENT), new byte[] {22, (byte) 0xFE, (byte) 0xFD, 0, 0});
        Until.holds("dropped", () -> plane.counters().packets(Verdict.NOT_RTP) == 2);
        assertThat(stranger.receive(20)).isEmpty();
    }
}
