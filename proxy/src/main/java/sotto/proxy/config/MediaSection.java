package sotto.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import sotto.media.dtmf.MaskSettings;
import sotto.media.worker.EngineSettings;

/**
 * Section {@code media}.
 *
 * @param bind local address of legs
 * @param firstPort first RTP port, even
 * @param lastPort last port, odd
 * @param workers media threads
 * @param tapDirectory where masked caller-only and agent-only WAV files go; empty: no tap
 * @param dscp what audio is marked with, 0 to 63
 * @param engine how packets get in and out
 * @param mask what stands where a key was; section {@code secure-pay}
 * @param silenceTimeout a call without any packet for this long is ended
 */
public record MediaSection(
        String bind,
        int firstPort,
        int lastPort,
        int workers,
        Optional<Path> tapDirectory,
        int dscp,
        EngineSettings engine,
        MaskSettings mask,
        Duration silenceTimeout) {
    public MediaSection {
        if (firstPort % 2 != 0 || lastPort <= firstPort || lastPort > 65_535 || workers < 1) {
            throw new IllegalArgumentException("media ports " + firstPort + ".." + lastPort + " by " + workers
                    + " workers; start with an even port");
        }
    }
}
