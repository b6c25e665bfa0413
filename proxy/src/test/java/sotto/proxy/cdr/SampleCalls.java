package sotto.proxy.cdr;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import sotto.media.srtp.SrtpSuite;
import sotto.media.worker.LegReport;
import sotto.media.worker.MediaSecurity;
import sotto.proxy.b2bua.CallEnd;
import sotto.proxy.b2bua.CallView;

/** Calls as b2bua tells of them. */
public final class SampleCalls {
    private static final MediaSecurity GCM =
            new MediaSecurity(MediaSecurity.Kind.SDES, Optional.of(SrtpSuite.AEAD_AES_128_GCM));

    /** When call 0 started; each later one a second after. */
    public static final Instant FIRST = Instant.parse("2026-11-25T04:00:00.250Z");

    private SampleCalls() {}

    /** Id of a call: as ours are, and in the order of the numbers. */
    public static String id(int number) {
        return "%024x".formatted(number);
    }

    public static CallView answered(int number, Instant startedAt) {
        return view(number, startedAt, "ANSWERED", Optional.of(startedAt.plusSeconds(2)));
    }

    private static CallView view(int number, Instant startedAt, String state, Optional<Instant> answeredAt) {
        return new CallView(
                id(number),
                state,
                "+4930" + number,
                number % 2 == 0 ? "sales" : "support",
                number % 3 == 0 ? "carrier-b" : "carrier-a",
                "caller",
                startedAt,
                Optional.of(startedAt.plusMillis(300)),
                answeredAt,
                false,
                List.of(
                        new CallView.LegView(
                                "caller",
                                "carrier",
                                "udp",
                                MediaSecurity.NONE,
                                "PCMA",
                                "192.0.2.1:5060",
                                "in-" + number + "@c"),
                        new CallView.LegView("agent", "pbx", "tls", GCM, "PCMA", "192.0.2.2:5061", "out-" + number)),
                number % 7 == 0 ? Optional.of(vouchedFor(number)) : Optional.empty());
    }

    private static CallView.IdentityView vouchedFor(int number) {
        return new CallView.IdentityView(
                Optional.of("TN-Validation-Passed"),
                Optional.empty(),
                Optional.of("A"),
                Optional.of("origin-" + number),
                Optional.of("CN=Signer"));
    }

    /** An answered call of 60 s that the caller ended. */
    public static CallEnd ended(int number, Instant startedAt) {
        return new CallEnd(
                view(number, startedAt, "ENDED", Optional.of(startedAt.plusSeconds(2))),
                startedAt.plusSeconds(62),
                "caller",
                200,
                Optional.of(Duration.ofSeconds(2)),
                Duration.ofSeconds(60),
                Optional.of(new LegReport(
                        2990, 3000, 10, 1.234, 4.321, Optional.of(new InetSocketAddress("192.0.2.1", 4000)), 3)),
                Optional.of(new LegReport(0, 2990, 0, 0, 1, Optional.empty(), 0)));
    }

    public static CallEnd ended(int number) {
        return ended(number, FIRST.plusSeconds(number));
    }

    /** A call that was refused by the agents' side. */
    public static CallEnd busy(int number) {
        Instant startedAt = FIRST.plusSeconds(number);
        return new CallEnd(
                view(number, startedAt, "ENDED", Optional.empty()),
                startedAt.plusSeconds(1),
                "agent",
                486,
                Optional.empty(),
                Duration.ZERO,
                Optional.empty(),
                Optional.empty());
    }
}
