package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sotto.media.MediaPlane;
import sotto.media.MediaSettings;
import sotto.media.PortRange;
import sotto.media.worker.EngineSettings;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerPolicy.Refer;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.config.SipSettings;
import sotto.proxy.realm.Realm;
import sotto.proxy.realm.Realms;

/**
 * A call that is transferred into a third network.
 *
 * <pre>
 *  carrier (outside)   proxy   pbx (inside)        branch (lab)
 *     | talks ---------- | ------- |                  |
 *     |                  | <------ | REFER to 300     |
 *     |                  | ------> | INVITE, 503      |
 *     |                  | INVITE, audio of lab ----> | 200
 *     | talks ---------- | -------------------------- |
 *     |                  | BYE --> |                  |   its ports inside are free
 * </pre>
 */
final class RealmTransferTest {
    private static final int PAIRS = 4;

    private final Rig.Ports ports = Rig.freePorts();
    private final Rig.Ports more = Rig.freePorts();
    private final Realm outside = realm("outside", ports.sip(), 0);
    private final Realm inside = realm("inside", ports.tls(), 1);
    private final Realm lab = realm("lab", more.sip(), 2);
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer pbx = new RawPeer(ports.tls());
    private final RawPeer branch = new RawPeer(more.sip());
    private final Rig.Told told = new Rig.Told();
    private final MediaPlane media = MediaPlane.start(new MediaSettings(
            List.of(range(outside), range(inside), range(lab)), 10, 1, Optional.empty(), 0, EngineSettings.DEFAULT));
    private final Calls calls;

    RealmTransferTest() throws IOException {
        PeerPolicy policy = PeerPolicy.USUAL.with(new PeerPolicy.Requests(Refer.LOCAL, Set.of(), false));
        Peering peering = new Peering(
                List.of(Rig.peer("carrier", trunk.port(), PeerSettings.Transport.UDP)
                        .in("outside")),
                List.of(
                        Rig.peer("pbx", pbx.port(), PeerSettings.Transport.UDP)
                                .with(policy)
                                .in("inside"),
                        Rig.peer("branch", branch.port(), PeerSettings.Transport.UDP)
                                .in("lab")),
                List.of());
        SipSettings sip = new SipSettings(
                "127.0.0.1", Optional.empty(), 5060, 5060, Optional.empty(), Duration.ofSeconds(60), 10);
        calls = Calls.start(
                new Calls.Setting(
                        sip,
                        new Realms(List.of(outside, inside, lab)),
                        peering,
                        Duration.ofMinutes(5),
                        told,
                        Path.of("no-phones")),
                media);
    }

    private Realm realm(String name, int port, int range) {
        int first = ports.firstMedia() + 2 * PAIRS * range;
        return new Realm(
                name,
                new Realm.Signalling("127.0.0.1", Optional.empty(), port, port, OptionalInt.empty()),
                new Realm.Audio("127.0.0.1", Optional.empty(), first, first + 2 * PAIRS - 1));
    }

    private static PortRange range(Realm realm) {
        return new PortRange(
                InetAddress.getLoopbackAddress(),
                realm.audio().firstPort(),
                realm.audio().lastPort());
    }

    @AfterEach
    void stop() {
        calls.close();
        media.close();
        trunk.close();
        pbx.close();
        branch.close();
    }

    @Test
    void theTargetIsHeardAndTheFormerPortsAreFree() throws IOException {
        try (DatagramSocket caller = Rtp.socket();
                DatagramSocket agent = Rtp.socket();
                DatagramSocket target = Rtp.socket()) {
            trunk.send(trunk.invite("r1", "", Rtp.sdp(trunk, caller)));
            String invite = pbx.await("INVITE ");
            assertThat(RawPeer.header(invite, "Via")).contains(":" + ports.tls());
            pbx.reply(invite, "200 OK", "callee", Rtp.sdp(pbx, agent));
            String ok = trunk.await("SIP/2.0 200");
            trunk.send(trunk.within(ok, "ACK", 1, ""));
            Rig.until("it is up", () -> told.answered.size() == 1);
            assertThat(Rtp.heard(caller, ok, agent)).isTrue();

            int cseq = refer(invite);
            pbx.reply(pbx.await("INVITE sip:300@"), "503 Service Unavailable", "busy", "");
            String second = branch.await("INVITE sip:300@");
            assertThat(RawPeer.header(second, "Via")).contains(":" + more.sip());
            assertThat(second).doesNotContain(":" + ports.sip(), ":" + ports.tls(), "pbx.inside");
            assertThat(Rtp.heard(caller, ok, agent)).as("until it answers").isTrue();
            branch.reply(second, "200 OK", "target", Rtp.sdp(branch, target));
            branch.awaitWith("ACK ", "tag=target");
            pbx.awaitWith("NOTIFY ", "\r\n\r\nSIP/2.0 200 ");
            pbx.send(pbx.within(invite, "callee", "BYE", cseq + 1, ""));

            assertThat(Rtp.heard(caller, ok, target)).isTrue();
            assertThat(Rtp.heard(target, second, caller)).isTrue();
            Rig.until("its ports inside are free", () -> media.counters().portPairsInUse(1) == 0);
            assertThat(media.counters().portPairsInUse(2)).isEqualTo(1);
        }
        trunk.send(trunk.within(trunk.await("SIP/2.0 200"), "BYE", 9, ""));
        branch.reply(branch.await("BYE "), "200 OK", "", "");
        Rig.until("no port is left in use", () -> media.counters().portPairsInUse() == 0);
    }

    /** Once more for each 491: the caller's ACK comes by another socket, and may come after the REFER. */
    private int refer(String invite) {
        for (int cseq = 1; ; cseq++) {
            int answers = cseq;
            pbx.send(pbx.within(invite, "callee", "REFER", cseq, "")
                    .replace("Content-Length", "Refer-To: <sip:300@pbx.inside>\r\nContent-Length"));
            Rig.until("an answer", () -> pbx.count("SIP/2.0 202") + pbx.count("SIP/2.0 491") == answers);
            if (pbx.count("SIP/2.0 202") == 1) {
                return cseq;
            }
        }
    }
}
