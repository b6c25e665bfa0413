package sotto.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import sotto.media.CallMedia;
import sotto.media.MediaPlane;
import sotto.media.MediaSettings;
import sotto.media.dtmf.MaskSettings;
import sotto.media.packet.Side;
import sotto.media.worker.LegPlan;
import sotto.pci.capture.KeySource;

/** What the card plane is told where a call cannot be masked. */
final class CallKeysTest {
    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private final int firstPort = 20_000 + 2 * ThreadLocalRandom.current().nextInt(5_000);

    @Test
    void aFaxCannotBeMaskedAndTheAgentIsToldSo() throws Exception {
        MediaSettings settings = new MediaSettings(loopback, firstPort, firstPort + 63, 1, Optional.empty());
        try (MediaPlane plane = MediaPlane.start(settings);
                CallMedia call = plane.open("fax")) {
            CallKeys keys = new CallKeys(MaskSettings.DEFAULT, (payment, mask) -> {});
            keys.serve(id -> Optional.of(call));
            call.connect(Side.CALLER, LegPlan.fax(new InetSocketAddress(loopback, 4_000), true));
            call.connect(Side.AGENT, LegPlan.fax(new InetSocketAddress(loopback, 4_002), true));

            assertThatExceptionOfType(KeySource.ArmFailed.class)
                    .isThrownBy(() -> keys.arm("fax"))
                    .withMessageContaining("carries a fax (T.38)");
            assertThat(keys.wasMasked("fax")).isFalse();
        }
    }
}
