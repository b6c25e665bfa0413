package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;

/** Headsets and DECT: SIP that is not over TLS, and RTP that is not SRTP, are refused with what to do. */
final class NothingInTheClearTest {
    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());

    NothingInTheClearTest() throws IOException {}

    @AfterEach
    void stop() {
        trunk.close();
        agents.close();
    }

    private Rig with(PeerSettings.Kind kind) throws IOException {
        Peering peering = Peering.of(
                Rig.peer("carrier", trunk.port(), PeerSettings.Transport.UDP),
                new PeerSettings(
                                "headsets",
                                "127.0.0.1",
                                agents.port(),
                                PeerSettings.Transport.UDP,
                                PeerSettings.Srtp.REQUIRE)
                        .with(kind));
        return new Rig(
                ports, new Rig.Options(peering, Duration.ofSeconds(60), 100, Optional.empty()), Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @EnumSource
    void isRefusedByKind(PeerSettings.Kind kind) throws IOException {
        try (Rig rig = with(kind)) {
            agents.send(agents.invite("clear", "", agents.sdp("sendrecv")));
            if (kind == PeerSettings.Kind.PEER) {
                assertThat(agents.await("SIP/2.0 488")).contains("Warning: 302", "SRTP", "RTP/SAVP");
                Rig.until("told", () -> rig.told.refused.equals(List.of("srtp-required 488")));
            } else {
                assertThat(agents.await("SIP/2.0 403")).contains("Warning: 399", "SIP over TLS only");
                agents.send(agents.request("OPTIONS", "sip:127.0.0.1", "ask", "<sip:127.0.0.1>", 1, "", ""));
                agents.await("SIP/2.0 403", 2);
                Rig.until("told", () -> rig.told.refused.equals(List.of("plain-sip 403", "plain-sip 403")));
            }
            assertThat(trunk.count("INVITE ")).isZero();
            rig.untilEmpty();
        }
    }
}
