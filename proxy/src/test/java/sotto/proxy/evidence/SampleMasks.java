package sotto.proxy.evidence;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import sotto.media.MaskReport;
import sotto.media.dtmf.MaskTally;
import sotto.pci.capture.PaymentState;
import sotto.pci.capture.PaymentView;

/** Captures as media and card plane show them. */
public final class SampleMasks {
    private static final Instant AT = Instant.parse("2026-11-25T04:00:00.000001Z");

    private SampleMasks() {}

    /** One that was all right. */
    public static MaskReport report() {
        return report(0);
    }

    static MaskReport report(long packetsForwarded) {
        return new MaskReport(
                AT,
                List.of(
                        new MaskReport.Sink("agent-leg", Duration.ofNanos(1_234_567)),
                        new MaskReport.Sink("tap", Duration.ofMillis(3))),
                Map.of("telephone-event", 4L, "in-band", 19L),
                23,
                OptionalInt.of(220),
                OptionalInt.empty(),
                packetsForwarded,
                MaskTally.End.SPEECH,
                Optional.of(AT.plusSeconds(40)));
    }

    static PaymentView payment(int number) {
        return new PaymentView(
                id(number),
                "call-" + number,
                PaymentState.HANDED_BACK,
                "charge",
                "12.34",
                "EUR",
                "sandbox",
                Optional.of(PaymentState.CAPTURED),
                false,
                Optional.empty(),
                List.of(),
                List.of("agent-leg", "tap"),
                Optional.of("ch_1"),
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                AT,
                9);
    }

    static String id(int number) {
        return "pay_%024x".formatted(number);
    }
}
