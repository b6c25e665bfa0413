package sotto.media.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sotto.media.net.MediaPort;
import sotto.media.net.PortPool;
import sotto.media.packet.Verdict;
import sotto.media.uring.RingRefused;

/**
 * Which engine the workers of a plane run: chosen once, by trying it. Thread-safe.
 *
 * <p>What a kernel of some version should be able to do is not asked: containers, sysctls and limits have their say too. A
 * datagram goes once through all that a call needs.
 */
public final class PacketEngine {
    private static final System.Logger LOG = System.getLogger(PacketEngine.class.getName());
    private static final long TRIAL_MS = 2_000;
    private static final int PORTS_A_CALL = 4;
    /** Descriptors for libraries, journals, the database, listeners, and connections of peers and of the API. */
    private static final int MOST_OTHERS = 2_500;

    private final EngineSettings settings;
    private final boolean uring;
    private final int heldSockets; // by a worker's ring, without a descriptor

    private PacketEngine(EngineSettings settings, boolean uring, int calls) {
        this.settings = settings;
        this.uring = uring;
        this.heldSockets = heldSockets(uring, calls);
    }

    /** One that has descriptors enough. */
    static PacketEngine choose(EngineSettings settings) {
        return choose(settings, 0);
    }

    /**
     * Chooses, and says so in one line of the log; in another one where descriptors are too few.
     *
     * @param calls at once that there is to be room for
     * @throws UncheckedIOException where uring is asked for and does not run; its message says why and what would help
     */
    public static PacketEngine choose(EngineSettings settings, int calls) {
        Optional<String> refused = settings.engine() == EngineSettings.Engine.NIO ? Optional.empty() : whyNoUring();
        return switch (settings.engine()) {
            case NIO -> new PacketEngine(settings, false, calls).say("as media.engine says");
            case URING -> {
                if (refused.isPresent()) {
                    String why = refused.get();
                    throw new UncheckedIOException(
                            "media.engine=uring does not run here: " + why + "; write auto or nio, or allow it",
                            new IOException(why));
                }
                yield new PacketEngine(settings, true, calls).say("as media.engine says");
            }
            case AUTO ->
                refused.isPresent()
                        ? new PacketEngine(settings, false, calls).say("uring does not run here: " + refused.get())
                        : new PacketEngine(settings, true, calls).say("the kernel allows it");
        };
    }

    private PacketEngine say(String why) {
        LOG.log(
                Level.INFO,
                "media engine: {0} on {1} {2}, {3}: {4}",
                uring ? "uring" : "nio",
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                settings.idle() == EngineSettings.Idle.SPIN
                        ? "spins for " + settings.spinUs() + " us, then blocks"
                        : uring ? "blocks, batches for " + settings.batchUs() + " us" : "blocks",
                why);
        return this;
    }

    private static int heldSockets(boolean uring, int calls) {
        long allowed = Descriptor.most();
        long wanted = (long) calls * PORTS_A_CALL * descriptors(uring) + MOST_OTHERS;
        if (wanted <= allowed) {
            return 0;
        }
        LOG.log(
                uring ? Level.INFO : Level.WARNING,
                "open files: {0} are allowed, and {1} calls want {2}; {3}. Allow as many (LimitNOFILE, or ulimit -n)",
                Long.toString(allowed),
                Integer.toString(calls),
                Long.toString(wanted),
                uring
                        ? "so the rings hold the sockets of calls, and ss and lsof do not tell whose those are"
                        : "there is room for " + mostPorts(false, allowed) / PORTS_A_CALL
                                + ", and calls beyond get 503");
        return uring ? (int) Math.min((long) calls * PORTS_A_CALL, allowed) : 0;
    }

    private static int descriptors(boolean uring) {
        return uring ? 1 : NioPort.MOST_DESCRIPTORS;
    }

    /** How many pairs of ports may be open at once: more would leave no descriptor for anything else. */
    public int mostPairs(int workers) {
        return (int)
                Math.min(Integer.MAX_VALUE, ((long) workers * heldSockets + mostPorts(uring, Descriptor.most())) / 2);
    }

    private static long mostPorts(boolean uring, long descriptors) {
        return (descriptors - Math.min(MOST_OTHERS, descriptors / 4)) / descriptors(uring);
    }

    /** True for uring, false for nio. */
    public boolean isUring() {
        return uring;
    }

    /** A worker's own. */
    PacketIo open() {
        if (!uring) {
            return new NioPacketIo(settings.spinNs());
        }
        try {
            return new UringPacketIo(settings.spinNs(), settings.batchUs(), UringPacketIo.BUFFERS, heldSockets);
        } catch (RingRefused e) { // it ran a moment ago
            throw new UncheckedIOException("no io_uring left for a media worker: " + e.getMessage(), e);
        }
    }

    /** Empty where uring runs here. */
    static Optional<String> whyNoUring() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("io_uring is of Linux");
        }
        if (!Descriptor.isKnown()) {
            return Optional.of("the JVM was started without --add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
        }
        try (UringPacketIo io = new UringPacketIo(0, 0, 8, 1)) {
            return carries(io) ? Optional.empty() : Optional.of("a datagram that was sent by it did not come back");
        } catch (IOException | RuntimeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (LinkageError e) {
            return Optional.of("the JVM may not call native functions: " + e.getMessage());
        }
    }

    private static boolean carries(UringPacketIo io) throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        DatagramChannel channel = PortPool.open(loopback).bind(new InetSocketAddress(loopback, 0));
        InetSocketAddress self = (InetSocketAddress) channel.getLocalAddress();
        MediaPort port = io.port(channel);
        Trial trial = new Trial(io);
        io.add(port, trial);
        port.aim(self);
        io.memory().set(ValueLayout.JAVA_BYTE, io.ownSlot(), Trial.OCTET);
        boolean sent = port.send(io.ownSlot(), 1) == Verdict.NEXT;
        long untilNs = System.nanoTime() + TRIAL_MS * 1_000_000;
        while (sent && !trial.done && System.nanoTime() - untilNs < 0) {
            io.poll(10);
        }
        io.remove(port);
        io.poll(1);
        return trial.good;
    }

    private static final class Trial implements PacketIo.Receiver {
        private static final byte OCTET = 0x55;

        private final PacketIo io;
        private boolean done;
        private boolean good;

        Trial(PacketIo io) {
            this.io = io;
        }

        @Override
        public void received(int offset, int lengthBytes, @Nullable InetSocketAddress source) {
            done = true;
            good = lengthBytes == 1 && io.memory().get(ValueLayout.JAVA_BYTE, offset) == OCTET && source != null;
        }

        @Override
        public void refused() {
            done = true;
        }

        @Override
        public void failed(Throwable cause) {
            done = true;
        }
    }
}
