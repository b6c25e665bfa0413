package sotto.media;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import sotto.media.codec.AudioFormat;
import sotto.media.srtp.SrtpKeys;
import sotto.media.srtp.SrtpSuite;
import sotto.media.worker.EngineUnderTest;
import sotto.media.worker.LegPlan;

/** What the socket tests start from: a plane of its own on loopback, and plans for its legs. */
final class Bench {
    private static final Random RANDOM = new Random();

    private Bench() {}

    static MediaSettings settings(int pairs, Optional<Path> tap) {
        int first = 20_000 + 2 * RANDOM.nextInt(5_500 - pairs); // below the ports that the kernel hands out by itself
        PortRange range = new PortRange(InetAddress.getLoopbackAddress(), first, first + 2 * pairs - 1);
        return new MediaSettings(List.of(range), pairs / 2, 1, tap, 0, EngineUnderTest.settings());
    }

    static MediaPlane plane() {
        return MediaPlane.start(settings(64, Optional.empty()));
    }

    static LegPlan plain(InetSocketAddress remote) {
        return plain(remote, true);
    }

    static LegPlan plain(InetSocketAddress remote, boolean peerReceives) {
        return plan(remote, Optional.empty(), Optional.empty(), peerReceives);
    }

    /** Made anew each time: a leg closes the keys that it is handed. */
    static LegPlan srtp(InetSocketAddress remote, SrtpSuite suite, int receiveSeed, int sendSeed) {
        return srtp(remote, suite, receiveSeed, sendSeed, true);
    }

    static LegPlan srtp(
            InetSocketAddress remote, SrtpSuite suite, int receiveSeed, int sendSeed, boolean peerReceives) {
        return plan(remote, Optional.of(keys(suite, receiveSeed)), Optional.of(keys(suite, sendSeed)), peerReceives);
    }

    static SrtpKeys keys(SrtpSuite suite, int seed) {
        byte[] keyAndSalt = new byte[suite.keyBytes() + suite.saltBytes()];
        new Random(seed).nextBytes(keyAndSalt);
        return new SrtpKeys(suite, keyAndSalt);
    }

    private static LegPlan plan(
            InetSocketAddress remote, Optional<SrtpKeys> receive, Optional<SrtpKeys> send, boolean peerReceives) {
        return new LegPlan(
                remote,
                new InetSocketAddress(remote.getAddress(), remote.getPort() == 65_535 ? 1 : remote.getPort() + 1),
                AudioFormat.PCMU,
                Rtp.PCMU,
                OptionalInt.of(Rtp.EVENT),
                receive,
                send,
                peerReceives);
    }
}
