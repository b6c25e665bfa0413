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
 * @param workers media threads, at least 1
 * @param tapDirectory where caller-only and agent-only WAV files go; absent: no tap
 * @param engine how the workers get packets in and out
 */
public record MediaSettings(List<PortRange> ranges, int workers, Optional<Path> tapDirectory, EngineSettings engine) {
    public MediaSettings {
        ranges = List.copyOf(ranges);
    }

    /** One with the engine that is taken where nothing is said. */
    public MediaSettings(List<PortRange> ranges, int workers, Optional<Path> tapDirectory) {
        this(ranges, workers, tapDirectory, EngineSettings.DEFAULT);
    }

    /** The same with a single range. */
    public MediaSettings(InetAddress bind, int firstPort, int lastPort, int workers, Optional<Path> tapDirectory) {
        this(List.of(new PortRange(bind, firstPort, lastPort)), workers, tapDirectory);
    }
}
