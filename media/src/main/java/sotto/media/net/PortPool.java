package sotto.media.net;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Even/odd port pairs for legs. Thread-safe without locks.
 *
 * <p>Taken in turn from a random start: a port that was just freed comes last, so that the late packets of an ended call
 * do not meet a new one. A pair of which either port is held by another process is skipped.
 */
public final class PortPool {
    private static final System.Logger LOG = System.getLogger(PortPool.class.getName());
    private static final int FREE = 0;
    private static final int TAKEN = 1;
    /** Room for 100 ms of a leg's packets while a worker is busy elsewhere; the kernel doubles it for its own needs. */
    private static final int SOCKET_BUFFER_BYTES = 64 * 1024;

    private final InetAddress bind;
    private final int dscp;
    private final int firstPort;
    private final AtomicIntegerArray pairs;
    private final AtomicInteger next;
    private final AtomicInteger inUse = new AtomicInteger();
    private final AtomicBoolean told = new AtomicBoolean();

    /**
     * @param bind local address
     * @param firstPort RTP port of the first pair, even
     * @param lastPort RTCP port of the last pair, odd
     * @param dscp what the sockets mark their packets with, 0 to 63 (RFC 2474 §3)
     * @param random where in the pool to start
     */
    public PortPool(InetAddress bind, int firstPort, int lastPort, int dscp, RandomGenerator random) {
        if (firstPort % 2 != 0 || lastPort <= firstPort || lastPort > 65_535) {
            throw new IllegalArgumentException(
                    "ports " + firstPort + ".." + lastPort + ": first is even, last above it and at most 65535");
        }
        this.bind = bind;
        this.dscp = dscp;
        this.firstPort = firstPort;
        this.pairs = new AtomicIntegerArray((lastPort - firstPort + 1) / 2);
        this.next = new AtomicInteger(random.nextInt(pairs.length()));
    }

    /** One whose packets are not marked. */
    public PortPool(InetAddress bind, int firstPort, int lastPort, RandomGenerator random) {
        this(bind, firstPort, lastPort, 0, random);
    }

    /**
     * Binds the next free pair; empty where none is left that can be bound, or no descriptor, and nothing is held then.
     */
    public Optional<PortPair> take() {
        int start = next.get();
        for (int i = 0; i < pairs.length(); i++) {
            int index = (start + i) % pairs.length();
            if (!pairs.compareAndSet(index, FREE, TAKEN)) {
                continue;
            }
            try {
                PortPair pair = bind(index);
                if (pair != null) {
                    next.set((index + 1) % pairs.length());
                    inUse.incrementAndGet();
                    return Optional.of(pair);
                }
            } catch (IOException noSocket) { // no other port would have one
                tellOnce(noSocket);
                pairs.set(index, FREE);
                return Optional.empty();
            }
            pairs.set(index, FREE);
        }
        return Optional.empty();
    }

    private void tellOnce(IOException noSocket) {
        if (!told.getAndSet(true)) {
            LOG.log(
                    Level.WARNING,
                    "no socket for a media port: {0}; calls are refused as long as it is so, and this is said once",
                    noSocket.getMessage());
        }
    }

    /** Gives a pair back; its sockets are closed already. */
    public void free(PortPair pair) {
        if (pairs.compareAndSet(pair.index(), TAKEN, FREE)) {
            inUse.decrementAndGet();
        }
    }

    /** Closes a pair that no worker has seen, and frees it. */
    public void giveBack(PortPair pair) {
        closeUnused(pair.rtp());
        closeUnused(pair.rtcp());
        free(pair);
    }

    /** Pairs held now. */
    public int inUse() {
        return inUse.get();
    }

    /** Pairs of the pool. */
    public int size() {
        return pairs.length();
    }

    private @Nullable PortPair bind(int index) throws IOException {
        int port = firstPort + 2 * index;
        DatagramChannel rtp = bindPort(port);
        if (rtp == null) {
            return null;
        }
        DatagramChannel rtcp = null;
        try {
            rtcp = bindPort(port + 1);
        } finally {
            if (rtcp == null) {
                closeUnused(rtp);
            }
        }
        return rtcp == null ? null : new PortPair(this, index, port, rtp, rtcp);
    }

    /**
     * Exclusive: SO_REUSEADDR is off, so a port that anybody else holds is null here.
     *
     * @throws IOException where there is no socket to be had
     */
    private @Nullable DatagramChannel bindPort(int port) throws IOException {
        DatagramChannel channel = open(bind);
        try {
            channel.setOption(StandardSocketOptions.IP_TOS, dscp << 2); // of IPv6: its traffic class
            channel.bind(new InetSocketAddress(bind, port));
            return channel;
        } catch (IOException inUseElsewhere) {
            closeUnused(channel);
            return null;
        }
    }

    /** Opens a nonblocking socket of the address's family, not bound. */
    public static DatagramChannel open(InetAddress local) throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                local instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        return channel;
    }

    private static void closeUnused(@Nullable DatagramChannel channel) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot close a socket that was never used", e);
        }
    }
}
