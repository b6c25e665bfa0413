package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.media.dtls.DtlsIdentity;
import sotto.media.dtls.DtlsPlan;
import sotto.media.dtls.Fingerprint;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpSuite;
import sotto.media.worker.MediaSecurity;
import sotto.media.worker.Transport;

/** A leg's handshake with OpenSSL, either way: both come to the same keys (RFC 5764 §4.2, RFC 5705). */
@Timeout(60)
final class OpensslTest {
    private final MediaPlane plane = Bench.plane();
    private final DtlsIdentity own = plane.dtlsIdentity();
    private final Peer caller;

    @TempDir
    private Path directory;

    @SuppressWarnings("NullAway.Init") // JUnit sets the directory
    OpensslTest() throws IOException {
        caller = new Peer();
    }

    @BeforeEach
    void needsOpenssl() {
        assumeTrue(OpensslPeer.isThere(), "openssl is not installed");
    }

    @AfterEach
    void close() {
        plane.close();
        caller.close();
    }

    private CallMedia call(OpensslPeer peer, boolean active, Fingerprint named) throws NoFreePorts {
        CallMedia call = plane.open("openssl");
        peer.talkTo(call.port(Side.AGENT));
        call.connect(Side.CALLER, Bench.plain(caller.address()));
        DtlsPlan dtls = new DtlsPlan(own, active, List.of(named));
        call.connect(
                Side.AGENT, Bench.plain(peer.address()).over(new Transport(Optional.of(dtls), Optional.empty(), true)));
        return call;
    }

    private static MediaSecurity security(CallMedia call) {
        return call.report(Side.AGENT).orElseThrow().security();
    }

    @ParameterizedTest(name = "{0}, we are active: {1}")
    @CsvSource({
        "AES_CM_128_HMAC_SHA1_80, false",
        "AES_CM_128_HMAC_SHA1_80, true",
        "AEAD_AES_128_GCM,        false",
        "AEAD_AES_128_GCM,        true"
    })
    void comesToTheSameKeys(SrtpSuite suite, boolean active) throws Exception {
        try (OpensslPeer peer = new OpensslPeer(directory, suite)) {
            if (active) {
                peer.accept();
            }
            CallMedia call = call(peer, active, peer.fingerprint());
            if (!active) {
                peer.connect();
            }
            try (SrtpEnd end = peer.end(!active)) {
                Until.holds("keyed", () -> security(call).kind() == MediaSecurity.Kind.DTLS);
                assertThat(security(call).suite()).contains(suite);
                for (int i = 0; i < 5; i++) {
                    caller.send(call.port(Side.CALLER), Rtp.audio(i, 7));
                    assertThat(Rtp.read(end.open(peer.media())).payload())
                            .isEqualTo(Rtp.read(Rtp.audio(i, 7)).payload());
                    peer.send(end.seal(Rtp.audio(i, 9)));
                    assertThat(Rtp.read(caller.receive()).payload())
                            .isEqualTo(Rtp.read(Rtp.audio(i, 9)).payload());
                }
            }
            assertThat(plane.faults()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnotherCertificate(Role role) throws Exception {
        try (OpensslPeer peer = new OpensslPeer(directory, SrtpSuite.AES_CM_128_HMAC_SHA1_80)) {
            boolean active = role == Role.ACTIVE;
            if (active) {
                peer.accept();
            }
            CallMedia call = call(peer, active, own.fingerprint());
            if (!active) {
                peer.connect();
            }
            Until.holds("refused", () -> plane.counters().packets(Verdict.DTLS_CERTIFICATE_REFUSED) == 1);
            Until.holds("told so", () -> peer.said("alert bad certificate") || peer.said("SSL alert number 42"));
            assertThat(security(call).kind()).isEqualTo(MediaSecurity.Kind.DTLS_FAILED);
        }
    }

    /** What the leg is in the handshake. */
    enum Role {
        ACTIVE,
        PASSIVE
    }

    @Test
    void refusesAPeerWithoutUseSrtp() throws Exception {
        try (OpensslPeer peer = new OpensslPeer(directory, SrtpSuite.AES_CM_128_HMAC_SHA1_80)) {
            CallMedia call = call(peer, false, peer.fingerprint());
            peer.connectWithoutSrtp();
            Until.holds("refused", () -> plane.counters().packets(Verdict.DTLS_HANDSHAKE_FAILED) == 1);
            assertThat(security(call).kind()).isEqualTo(MediaSecurity.Kind.DTLS_FAILED);
        }
    }
}
