package sotto.media;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import sotto.media.worker.EngineSettings;

/**
 * How the audio plane runs. Checked by whoever reads the configuration.
 *
 * @param ranges ports of legs, one range for each network; a leg names its own by its place here. At least one
 * @param calls that there is to be room for at once
 * @param workers media threads, at least 1
 * @param tapDirectory where caller-only and agent-only WAV files go; absent: no tap
 * @param dscp what packets to peers are marked with, 0 to 63 (RFC 2474 §3)
 * @param engine how the workers get packets in and out
 */
public record MediaSettings(
        List<PortRange> ranges, int calls, int workers, Optional<Path> tapDirectory, int dscp, EngineSettings engine) {
    /** Expedited forwarding: what RFC 4594 §4.1 has for telephony. */
    public static final int EXPEDITED_FORWARDING = 46;

    public MediaSettings {
        ranges = List.copyOf(ranges);
        if (dscp < 0 || dscp > 63) {
            throw new IllegalArgumentException("dscp=" + dscp + " is not from 0 to 63");
        }
    }

    /**
     * One with a single range and a call for every two pairs of it, marked as telephony, and the engine that is taken where
     * nothing is said.
     */
    public MediaSettings(InetAddress bind, int firstPort, int lastPort, int workers, Optional<Path> tapDirectory) {
        this(
                List.of(new PortRange(bind, firstPort, lastPort)),
                (lastPort - firstPort + 1) / 4,
                workers,
                tapDirectory,
                EXPEDITED_FORWARDING,
                EngineSettings.DEFAULT);
    }
}
