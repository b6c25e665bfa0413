package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.dtls.DtlsIdentity;
import sotto.media.dtls.DtlsPlan;
import sotto.media.dtls.Fingerprint;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpSuite;
import sotto.media.worker.LegPlan;
import sotto.media.worker.MediaSecurity;
import sotto.media.worker.Transport;

/**
 * A caller in the clear or with SDES, an agent with DTLS-SRTP, over real sockets.
 *
 * <pre>
 *  caller              sotto                 agent
 *    |  RTP             |                      |
 *    |----------------->|  dropped: no keys    |
 *    |                  |        ClientHello   |
 *    |                  |<-------------------->|  whoever is active
 *    |                  |        Finished      |
 *    |  RTP             |        SRTP          |
 *    |<---------------->|<-------------------->|
 *    |  BYE             |        close_notify  |
 *    |                  |--------------------->|
 * </pre>
 */
@Timeout(60)
final class DtlsLegTest {
    private final MediaPlane plane = Bench.plane();
    private final DtlsIdentity own = plane.dtlsIdentity();
    private final Peer caller;

    DtlsLegTest() throws IOException {
        caller = new Peer();
    }

    @AfterEach
    void close() {
        plane.close();
        caller.close();
    }

    private static LegPlan dtls(InetSocketAddress remote, DtlsPlan dtls) {
        return Bench.plain(remote).over(new Transport(Optional.of(dtls), Optional.empty(), true));
    }

    private LegPlan dtls(DtlsPhone phone, boolean active) {
        return dtls(phone.socket().address(), new DtlsPlan(own, active, List.of(phone.identity.fingerprint())));
    }

    private MediaSecurity security(CallMedia call) {
        return call.report(Side.AGENT).orElseThrow().security();
    }

    private void untilKeyed(CallMedia call) {
        Until.holds("keyed", () -> security(call).kind() == MediaSecurity.Kind.DTLS);
    }

    private CallMedia call(DtlsPhone phone, boolean active) throws NoFreePorts {
        CallMedia call = plane.open("dtls");
        phone.talkTo(call.port(Side.AGENT));
        call.connect(Side.CALLER, Bench.plain(caller.address()));
        if (active) { // the peer listens first, as it does that answers passive
            phone.shake(false, own.fingerprint());
        }
        call.connect(Side.AGENT, dtls(phone, active));
        if (!active) {
            phone.shake(true, own.fingerprint());
        }
        return call;
    }

