package sotto.perf.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import sotto.perf.relay.Contender.Measured;
import sotto.perf.run.Result;

/**
 * The highest load that each relays without loss: 10,000 packets a second more each time, in turns, until each has missed a
 * step twice. CPU at each step on the way. One thread.
 */
final class Steps {
    private static final int STEP_CALLS = 100;
    private static final Duration LENGTH = Duration.ofSeconds(4);

    private static final Duration SETTLES = Duration.ofSeconds(1);

    private final Pair pair;
    private final int most;

    /** @param most calls that the program has room for */
    Steps(Pair pair, int most) {
        this.pair = pair;
        this.most = most;
    }

    void climb(Findings findings, Result result) throws IOException, InterruptedException {
        Climber ours = new Climber(pair.ours());
        Climber theirs = new Climber(pair.theirs());
        for (int calls = STEP_CALLS; calls <= most && (ours.climbs || theirs.climbs); calls += STEP_CALLS) {
            ours.step(calls, findings, pair);
            theirs.step(calls, findings, pair);
        }
        double ratio = theirs.reached == 0 ? Double.NaN : ours.reached / theirs.reached;
        result.row(
                        "highest load",
                        String.format(Locale.ROOT, "%.2f x", ratio),
                        ours.text() + "; " + theirs.text() + "; none lost, 99.9 % within " + Traffic.PLAYOUT_MS + " ms")
                .key("maxLosslessRatio", ratio)
                .key("maxLossless", ours.reached)
                .key("rtpengineMaxLossless", theirs.reached)
                .key("callsACore", ours.calls);
    }

    private static final class Climber {
        private final Contender contender;
        private boolean climbs = true;
        private double reached;
        private int calls;
        private String missed = "";

        Climber(Contender contender) {
            this.contender = contender;
        }

        void step(int calls, Findings findings, Pair pair) throws IOException, InterruptedException {
            if (climbs) {
                pair.alone(contender, each -> step(calls, findings));
            }
        }

        private void step(int calls, Findings findings) throws IOException, InterruptedException {
            contender.raiseTo(calls);
            contender.talk(calls, SETTLES); // what setting up leaves behind is no part of it
            Measured measured = contender.talk(calls, LENGTH);
            if (!measured.round().isLossless()) {
                measured = contender.talk(calls, LENGTH); // the machine may have done something else
            }
            findings.step(contender.name(), measured);
            Round round = measured.round();
            climbs = round.isLossless();
            if (climbs) {
                reached = round.packetsASecond();
                this.calls = calls;
            } else {
                missed = String.format(
                        Locale.ROOT,
                        ", at %.0f lost %d of %d, late %d%s",
                        round.packetsASecond(),
                        round.lost(),
                        round.sent(),
                        round.tooLate(),
                        round.isSound() ? "" : ", the generator late too");
            }
        }

        String text() {
            return String.format(
                    Locale.ROOT, "%s %.0f packets a second, %d calls%s", contender.name(), reached, calls, missed);
        }
    }
}
