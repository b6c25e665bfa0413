package sotto.perf.relay;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sotto.perf.run.Program;

/** The whole program: its calls are set up over SIP, its media plane has one worker. One thread. */
final class SottoRelay implements Relay {
    private static final double CALLS_A_SECOND = 200;

    private final SipCalls calls;
    private final Program program;

    private SottoRelay(SipCalls calls, Program program) {
        this.calls = calls;
        this.program = program;
    }

    /**
     * Starts it on the first core.
     *
     * @param most calls that it is to have room for
     * @param more of its configuration of media; empty for its own choice
     */
    static SottoRelay start(Media media, Traffic traffic, int most, Optional<String> more)
            throws IOException, InterruptedException {
        SipCalls calls = new SipCalls(traffic, media.suite());
        Program.Settings settings = new Program.Settings(calls.callerAddress(), calls.agentAddress())
                .roomFor(most)
                .onOneCore()
                .with(more);
        try {
            return new SottoRelay(calls, Program.start(media.suite().isPresent() ? settings : settings.plainRtp()));
        } catch (IOException | InterruptedException | RuntimeException e) {
            calls.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return "Sotto";
    }

    @Override
    public long pid() {
        return program.pid();
    }

    Program program() {
        return program;
    }

    @Override
    public List<CallEnds> raise(int firstCall, int count) throws IOException {
        calls.raise(program.sip(), firstCall, count, CALLS_A_SECOND);
        List<CallEnds> ends = new ArrayList<>();
        for (int call = firstCall; call < firstCall + count; call++) {
            ends.add(calls.ends(call));
        }
        return ends;
    }

    @Override
    public void close() throws IOException {
        try (calls) {
            program.close();
        }
    }
}
