package sotto.media;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import sotto.media.dtmf.MaskTally;

/**
 * What the mask of one capture saw and did, for the evidence: counts and extremes, in which no single press can be told
 * from another. Immutable.
 *
 * @param requestedAt when secure-pay was asked for
 * @param sinks those that acknowledged, in the order in which they did
 * @param presses seen, by carrier: {@code telephone-event}, {@code in-band}, {@code sip-info}; a press that came by both counts in both
 * @param taken presses given to the reader, each once
 * @param leastLeadSamples from the first sample that was replaced to the onset of a tone, at 8,000 Hz, the least over all
 *     tones: below 0 where a tone began before its blank; up to 3 ms less than it was. Empty without tones
 * @param leastTrailSamples from the end of a tone to the last sample that was replaced, likewise
 * @param packetsForwarded packets that went on to the agent with a sample of a tone in them that was not replaced
 * @param end whether the caller's audio passes again, or why it never did
 * @param speechAt when it did; empty for any other end
 */
public record MaskReport(
        Instant requestedAt,
        List<Sink> sinks,
        Map<String, Long> presses,
        long taken,
        OptionalInt leastLeadSamples,
        OptionalInt leastTrailSamples,
        long packetsForwarded,
        MaskTally.End end,
        Optional<Instant> speechAt) {
    public MaskReport {
        sinks = List.copyOf(sinks);
        presses = Map.copyOf(presses);
    }

    /**
     * A sink of the caller's audio that acknowledged the mask.
     *
     * @param after the request
     */
    public record Sink(String name, Duration after) {}

    /** When the last sink acknowledged: secure-pay is on from then. */
    public Instant onAt() {
        return sinks.isEmpty() ? requestedAt : requestedAt.plus(sinks.getLast().after());
    }
}