    private void speaks(CallMedia call, DtlsPhone phone, int sequence) throws Exception {
        caller.send(call.port(Side.CALLER), Rtp.audio(sequence, 7));
        assertThat(Rtp.read(phone.end().open(phone.audio())).payload())
                .isEqualTo(Rtp.read(Rtp.audio(sequence, 7)).payload());
        phone.put(phone.end().seal(Rtp.audio(sequence, 9)));
        assertThat(Rtp.read(caller.receive()).payload())
                .isEqualTo(Rtp.read(Rtp.audio(sequence, 9)).payload());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesALegItsKeys(boolean active) throws Exception {
        try (DtlsPhone phone = new DtlsPhone()) {
            CallMedia call = call(phone, active);
            phone.end();
            untilKeyed(call);

            for (int i = 0; i < 20; i++) {
                speaks(call, phone, 65_530 + i);
            }

            assertThat(security(call).suite()).contains(SrtpSuite.AEAD_AES_128_GCM);
            assertThat(plane.faults()).isZero();
        }
    }

    @Test
    void passesNothingBeforeItHasKeys() throws Exception {
        try (DtlsPhone phone = new DtlsPhone()) {
            CallMedia call = plane.open("pending");
            phone.talkTo(call.port(Side.AGENT));
            call.connect(Side.CALLER, Bench.plain(caller.address()));
            call.connect(Side.AGENT, dtls(phone, false));

            caller.send(call.port(Side.CALLER), Rtp.audio(1, 7));
            phone.put(Rtp.audio(1, 9));
            phone.put(new byte[] {(byte) 0x80, (byte) 200, 0, 1, 0, 0, 0, 9});
            Until.holds("dropped", () -> plane.counters().packets(Verdict.DTLS_PENDING) == 3);

            assertThat(security(call).kind()).isEqualTo(MediaSecurity.Kind.DTLS_PENDING);
            assertThat(phone.media(50)).isEmpty();
            assertThat(caller.receive(50)).isEmpty();
            phone.shake(true, own.fingerprint());
            phone.end();
            untilKeyed(call);
            speaks(call, phone, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesACertificateThatTheSdpDoesNotName(boolean active) throws Exception {
        try (DtlsPhone phone = new DtlsPhone();
                DtlsPhone other = new DtlsPhone()) {
            CallMedia call = plane.open("thief");
            phone.talkTo(call.port(Side.AGENT));
            call.connect(Side.CALLER, Bench.plain(caller.address()));
            phone.shake(!active, own.fingerprint());
            call.connect(
                    Side.AGENT,
                    dtls(phone.socket().address(), new DtlsPlan(own, active, List.of(other.identity.fingerprint()))));

            Until.holds("refused", () -> plane.counters().packets(Verdict.DTLS_CERTIFICATE_REFUSED) == 1);
            Until.holds("failed", () -> security(call).kind() == MediaSecurity.Kind.DTLS_FAILED);
            Until.holds("the peer knows", () -> phone.alerts() > 0);
            caller.send(call.port(Side.CALLER), Rtp.audio(1, 7));
            phone.put(Rtp.audio(1, 9));
            Until.holds("dropped", () -> plane.counters().packets(Verdict.DTLS_FAILED) >= 2); // DTLS sent again, too
            assertThat(phone.media(50)).isEmpty();
            assertThat(caller.receive(50)).isEmpty();
        }
    }

    @Test
    void oneOfSeveralFingerprintsIsEnough() throws Exception {
        try (DtlsPhone phone = new DtlsPhone();
                DtlsPhone other = new DtlsPhone()) {
            CallMedia call = plane.open("several");
            phone.talkTo(call.port(Side.AGENT));
            call.connect(Side.CALLER, Bench.plain(caller.address()));
            List<Fingerprint> named =
                    List.of(other.identity.fingerprint(), Fingerprint.of("sha-512", phone.identity.certificate()));
            call.connect(Side.AGENT, dtls(phone.socket().address(), new DtlsPlan(own, false, named)));
            phone.shake(true, own.fingerprint());
            phone.end();
            untilKeyed(call);
            speaks(call, phone, 1);
        }
    }

    @ParameterizedTest(name = "seed {0}, we are active: {1}")
    @CsvSource({"1, true", "2, false", "3, true", "4, false"})
    void completesThoughDatagramsAreLost(int seed, boolean active) throws Exception {
        try (DtlsPhone phone = new DtlsPhone(seed, 20)) {
            CallMedia call = call(phone, active);
            phone.end();
            untilKeyed(call);
            speaks(call, phone, 1);
        }
    }

    @Test
    void sendsItsLastFlightAgain() throws Exception {
        try (DtlsPhone phone = new DtlsPhone()) {
            phone.lose(20); // ChangeCipherSpec, and Finished with it
            CallMedia call = call(phone, false);
            untilKeyed(call);
            Until.holds("lost", phone::hasLost);

            phone.end(); // it asks again, with its own
            speaks(call, phone, 1);
        }
    }

    @Test
    void keepsKeysAndCountersOverAReInvite() throws Exception {
        try (DtlsPhone phone = new DtlsPhone()) {
            CallMedia call = call(phone, false);
            phone.end();
            untilKeyed(call);
            speaks(call, phone, 65_535);
            speaks(call, phone, 65_536);
            byte[] old = phone.end().seal(Rtp.audio(65_537, 9));
            phone.put(old);
            caller.receive();

            call.connect(Side.AGENT, dtls(phone, false));

            phone.put(old);
            Until.holds("replay counted", () -> plane.counters().packets(Verdict.SRTP_REPLAYED) == 1);
            speaks(call, phone, 65_538);
        }
    }

    @Test
    void aReInviteWithAnotherFingerprintIsAnotherAssociation() throws Exception {
        try (DtlsPhone phone = new DtlsPhone();
                DtlsPhone next = new DtlsPhone()) {
            CallMedia call = call(phone, false);
            phone.end();
            untilKeyed(call);
            speaks(call, phone, 1);

            next.talkTo(call.port(Side.AGENT));
            call.connect(Side.AGENT, dtls(next, false));
            assertThat(security(call).kind()).isEqualTo(MediaSecurity.Kind.DTLS_PENDING);
            byte[] old = phone.end().seal(Rtp.audio(2, 9));
            Until.holds("old keys are void", () -> {
                phone.put(old); // the socket that was turned to it is closed a moment later
                return plane.counters().packets(Verdict.DTLS_PENDING) > 0;
            });

            next.shake(true, own.fingerprint());
            next.end();
            untilKeyed(call);
            speaks(call, next, 3);
        }
    }

    @Test
    void takesNoHandshakeFromElsewhere() throws Exception {
        try (DtlsPhone phone = new DtlsPhone();
                DtlsPhone thief = new DtlsPhone()) {
            CallMedia call = plane.open("elsewhere");
            phone.talkTo(call.port(Side.AGENT));
            thief.talkTo(call.port(Side.AGENT));
            call.connect(Side.CALLER, Bench.plain(caller.address()));
            call.connect(Side.AGENT, dtls(phone, false));

            thief.shake(true, own.fingerprint());
            Until.holds("not answered", () -> plane.counters().packets(Verdict.DTLS_UNEXPECTED) > 0);

            phone.shake(true, own.fingerprint());
            phone.end();
            untilKeyed(call);
            speaks(call, phone, 1);
            assertThat(thief.keyed()).isNotDone();
        }
    }

    @Test
    void saysGoodbyeAndSendsRtcpByTheRtpPort() throws Exception {
        try (DtlsPhone phone = new DtlsPhone()) {
            CallMedia call = call(phone, false);
            phone.end();
            untilKeyed(call);
            speaks(call, phone, 1);

            byte[] report = phone.media(7_000).orElseThrow();
            assertThat(report[1] & 0xFF).isBetween(200, 201);
            phone.end().openRtcp(report);
            int alerts = phone.alerts();
            call.close();
            Until.holds("close_notify", () -> phone.alerts() > alerts);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"clear", "SDES"})
    void twoLegsOfOursShakeHands(String far) throws Exception {
        CallMedia one = plane.open("one");
        CallMedia two = plane.open("two");
        DtlsIdentity other = DtlsIdentity.create(new java.security.SecureRandom(), java.time.Instant.now());
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (Peer callee = new Peer();
                SrtpEnd end = new SrtpEnd(SrtpSuite.AES_CM_128_HMAC_SHA1_80, 1, 2)) {
            one.connect(Side.CALLER, Bench.plain(caller.address()));
            two.connect(
                    Side.AGENT,
                    far.equals("clear")
                            ? Bench.plain(callee.address())
                            : Bench.srtp(callee.address(), SrtpSuite.AES_CM_128_HMAC_SHA1_80, 1, 2));
            two.connect(
                    Side.CALLER,
                    dtls(
                            new InetSocketAddress(loopback, one.port(Side.AGENT)),
                            new DtlsPlan(other, false, List.of(own.fingerprint()))));
            one.connect(
                    Side.AGENT,
                    dtls(
                            new InetSocketAddress(loopback, two.port(Side.CALLER)),
                            new DtlsPlan(own, true, List.of(other.fingerprint()))));
            untilKeyed(one);
            Until.holds(
                    "both keyed",
                    () -> two.report(Side.CALLER).orElseThrow().security().kind() == MediaSecurity.Kind.DTLS);

            for (int i = 0; i < 20; i++) {
                caller.send(one.port(Side.CALLER), Rtp.audio(i, 7));
                byte[] heard = callee.receive();
                assertThat(Rtp.read(far.equals("clear") ? heard : end.open(heard))
                                .payload())
                        .isEqualTo(Rtp.read(Rtp.audio(i, 7)).payload());
                byte[] said = Rtp.audio(i, 9);
                callee.send(two.port(Side.AGENT), far.equals("clear") ? said : end.seal(said));
                assertThat(Rtp.read(caller.receive()).payload())
                        .isEqualTo(Rtp.read(said).payload());
            }
        }
    }

    @Test
    void hostileDtlsDoesNoHarm() throws Exception {
        try (DtlsPhone phone = new DtlsPhone()) {
            CallMedia call = plane.open("hostile");
            phone.talkTo(call.port(Side.AGENT));
            call.connect(Side.CALLER, Bench.plain(caller.address()));
            call.connect(Side.AGENT, dtls(phone, false));
            java.util.Random random = new java.util.Random(6_347);
            for (int i = 0; i < 2_000; i++) {
                byte[] junk = new byte[1 + random.nextInt(1_400)];
                random.nextBytes(junk);
                junk[0] = (byte) (20 + random.nextInt(44));
                if (junk.length > 13 && random.nextBoolean()) { // a record of good form
                    junk[1] = (byte) 0xFE;
                    junk[2] = (byte) 0xFD;
                    junk[3] = junk[4] = 0;
                    junk[11] = (byte) ((junk.length - 13) >>> 8);
                    junk[12] = (byte) (junk.length - 13);
                }
                phone.put(junk);
            }
            Until.holds("still closed", () -> {
                phone.put(Rtp.audio(1, 9)); // the socket's buffer may be full of junk
                return plane.counters().packets(Verdict.DTLS_PENDING)
                                + plane.counters().packets(Verdict.DTLS_FAILED)
                        > 0;
            });
            assertThat(caller.receive(20)).isEmpty();
            assertThat(plane.faults()).isZero();
            assertThat(plane.healthy()).isTrue();
        }
    }

    @Test
    void keysOfTheSdpAndOfDtlsExcludeEachOther() {
        DtlsPlan plan = new DtlsPlan(own, true, List.of(own.fingerprint()));
        assertThatThrownBy(() -> Bench.srtp(caller.address(), SrtpSuite.AEAD_AES_128_GCM, 1, 2)
                        .over(new Transport(Optional.of(plan), Optional.empty(), true)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
