package sotto.perf.relay;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sotto.media.packet.RtpView;
import sotto.perf.run.Samples;

/**
 * The peers of all calls: sends each leg's packets when they are due, from an address of the leg's own, and looks at each
 * that comes back. All in the thread that calls it, which never waits: it has a core to itself.
 *
 * <p>Packets of all legs of a side share one socket, so that many go by one system call; the relay sees as many peers as
 * there are legs. RTCP that a relay makes is taken and not looked at; none is sent.
 */
final class Traffic implements AutoCloseable {
    /** A packet that takes longer is of no use to a listener. */
    static final int PLAYOUT_MS = 100;

    private static final long PERIOD_NS = 20_000_000;
    private static final long OVERDUE_NS = 5_000_000;
    private static final long DRAIN_NS = 3_000_000_000L; // at most: it ends when all has come
    private static final int DUE_AT_ONCE = 32;
    private static final int RTCP_EVERY = 256; // turns of the loop
    private static final int PORTS = 65_536;
    private static final int FIRST_PORT = 18_000;
    private static final int LAST_PORT = 19_900;
    private static final int ROOM = 1 << 20;

    private final Path udpSockets = Path.of("/proc/net/udp");
    private final Side callers = new Side(10);
    private final Side agents = new Side(11);
    private final Side[] sides = {callers, agents};
    private final Samples delays = new Samples(ROOM);
    private final Arena arena = Arena.ofShared(); // of all legs
    private long received;
    private long refused;
    private long tooLate;
    private boolean alone;

    Traffic() throws IOException {}

    /** Legs of a call: the generator's state of them. */
    record TrafficCall(TrafficLeg caller, TrafficLeg agent) {
        void close() {
            caller.close();
            agent.close();
        }
    }

    private static final class Side {
        private final int network;
        private final BatchSocket rtp;
        private final BatchSocket rtcp;
        private final RtpView view;
        private final @Nullable TrafficLeg[] byPort = new TrafficLeg[PORTS];

        Side(int network) throws IOException {
            this.network = network;
            BatchSocket first = null;
            BatchSocket second = null;
            for (int port = FIRST_PORT; second == null && port < LAST_PORT; port += 2) {
                try {
                    first = BatchSocket.bound(port);
                    second = BatchSocket.bound(port + 1);
                } catch (IOException taken) {
                    if (first != null) {
                        first.close();
                    }
                }
            }
            if (first == null || second == null) {
                throw new IOException("no pair of UDP ports is free in " + FIRST_PORT + ".." + LAST_PORT);
            }
            rtp = first;
            rtcp = second;
            view = new RtpView(rtp.slots());
        }

        Inet4Address address(int call) throws IOException {
            byte[] octets = {127, (byte) network, (byte) (call >> 8), (byte) call};
            return (Inet4Address) InetAddress.getByAddress(octets);
        }
    }

    /** Where the calling side of a call hears, by its number. */
    InetSocketAddress callerAddress(int call) throws IOException {
        return new InetSocketAddress(callers.address(call), callers.rtp.port());
    }

    /** Where its called side hears. */
    InetSocketAddress agentAddress(int call) throws IOException {
        return new InetSocketAddress(agents.address(call), agents.rtp.port());
    }

    /** Makes the legs of calls that a relay has up; their numbers are those of the list. */
    List<TrafficCall> through(int firstCall, List<CallEnds> settled) throws IOException {
        List<TrafficCall> calls = new ArrayList<>();
        for (CallEnds ends : settled) {
            int call = firstCall + calls.size();
            TrafficLeg caller = new TrafficLeg(2 * call, callers.address(call), ends.caller(), arena);
            TrafficLeg agent = new TrafficLeg(2 * call + 1, agents.address(call), ends.agent(), arena);
            callers.byPort[caller.relayPort()] = caller;
            agents.byPort[agent.relayPort()] = agent;
            calls.add(new TrafficCall(caller, agent));
        }
        return calls;
    }

    /** Calls without a relay: each leg sends to the other. */
    List<TrafficCall> direct(int count) throws IOException {
        List<CallEnds> ends = new ArrayList<>();
        for (int call = 0; call < count; call++) {
            ends.add(new CallEnds(LegEnd.plain(agentAddress(call)), LegEnd.plain(callerAddress(call))));
        }
        List<TrafficCall> calls = through(0, ends);
        callers.byPort[agents.rtp.port()] = null; // not a relay's: told by the sender alone
        agents.byPort[callers.rtp.port()] = null;
        return calls;
    }

