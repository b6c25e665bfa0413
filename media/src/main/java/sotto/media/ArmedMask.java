package sotto.media;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import sotto.media.dtmf.KeyRing;
import sotto.media.dtmf.MaskSettings;
import sotto.media.dtmf.MaskTally;
import sotto.media.tap.Tap;
import sotto.media.worker.Call;
import sotto.media.worker.Excluded;

/**
 * Secure-pay on one call. {@link #nextKey} belongs to one reader; {@link #close} to any thread.
 *
 * <p>The order is what makes it safe: first the worker masks, so nothing unmasked can be put on the tap's ring any more;
 * then a marker goes on that ring. When the tap's reader comes to the marker, all that was unmasked is behind it.
 */
final class ArmedMask implements Masking {
    private static final long ACKNOWLEDGE_WITHIN_NS = 1_000_000_000L;
    private static final long LOOK_AGAIN_NS = 10_000_000L; // half a packet

    private final Call call;
    private final AtomicReference<@Nullable ArmedMask> inUse;
    private final KeyRing keys = new KeyRing();
    private final List<MaskReport.Sink> sinks = new ArrayList<>(); // before it is given to anybody
    private final Instant requestedAt = Instant.now();
    private final long requestedNs = System.nanoTime();

    /** @param inUse cleared when this is closed */
    ArmedMask(Call call, AtomicReference<@Nullable ArmedMask> inUse) {
        this.call = call;
        this.inUse = inUse;
    }

    /** Returns once each sink has acknowledged; otherwise throws, and is then to be closed. */
    void arm(Tap tap, MaskSettings settings) throws MaskRefused {
        long deadlineNs = requestedNs + ACKNOWLEDGE_WITHIN_NS;
        await("agent-leg", call.arm(keys, settings), deadlineNs);
        if (!tap.isOn()) {
            return;
        }
        CompletableFuture<Void> written = new CompletableFuture<>();
        if (!tap.acknowledge(() -> written.complete(null))) {
            throw new MaskRefused("the tap is overloaded and cannot acknowledge the mask");
        }
        await("tap", written, deadlineNs);
    }

    private void await(String sink, CompletableFuture<Void> acknowledged, long deadlineNs) throws MaskRefused {
        try {
            acknowledged.get(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            sinks.add(new MaskReport.Sink(sink, Duration.ofNanos(System.nanoTime() - requestedNs)));
        } catch (TimeoutException e) {
            throw new MaskRefused(sink + " did not acknowledge the mask within 1 s");
        } catch (ExecutionException e) {
            throw new MaskRefused(
                    e.getCause() instanceof Excluded
                            ? "the call carries a fax (T.38), which cannot be masked; try again when it is audio again"
                            : "the call has ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MaskRefused("interrupted before " + sink + " acknowledged the mask");
        }
    }

    @Override
    public int nextKey(Duration atMost) throws InterruptedException {
        return keys.next(atMost);
    }

    @Override
    public List<String> sinks() {
        return sinks.stream().map(MaskReport.Sink::name).toList();
    }

    @Override
    public MaskReport report() {
        MaskTally tally = keys.tally();
        OptionalLong speechNs = tally.speechNs();
        return new MaskReport(
                requestedAt,
                sinks,
                Map.of(
                        "telephone-event",
                        tally.telephoneEvents(),
                        "in-band",
                        tally.inBandTones(),
                        "sip-info",
                        tally.infoKeys()),
                tally.taken(),
                tally.leastLeadSamples(),
                tally.leastTrailSamples(),
                tally.packetsForwarded(),
                tally.end(),
                speechNs.isPresent()
                        ? Optional.of(requestedAt.plusNanos(speechNs.getAsLong() - requestedNs))
                        : Optional.empty());
    }

    @Override
    public boolean awaitSpeech(Duration atMost) throws InterruptedException {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        while (call.isMasked()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (System.nanoTime() - deadlineNs >= 0) {
                return false;
            }
            LockSupport.parkNanos(this, LOOK_AGAIN_NS);
        }
        return true;
    }

    /** Wipes at once what was keyed and not read; the worker gives speech back a moment later. */
    @Override
    public void close() {
        keys.close();
        if (inUse.compareAndSet(this, null)) {
            call.disarm(keys);
        }
    }
}
