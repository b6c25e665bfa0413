package sotto.media.rtp;

/**
 * How the losses of one stream lie (RFC 3611 §4.7.2, with Gmin 16). Belongs to the worker that owns the leg; told of each
 * sequence number once, in order, when it is known whether it came.
 *
 * <pre>
 *  x lost, . received, 16 or more of them        is
 *  ..x..                                         one loss in a gap
 *  ..x.x..   (fewer than 16 between the two)     a burst of 3 packets, 2 of them lost
 *  ..xx..                                        a burst of 2 packets, 2 of them lost
 *  ..xx..x.. (16 or more between)                the same burst, and one loss in a gap
 *  x..       at the very beginning               as if 16 had been received before it
 *  ..xx      at the report                       as if 16 were received behind it
 * </pre>
 */
public final class LossPattern {
    /** Packets received in a row that end a burst (RFC 3611 §4.7.2, the value that it recommends). */
    public static final int GMIN = 16;

    private long packets;
    private long lost;
    private long runs; // of losses without any packet received between them
    private long bursts;
    private long burstPackets;
    private long burstLost;
    private long receivedInRow = GMIN;
    private long openPackets; // from the first loss of what may become a burst to its last one
    private long openLost;

    /** The next in order came. */
    void received() {
        packets++;
        receivedInRow++;
        if (receivedInRow == GMIN) {
            closeBurst();
        }
    }

    /** The next {@code count} in order did not, 1 or more. */
    void lost(long count) {
        packets += count;
        lost += count;
        if (receivedInRow > 0) {
            runs++;
        }
        openPackets += (openLost == 0 ? 0 : receivedInRow) + count;
        openLost += count;
        receivedInRow = 0;
    }

    private void closeBurst() {
        if (openLost > 1) {
            bursts++;
            burstPackets += openPackets;
            burstLost += openLost;
        }
        openPackets = 0;
        openLost = 0;
    }

    void clear() {
        packets = 0;
        lost = 0;
        runs = 0;
        bursts = 0;
        burstPackets = 0;
        burstLost = 0;
        receivedInRow = GMIN;
        openPackets = 0;
        openLost = 0;
    }

    private boolean isOpen() {
        return openLost > 1;
    }

    /** Bursts so far, the one that is going on included. */
    public long bursts() {
        return bursts + (isOpen() ? 1 : 0);
    }

    private long packetsInBursts() {
        return burstPackets + (isOpen() ? openPackets : 0);
    }

    private long lostInBursts() {
        return burstLost + (isOpen() ? openLost : 0);
    }

    /** Share lost within bursts, in 1/256, 0 to 255. */
    public int burstDensity() {
        return share(lostInBursts(), packetsInBursts());
    }

    /** Share lost between bursts, in 1/256, 0 to 255. */
    public int gapDensity() {
        return share(lost - lostInBursts(), packets - packetsInBursts());
    }

    /** Mean length of a burst, in packets; 0 where there was none. */
    public double burstPackets() {
        return bursts() == 0 ? 0 : (double) packetsInBursts() / bursts();
    }

    /** Mean length of a gap, in packets: there is one more of them than of bursts. */
    public double gapPackets() {
        return (double) (packets - packetsInBursts()) / (bursts() + 1);
    }

    /** Sequence numbers whose fate is known. */
    public long packets() {
        return packets;
    }

    /** Those of them that were lost. */
    public long lost() {
        return lost;
    }

    /** Rows of losses without any packet between them. */
    public long runs() {
        return runs;
    }

    private static int share(long part, long whole) {
        return whole <= 0 ? 0 : (int) Math.min(255, part * 256 / whole);
    }
}
