package sotto.media.path;

import sotto.media.net.MediaPort;

/**
 * One leg while it carries a fax (ITU-T T.38 over UDPTL), as offer and answer settled it. Belongs to the worker that owns
 * the leg.
 *
 * @param source learns where the peer sends from; stays for the life of the leg
 * @param port sends to the peer; likewise
 * @param peerReceives false where the peer is on hold
 */
public record FaxLeg(SourceLatch source, MediaPort port, boolean peerReceives) {}