    /** Has calls talk, 100 packets a second each, evenly spread; then takes what is on the way. */
    Round run(List<TrafficCall> calls, Duration length) throws IOException {
        clear();
        alone = calls.getFirst().caller().relayPort() == agents.rtp.port();
        long droppedBefore = dropped();
        int streams = 2 * calls.size();
        double intervalNs = (double) PERIOD_NS / streams;
        long sent = 0;
        long overdue = 0;
        long number = 0;
        int turn = 0;
        long startNs = System.nanoTime();
        long endNs = startNs + length.toNanos();
        long nowNs = startNs;
        while (nowNs - endNs < 0) {
            for (int i = 0; i < DUE_AT_ONCE; i++, number++) {
                long dueNs = startNs + (long) (number * intervalNs);
                if (dueNs - nowNs > 0) {
                    break;
                }
                overdue += nowNs - dueNs > OVERDUE_NS ? 1 : 0;
                send(calls, (int) (number % streams), nowNs);
            }
            sent += callers.rtp.flush() + agents.rtp.flush();
            receive(turn++);
            nowNs = System.nanoTime();
        }
        double seconds = (nowNs - startNs) / 1e9;
        drain(nowNs + DRAIN_NS, sent);
        long dropped = dropped() - droppedBefore;
        double share = number == 0 ? 0 : (double) overdue / number;
        return new Round(calls.size(), seconds, sent, received, refused, tooLate, dropped, share, delays.copy());
    }

    private void clear() {
        for (Side side : sides) {
            while (side.rtp.receive() > 0 || side.rtcp.receive() > 0) {
                // of the round before
            }
        }
        received = 0;
        refused = 0;
        tooLate = 0;
        delays.clear();
    }

    private void send(List<TrafficCall> calls, int stream, long nowNs) {
        TrafficCall call = calls.get(stream >> 1);
        if ((stream & 1) == 0) {
            call.caller().send(callers.rtp, nowNs);
        } else {
            call.agent().send(agents.rtp, nowNs);
        }
    }

    private void drain(long endNs, long sent) {
        int turn = 0;
        while (received + refused < sent && System.nanoTime() - endNs < 0) {
            receive(turn++);
        }
    }

    private void receive(int turn) {
        receive(callers, 1);
        receive(agents, 0);
        if (turn % RTCP_EVERY == 0) {
            callers.rtcp.receive();
            agents.rtcp.receive();
        }
    }

    private void receive(Side side, int senders) {
        int count = side.rtp.receive();
        long nowNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long sentNs = sentNs(side, i, senders);
            if (sentNs < 0) {
                refused++;
            } else {
                received++;
                tooLate += nowNs - sentNs > PLAYOUT_MS * 1_000_000L ? 1 : 0;
                delays.add(nowNs - sentNs);
            }
        }
    }

    private long sentNs(Side side, int index, int senders) {
        if (!side.view.wrap(index * BatchSocket.SLOT_BYTES, side.rtp.lengthBytes(index))) {
            return -1;
        }
        TrafficLeg leg = side.byPort[side.rtp.sourcePort(index)];
        if (leg != null) {
            return leg.sentNs(side.view);
        }
        if (!alone || side.view.payloadBytes() < TrafficLeg.PAYLOAD_BYTES) {
            return -1;
        }
        int sender = TrafficLeg.sender(side.view);
        return (sender & 1) == senders ? TrafficLeg.sentNs(side.view, sender) : -1;
    }

    /** Packets that the generator's own sockets had no room for, since they are open. */
    private long dropped() throws IOException {
        long dropped = 0;
        for (String line : Files.readAllLines(udpSockets)) {
            String[] words = line.strip().split(" +"); // proc(5): the second is the local address, the last the drops
            for (Side side : sides) {
                if (words[1].equals("00000000:%04X".formatted(side.rtp.port()))) {
                    dropped += Long.parseLong(words[words.length - 1]);
                }
            }
        }
        return dropped;
    }

    @Override
    public void close() {
        for (Side side : sides) {
            side.rtp.close();
            side.rtcp.close();
        }
        arena.close();
    }
}
