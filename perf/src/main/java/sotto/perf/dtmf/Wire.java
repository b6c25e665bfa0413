package sotto.perf.dtmf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import sotto.proxy.demo.TelephoneEvent;

/**
 * The packets of a script in the order and at the ticks of 20 ms in which they come: audio, and reports of telephone-events
 * under the numbers of the same stream. What is lost keeps its number. Immutable once made.
 *
 * <pre>
 *  tick                     0     1     2        3     4        5
 *  said                     a0    a1    a2 e2    a3    a4       a5
 *  comes                    a0    -     a1 a2 e2 a3    -        a5 a4
 *  because                        a1 stalls            a5 overtakes a4
 * </pre>
 */
public final class Wire {
    private final Script script;
    private static final byte[] SAID = {}; // stands for what the script has

    private final List<List<Packet>> ticks;
    private int sequence;
    private int audio;

    /** @param eventType payload type of telephone-events */
    public Wire(Script script, long seed, int eventType) {
        this.script = script;
        Random random = new Random(seed);
        Map<Integer, List<Packet>> events = events(script, eventType);
        List<List<Packet>> due = new ArrayList<>();
        for (int packet = 0; packet < script.packets(); packet++) {
            due.add(new ArrayList<>());
        }
        List<Packet> overtaken = List.of();
        int tick = 0;
        for (int packet = 0; packet < script.packets(); packet++) {
            Condition.Way way = script.way(packet);
            List<Packet> now = packets(packet, events, random.nextDouble() < way.lossShare());
            if (random.nextDouble() < way.stallShare()) {
                tick = Math.max(tick, packet + 1 + random.nextInt(Condition.Way.LONGEST_STALL_PACKETS));
            }
            tick = Math.max(tick, packet);
            if (overtaken.isEmpty() && random.nextDouble() < way.swapShare()) {
                overtaken = now;
                continue;
            }
            due.get(tick).addAll(now);
            due.get(tick).addAll(overtaken);
            overtaken = List.of();
        }
        ticks = due.stream().map(List::copyOf).toList();
    }

    private List<Packet> packets(int packet, Map<Integer, List<Packet>> events, boolean isLost) {
        List<Packet> packets = new ArrayList<>();
        Packet said = audio(packet, sequence++, SAID);
        if (!isLost) {
            packets.add(said);
            audio++;
        }
        for (Packet event : events.getOrDefault(packet, List.of())) {
            packets.add(new Packet(event.type(), event.marker(), sequence++, event.timestamp(), event.payload()));
        }
        return packets;
    }

    private Packet audio(int packet, int number, byte[] payload) {
        return new Packet(script.law().payloadType(), packet == 0, number, packet * Script.PACKET, payload);
    }

    /** Reports by the tick at which they are due, not yet numbered. */
    private static Map<Integer, List<Packet>> events(Script script, int type) {
        Map<Integer, List<Packet>> events = new HashMap<>();
        for (Script.Round round : script.rounds()) {
            Condition.Carriers carriers = round.condition().way().carriers();
            for (Press press : carriers.isTold() ? round.presses() : List.<Press>of()) {
                int from = carriers.from(press);
                int until = carriers.until(press);
                for (int tick = from / Script.PACKET; tick * Script.PACKET < until; tick++) {
                    int told = Math.min((tick + 1) * Script.PACKET, until);
                    Packet report = report(press.digit(), told == until, told - from, from, type);
                    events.computeIfAbsent(tick, none -> new ArrayList<>())
                            .addAll(Collections.nCopies(told == until ? TelephoneEvent.ENDS : 1, report));
                }
            }
        }
        return events;
    }

    private static Packet report(int key, boolean end, int durationTicks, int from, int type) {
        ByteBuffer payload = ByteBuffer.allocate(TelephoneEvent.BYTES);
        TelephoneEvent.put(payload, key, end, durationTicks);
        return new Packet(type, durationTicks <= Script.PACKET, 0, from, payload.array());
    }

    /** What comes at a tick; silence behind the script. */
    public List<Packet> at(int tick) {
        return tick < ticks.size()
                ? ticks.get(tick).stream().map(this::filled).toList()
                : List.of(filled(audio(tick, sequence + tick - ticks.size(), SAID)));
    }

    private Packet filled(Packet packet) {
        int from = packet.timestamp() / Script.PACKET;
        return packet.payload().length == SAID.length ? audio(from, packet.sequence(), script.packet(from)) : packet;
    }

    /** Packets of audio that come. */
    public int audio() {
        return audio;
    }
}
