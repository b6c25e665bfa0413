package sotto.proxy.app;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import sotto.media.worker.LegReport;
import sotto.pci.capture.PaymentView;
import sotto.proxy.b2bua.CallEnd;
import sotto.proxy.b2bua.CallView;

/**
 * One line for each call when it is over. No telephone numbers: they are personal, and nothing in a line needs them; the
 * id leads to the call. Thread-safe.
 */
final class CallLog {
    private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);

    private CallLog() {}

    /** @param made payments of the call */
    static void ended(CallEnd end, List<PaymentView> made) {
        CallView call = end.call();
        LoggingEventBuilder line = LOG.atInfo()
                .addKeyValue("call", call.id())
                .addKeyValue("trunk", call.trunk())
                .addKeyValue("status", end.sipStatus())
                .addKeyValue("ended_by", end.endedBy())
                .addKeyValue(
                        "setup_ms",
                        end.setup()
                                .map(Duration::toMillis)
                                .map(Object::toString)
                                .orElse("-"))
                .addKeyValue("talk_ms", end.talk().toMillis());
        for (CallView.LegView leg : call.legs()) {
            Optional<LegReport> report = leg.side().equals("caller") ? end.caller() : end.agent();
            line = leg(line, leg, report);
        }
        if (!made.isEmpty()) {
            line = line.addKeyValue(
                    "payments", made.stream().map(CallLog::payment).collect(Collectors.joining(",")));
        }
        line.log("call ended");
    }

    private static LoggingEventBuilder leg(LoggingEventBuilder line, CallView.LegView leg, Optional<LegReport> seen) {
        String side = leg.side() + "_";
        LoggingEventBuilder more = line.addKeyValue(side + "transport", leg.transport())
                .addKeyValue(side + "codec", leg.codec())
                .addKeyValue(side + "srtp", leg.srtp())
                .addKeyValue(side + "keying", leg.keying());
        if (seen.isEmpty()) {
            return more;
        }
        LegReport report = seen.get();
        return more.addKeyValue(side + "received", report.received())
                .addKeyValue(side + "sent", report.sent())
                .addKeyValue(side + "lost", report.lost())
                .addKeyValue(side + "jitter_ms", "%.1f".formatted(report.jitterMs()))
                .addKeyValue(side + "mos", "%.2f".formatted(report.mos()));
    }

    private static String payment(PaymentView payment) {
        String result = payment.outcome().orElse(payment.state()).name().toLowerCase(Locale.ROOT);
        return payment.id() + ":" + result
                + payment.errorCode().map(code -> ":" + code).orElse("");
    }
}
