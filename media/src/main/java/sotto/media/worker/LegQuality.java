package sotto.media.worker;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a leg sounded, in spans of 5 s in which packets came. Immutable.
 *
 * @param intervals spans so far, at least 1
 * @param last the newest
 * @param worst the one with the least MOS
 * @param mean over all of them
 * @param far what the peer reports of the stream that it gets from us; empty until it does
 */
public record LegQuality(int intervals, Interval last, Interval worst, Interval mean, Optional<Far> far) {
    /**
     * One span.
     *
     * @param lossPercent packets that did not come, 0 to 100
     * @param burstRatio 1 where losses lie at random, above it where they lie in rows (BurstR, ITU-T G.107 §7.5)
     * @param jitterMs interarrival jitter at its end (RFC 3550 A.8)
     * @param roundTripMs to the peer; empty until RTCP told it
     * @param mos 1.0 to 4.5 (ITU-T G.107)
     */
    public record Interval(
            double lossPercent, double burstRatio, double jitterMs, OptionalDouble roundTripMs, double mos) {}

    /**
     * The peer's view.
     *
     * @param lossPercent of its last report (RFC 3550 §6.4.1)
     * @param jitterMs likewise
     * @param roundTripMs as it measured it; empty where it sends no VoIP metrics (RFC 3611 §4.7)
     * @param mos that it gives; likewise
     */
    public record Far(double lossPercent, double jitterMs, OptionalDouble roundTripMs, OptionalDouble mos) {}
}
