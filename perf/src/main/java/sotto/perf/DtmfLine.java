package sotto.perf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import sotto.perf.Desk.Taken;
import sotto.perf.dtmf.Ear;
import sotto.perf.dtmf.Packet;
import sotto.perf.dtmf.Script;
import sotto.perf.dtmf.Wire;
import sotto.perf.run.Program;

/**
 * One call: what it says, what comes back of it at the agent's end, who hears it, and who looks after it. Speaks and hears
 * on the generator's thread; its desk has one of its own.
 */
final class DtmfLine {
    /** Until secure-pay is asked for; and so many more of silence behind the script. */
    static final int UNARMED_PACKETS = 25;

    private final Script script;
    private final Script echo;
    private final Wire wire;
    private final Ear ear;
    private final AtomicInteger ticks = new AtomicInteger(); // of the caller
    private int answered; // ticks of the agent
    private Optional<Integer> echoFrom = Optional.empty(); // the agent's tick
    private Optional<Desk> desk = Optional.empty();
    private Optional<Future<List<Taken>>> taken = Optional.empty();

    /** @param eventType payload type of telephone-events */
    DtmfLine(Script script, long seed, int eventType) {
        this.script = script;
        this.echo = script.echo(seed);
        this.wire = new Wire(script, seed, eventType);
        this.ear = new Ear(script);
    }

    Script script() {
        return script;
    }

    /** What the agent's end says, on a clock of its own. */
    Script echo() {
        return echo;
    }

    Ear ear() {
        return ear;
    }

    /** Packets of audio that went out. */
    int spoken() {
        return wire.audio();
    }

    List<Packet> speak(long nowNs) {
        List<Packet> packets = wire.at(ticks.getAndIncrement());
        for (Packet packet : packets) {
            if (packet.type() == script.law().payloadType()) {
                ear.spoken(packet.timestamp() / Script.PACKET, nowNs);
            }
        }
        return packets;
    }

    /** An echo is never before what it is of: it begins at what the caller has said last. */
    List<Packet> answer() {
        int tick = answered++;
        if (echoFrom.isEmpty() && ticks.get() > 0) {
            echoFrom = Optional.of(tick - ticks.get() + 1);
        }
        byte[] payload = echo.packet(echoFrom.map(from -> tick - from).orElse(echo.packets()));
        return List.of(new Packet(echo.law().payloadType(), tick == 0, tick, tick * Script.PACKET, payload));
    }

    /** Sits somebody down at its desk. */
    void watch(Program program, String sipCallId, ExecutorService desks) {
        Desk at = new Desk(program, sipCallId, ticks::get);
        desk = Optional.of(at);
        taken = Optional.of(desks.submit((Callable<List<Taken>>) () -> watch(at)));
    }

    private List<Taken> watch(Desk at) throws IOException, InterruptedException {
        int armed = at.arm(UNARMED_PACKETS);
        if (armed >= script.marks()) {
            throw new IOException("secure-pay came on " + (armed - script.marks()) + " packets late");
        }
        ear.armed(armed + 1);
        return at.follow(script);
    }

    boolean isOver() {
        return ticks.get() >= script.packets() + UNARMED_PACKETS
                && taken.map(Future::isDone).orElse(false);
    }

    /** Ends secure-pay of a line that is over; what was taken of its numbers. */
    List<Taken> end() throws IOException, InterruptedException, ExecutionException {
        List<Taken> all = new ArrayList<>(taken.orElseThrow().get());
        desk.orElseThrow().cancel();
        return all;
    }

    /** By which the program names the call. */
    String callId() {
        return desk.orElseThrow().callId();
    }
}
