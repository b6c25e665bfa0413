package sotto.media.worker;

import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import sotto.media.rtcp.RtcpSession;
import sotto.media.rtp.Mos;
import sotto.media.rtp.ReceiveStats;

/**
 * Looks every 5 s at what a leg's peer sent in that time. Belongs to the worker that owns the leg; {@link #quality} may be
 * read by anyone. A span in which nothing came says nothing of quality, and is left out.
 */
final class QualityWatch {
    private static final long INTERVAL_NS = 5_000_000_000L;

    private final ReceiveStats stats;
    private final RtcpSession rtcp;
    private long dueNs;
    private long received;
    private long lost;
    private long patternLost;
    private long patternRuns;

    private int intervals;
    private long allReceived;
    private long allLost;
    private double burstRatios;
    private double jitters;
    private double roundTrips;
    private int roundTripsKnown;
    private double scores;
    private LegQuality.@Nullable Interval worst;
    private volatile @Nullable LegQuality quality;

    QualityWatch(ReceiveStats stats, RtcpSession rtcp, long nowNs) {
        this.stats = stats;
        this.rtcp = rtcp;
        dueNs = nowNs + INTERVAL_NS;
    }

    /** Every now and then; counts a span that is over. */
    void tick(long nowNs, QualityCounts counts) {
        if (nowNs - dueNs < 0) {
            return;
        }
        dueNs = nowNs + INTERVAL_NS;
        long came = stats.received() - received;
        long missing = Math.max(0, stats.lost() - lost); // late ones may make up for losses before
        received = stats.received();
        lost = stats.lost();
        long decided = stats.pattern().lost() - patternLost;
        long runs = stats.pattern().runs() - patternRuns;
        patternLost = stats.pattern().lost();
        patternRuns = stats.pattern().runs();
        if (came > 0) {
            double burstRatio = Mos.burstRatio(decided, runs, came + missing); // of another source: negative, so 1
            add(interval(came, missing, burstRatio), came, missing, counts);
        }
    }

    private LegQuality.Interval interval(long came, long missing, double burstRatio) {
        double lossPercent = 100.0 * missing / (came + missing);
        double jitterMs = stats.jitterMs();
        double roundTripMs = rtcp.roundTripMs();
        double rating = Mos.rating(lossPercent, burstRatio, Mos.delayMs(roundTripMs, jitterMs));
        return new LegQuality.Interval(lossPercent, burstRatio, jitterMs, known(roundTripMs), Mos.ofRating(rating));
    }

    private static OptionalDouble known(double value) {
        return value < 0 ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private void add(LegQuality.Interval now, long came, long missing, QualityCounts counts) {
        intervals++;
        allReceived += came;
        allLost += missing;
        burstRatios += now.burstRatio();
        jitters += now.jitterMs();
        scores += now.mos();
        roundTrips += now.roundTripMs().orElse(0);
        roundTripsKnown += now.roundTripMs().isPresent() ? 1 : 0;
        LegQuality.Interval least = worst == null || now.mos() < worst.mos() ? now : worst;
        worst = least;
        LegQuality.Interval mean = new LegQuality.Interval(
                100.0 * allLost / (allReceived + allLost),
                burstRatios / intervals,
                jitters / intervals,
                roundTripsKnown == 0 ? OptionalDouble.empty() : OptionalDouble.of(roundTrips / roundTripsKnown),
                scores / intervals);
        Optional<LegQuality.Far> far = rtcp.hasPeerReported()
                ? Optional.of(new LegQuality.Far(
                        100 * rtcp.remoteLossFraction(),
                        rtcp.remoteJitterMs(),
                        known(rtcp.farRoundTripMs()),
                        known(rtcp.farMos())))
                : Optional.empty();
        quality = new LegQuality(intervals, now, least, mean, far);
        counts.add(QualityCounts.Measure.LOSS, now.lossPercent() / 100);
        counts.add(QualityCounts.Measure.JITTER, now.jitterMs() / 1000);
        counts.add(QualityCounts.Measure.MOS, now.mos());
        now.roundTripMs().ifPresent(ms -> counts.add(QualityCounts.Measure.ROUND_TRIP, ms / 1000));
    }

    /** Empty before the first span is over; any thread. */
    Optional<LegQuality> quality() {
        return Optional.ofNullable(quality);
    }
}
