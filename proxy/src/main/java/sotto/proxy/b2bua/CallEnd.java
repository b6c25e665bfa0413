package sotto.proxy.b2bua;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import sotto.media.worker.LegReport;

/**
 * What is known of a call when it is over: one log line, one record.
 *
 * @param endedBy {@code caller}, {@code agent}, {@code api}, {@code proxy}
 * @param sipStatus final status of the INVITE on the calling side: 200 for an answered call
 * @param setup from INVITE received to 200 sent, answered calls only
 * @param talk from answer to end; zero where not answered
 */
public record CallEnd(
        CallView call,
        Instant endedAt,
        String endedBy,
        int sipStatus,
        Optional<Duration> setup,
        Duration talk,
        Optional<LegReport> caller,
        Optional<LegReport> agent) {}
