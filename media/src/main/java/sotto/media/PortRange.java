package sotto.media;

import java.net.InetAddress;

/**
 * Ports of one local address that legs may have. Checked by whoever reads the configuration.
 *
 * @param bind address that legs bind to
 * @param firstPort first RTP port, even
 * @param lastPort last port, odd, RTCP of the last pair
 */
public record PortRange(InetAddress bind, int firstPort, int lastPort) {}
