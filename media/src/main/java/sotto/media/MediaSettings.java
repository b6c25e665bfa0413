package sotto.media;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the audio plane runs. Checked by whoever reads the configuration.
 *
 * @param bind address that legs bind to
 * @param firstPort first RTP port, even
 * @param lastPort last port, odd, RTCP of the last pair
 * @param workers media threads, at least 1
 * @param tapDirectory where caller-only and agent-only WAV files go; absent: no tap
 */
public record MediaSettings(InetAddress bind, int firstPort, int lastPort, int workers, Optional<Path> tapDirectory) {}
