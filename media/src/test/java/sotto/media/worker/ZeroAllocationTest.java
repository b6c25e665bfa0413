package sotto.media.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.codec.AudioFormat;
import sotto.media.dtmf.KeyRing;
import sotto.media.dtmf.Mask;
import sotto.media.net.Latch;
import sotto.media.net.MediaPort;
import sotto.media.net.PortPair;
import sotto.media.net.PortPool;
import sotto.media.packet.RtpView;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.path.ForwardPath;
import sotto.media.path.SettledLeg;
import sotto.media.path.SourceLatch;
import sotto.media.rtp.ReceiveStats;
import sotto.media.rtp.Rewrite;
import sotto.media.srtp.SrtpKeys;
import sotto.media.srtp.SrtpSuite;
import sotto.media.srtp.SrtpTransform;
import sotto.media.srtp.SrtpTransforms;
import sotto.media.tap.Tap;
import sotto.media.tap.TapStream;

/** A whole direction of a call, with real keys, a real tap and a real socket to send to, makes no garbage. */
final class ZeroAllocationTest {
    private static final int PACKETS = 20_000;
    private static final int WARM_UP_ROUNDS = 2;
    private static final int MOST_ROUNDS =
            150; // on a busy machine the compilers come late, last to what is done once a hundred packets
    private static final int ROUND = 100; // packets between two looks at the sockets

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private final int firstPort = 20_000 + 2 * new Random().nextInt(5_000);
    private final PortPool pool = new PortPool(loopback, firstPort, firstPort + 31, new Random());
    private final PacketIo io = EngineUnderTest.open();
    private final RtpView view = new RtpView(io.memory());
    private final InetSocketAddress callerAddress = new InetSocketAddress(loopback, 9);
    private int sequence = 65_000;

    @TempDir
    private @Nullable Path directory;

    @AfterEach
    void close() {
        io.close();
    }

    @ParameterizedTest(name = "to a leg with {0}, mask on: {1}")
    @CsvSource(
            textBlock =
                    """
        plain,                   false
        plain,                   true
        AES_CM_128_HMAC_SHA1_80, false
        AES_CM_128_HMAC_SHA1_80, true
        AEAD_AES_128_GCM,        false
        AEAD_AES_128_GCM,        true
        AES_256_CM_HMAC_SHA1_32, false
        AEAD_AES_256_GCM,        false
        """)
    void forwardsWithoutGarbage(String to, boolean masked) throws Exception {
        Optional<SrtpSuite> suite = to.equals("plain") ? Optional.empty() : Optional.of(SrtpSuite.valueOf(to));
        try (DatagramSocket agent = new DatagramSocket(new InetSocketAddress(loopback, 0));
                Tap tap = Tap.start(Optional.ofNullable(directory));
                TapStream stream = tap.open("garbage", Side.CALLER);
                KeyRing keys = new KeyRing()) {
            SettledLeg from = leg(callerAddress, Optional.empty());
            SettledLeg agentLeg = leg((InetSocketAddress) agent.getLocalSocketAddress(), suite);
            Mask mask = new Mask();
            mask.settle(AudioFormat.PCMU, 0, OptionalInt.of(101));
            stream.settle(AudioFormat.PCMU, 0);
            if (masked) {
                mask.arm(keys);
            }
            ForwardPath path = ForwardPath.between(from, agentLeg, mask, stream);

            long allocated = 1;
            long sentBefore = 0;
            for (int i = 0; i < WARM_UP_ROUNDS || (i < MOST_ROUNDS && allocated > 0); i++) {
                sentBefore = agentLeg.stream().sent();
                allocated = allocatedBy(path, from.latch());
            }

            assertThat(allocated).as("in the last round").isZero();
            assertThat(agentLeg.stream().sent() - sentBefore).isGreaterThan(PACKETS * 9 / 10);
        }
    }

    private long allocatedBy(ForwardPath path, SourceLatch latch) {
        long before = threads.getCurrentThreadAllocatedBytes();
        run(path, latch);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private void run(ForwardPath path, SourceLatch latch) {
        MemorySegment memory = io.memory();
        for (int i = 0; i < PACKETS; i++) {
            sequence++;
            if (i % ROUND == 0) {
                io.poll(1);
            }
            int at = io.ownSlot();
            boolean event = i % 50 == 49; // a key press a second
            memory.set(ValueLayout.JAVA_BYTE, at, (byte) 0x80);
            memory.set(ValueLayout.JAVA_BYTE, at + 1, (byte) 0);
            if (!view.wrap(at, event ? 16 : 172)) {
                throw new AssertionError("not RTP");
            }
            view.payloadType(event ? 101 : 0);
            view.sequence(sequence);
            view.timestamp(160 * sequence);
            view.ssrc(5);
            for (int octet = 0; octet < view.payloadBytes(); octet++) {
                view.payloadByte(octet, event ? 0 : 0xC0 + (octet * 7 + i) % 32);
            }
            latch.from(callerAddress);
            Verdict verdict = path.process(view, 20_000_000L * sequence);
            if (verdict != Verdict.NEXT && verdict != Verdict.KEY_PRESS_MASKED && verdict != Verdict.TONE_HELD) {
                throw new AssertionError(verdict.help());
            }
        }
    }

    private SettledLeg leg(InetSocketAddress peer, Optional<SrtpSuite> suite) {
        PortPair pair = pool.take().orElseThrow();
        MediaPort port = io.port(pair.rtp());
        io.add(port, new Nobody());
        Latch latch = new Latch(0);
        latch.settle(peer, false, 0);
        if (!peer.equals(callerAddress)) {
            port.connect(peer);
            io.poll(1); // connected once the packet in hand is done
        }
        return new SettledLeg(
                new SourceLatch(latch, port),
                port,
                new ReceiveStats(),
                new Rewrite(77, 65_530),
                AudioFormat.PCMU,
                0,
                OptionalInt.of(101),
                suite.map(ZeroAllocationTest::transform).orElse(null),
                suite.map(ZeroAllocationTest::transform).orElse(null),
                true,
                null,
                null);
    }

    private static SrtpTransform transform(SrtpSuite suite) {
        try (SrtpKeys keys = new SrtpKeys(suite, new byte[suite.keyBytes() + suite.saltBytes()])) {
            return SrtpTransforms.of(keys);
        }
    }

    private static final class Nobody implements PacketIo.Receiver {
        @Override
        public void received(int offset, int lengthBytes, @Nullable InetSocketAddress source) {}

        @Override
        public void refused() {}

        @Override
        public void failed(Throwable cause) {
            throw new AssertionError(cause);
        }
    }
}
