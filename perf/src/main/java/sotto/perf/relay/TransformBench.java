package sotto.perf.relay;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpKeys;
import sotto.media.srtp.SrtpSuite;
import sotto.media.srtp.SrtpTransform;
import sotto.media.srtp.SrtpTransforms;
import sotto.perf.run.Result;
import sotto.perf.run.Spread;

/**
 * SRTP alone, without sockets: ours and libsrtp2 seal, then open, the same packets in turns in one thread. One thread.
 */
final class TransformBench {
    private static final double BAR = 0.5;
    private static final int PACKET_BYTES = 172;
    private static final int STRIDE_BYTES = 256;
    private static final int BATCH = 64; // in the first-level cache, as a worker's slots are
    private static final int WARM_UP = 3; // rounds

    private final int rounds;
    private final int batches;
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment packets = arena.allocate((long) BATCH * STRIDE_BYTES, 64);
    private final RtpView view = new RtpView(packets);
    private final int[] lengths = new int[BATCH];

    /**
     * @param rounds that count
     * @param batches of 64 packets a round
     */
    TransformBench(int rounds, int batches) {
        this.rounds = rounds;
        this.batches = batches;
    }

    /** One of both, on the packet at a place of the memory. */
    private interface Transform {
        int seal(int offset, int lengthBytes);

        int open(int offset, int lengthBytes);
    }

    /** Nanoseconds a packet. */
    private record Times(double seal, double open) {
        double both() {
            return seal + open;
        }
    }

    /**
     * Adds both suites to a result.
     *
     * @return the greater of the ratios; empty where libsrtp2 is not installed
     */
    Optional<Double> run(Result result) {
        Optional<Double> worst = Optional.empty();
        for (Media media : new Media[] {Media.AES_CM, Media.AES_GCM}) {
            Optional<Double> ratio = run(media, media.suite().orElseThrow(), result);
            if (ratio.isEmpty()) {
                return ratio;
            }
            worst = Optional.of(Math.max(ratio.get(), worst.orElse(0.0)));
        }
        return worst;
    }

    private Optional<Double> run(Media media, SrtpSuite suite, Result result) {
        byte[] key = new byte[suite.keyBytes() + suite.saltBytes()];
        new SecureRandom().nextBytes(key);
        Libsrtp2 library = Libsrtp2.load(media, key).orElse(null);
        if (library == null) {
            return Optional.empty();
        }
        try (library;
                SrtpKeys keys = new SrtpKeys(suite, key);
                SrtpTransform seal = SrtpTransforms.of(keys);
                SrtpTransform open = SrtpTransforms.of(keys)) {
            double[] ours = new double[rounds];
            double[] theirs = new double[rounds];
            Times own = new Times(0, 0);
            Times other = own;
            int sequence = 0;
            for (int round = -WARM_UP; round < rounds; round++) {
                own = time(ours(seal, open), sequence);
                other = time(theirs(library), sequence);
                sequence += batches * BATCH;
                if (round >= 0) {
                    ours[round] = own.both();
                    theirs[round] = other.both();
                }
            }
            Spread us = Spread.of(ours);
            Spread them = Spread.of(theirs);
            double ratio = us.median() / them.median();
            result.row(
                            "SRTP alone, " + suite,
                            String.format(Locale.ROOT, "%.2f x", ratio),
                            us.text("%.0f") + " ns to seal and open 172 octets; libsrtp2 " + them.text("%.0f") + ", "
                                    + library.version() + "; last round " + text(own) + " and " + text(other))
                    .key("srtpTransformRatio" + media.key(), ratio)
                    .key("srtpTransformNs" + media.key(), us.median())
                    .key("libsrtp2Ns" + media.key(), them.median())
                    .bar(
                            ratio <= BAR,
                            String.format(
                                    Locale.ROOT,
                                    "SRTP alone, %s, takes half of libsrtp2's time at most; it took %.2f",
                                    suite,
                                    ratio));
            return Optional.of(ratio);
        }
    }

    private static String text(Times times) {
        return String.format(Locale.ROOT, "%.0f + %.0f", times.seal, times.open);
    }

    private Transform ours(SrtpTransform seal, SrtpTransform open) {
        return new Transform() {
            @Override
            public int seal(int offset, int lengthBytes) {
                return view.wrap(offset, lengthBytes) && seal.seal(view) == Verdict.NEXT ? view.lengthBytes() : -1;
            }

            @Override
            public int open(int offset, int lengthBytes) {
                return view.wrap(offset, lengthBytes) && open.open(view) == Verdict.NEXT ? view.lengthBytes() : -1;
            }
        };
    }

    private Transform theirs(Libsrtp2 library) {
        MemorySegment[] slots = new MemorySegment[BATCH];
        for (int i = 0; i < BATCH; i++) {
            slots[i] = packets.asSlice((long) i * STRIDE_BYTES, STRIDE_BYTES);
        }
        return new Transform() {
            @Override
            public int seal(int offset, int lengthBytes) {
                return library.seal(slots[offset / STRIDE_BYTES], lengthBytes);
            }

            @Override
            public int open(int offset, int lengthBytes) {
                return library.open(slots[offset / STRIDE_BYTES], lengthBytes);
            }
        };
    }

    private Times time(Transform transform, int firstSequence) {
        long sealNs = 0;
        long openNs = 0;
        for (int batch = 0; batch < batches; batch++) {
            write(firstSequence + batch * BATCH);
            long startNs = System.nanoTime();
            for (int i = 0; i < BATCH; i++) {
                lengths[i] = transform.seal(i * STRIDE_BYTES, PACKET_BYTES);
            }
            long betweenNs = System.nanoTime();
            int right = 0;
            for (int i = 0; i < BATCH; i++) {
                right += transform.open(i * STRIDE_BYTES, lengths[i]) == PACKET_BYTES ? 1 : 0;
            }
            openNs += System.nanoTime() - betweenNs;
            sealNs += betweenNs - startNs;
            if (right != BATCH) {
                throw new IllegalStateException(BATCH - right + " packets of a batch did not come back");
            }
        }
        double count = (double) batches * BATCH;
        return new Times(sealNs / count, openNs / count);
    }

    private void write(int firstSequence) {
        for (int i = 0; i < BATCH; i++) {
            packets.set(ValueLayout.JAVA_BYTE, (long) i * STRIDE_BYTES, (byte) 0x80);
            packets.set(ValueLayout.JAVA_BYTE, (long) i * STRIDE_BYTES + 1, (byte) 0);
            view.wrap(i * STRIDE_BYTES, PACKET_BYTES);
            view.sequence(firstSequence + i);
            view.ssrc(0x5075746F);
        }
    }
}
