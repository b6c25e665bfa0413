package sotto.perf.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.proxy.demo.G711;

final class WireTest {
    private static final int TYPE = 97;
    private static final int NUMBERS = 20;
    private static final int END = 0x80;

    private static Script script(Condition.Way way) {
        Condition condition =
                new Condition("", Condition.ALL.getFirst().tone(), Condition.Line.CLEAN, way, Condition.Demand.TOLD);
        return Script.of(1, G711.PCMA, Collections.nCopies(NUMBERS, condition));
    }

    private static List<Packet> all(Script script, Wire wire) {
        List<Packet> all = new ArrayList<>();
        for (int tick = 0; tick < script.packets(); tick++) {
            all.addAll(wire.at(tick));
        }
        return all;
    }

    private static int tick(Packet packet) {
        return packet.timestamp() / Script.PACKET;
    }

    @Test
    void aPlainScriptComesPacketByPacketAndEndsInSilence() {
        Script script = script(Condition.Way.PLAIN);
        Wire wire = new Wire(script, 2, TYPE);
        for (int tick = 0; tick < script.packets() + 3; tick++) {
            assertThat(wire.at(tick)).hasSize(1);
            Packet packet = wire.at(tick).getFirst();
            assertThat(packet.type()).isEqualTo(G711.PCMA.payloadType());
            assertThat(packet.marker()).isEqualTo(tick == 0);
            assertThat(packet.sequence()).isEqualTo(tick);
            assertThat(packet.timestamp()).isEqualTo(tick * Script.PACKET);
            assertThat(packet.payload()).isEqualTo(script.packet(tick));
        }
        assertThat(wire.audio()).isEqualTo(script.packets());
    }

    @Test
    void whatIsLostLeavesItsNumber() {
        Script script = script(Condition.Way.loss(0.3));
        Wire wire = new Wire(script, 3, TYPE);
        List<Packet> all = all(script, wire);
        assertThat(all).hasSize(wire.audio()).allSatisfy(packet -> assertThat(packet.sequence())
                .isEqualTo(tick(packet)));
        assertThat(1 - (double) wire.audio() / script.packets()).isBetween(0.25, 0.32);
        for (Script.Round round : script.rounds()) { // by which it is known that a recording lies beside it
            for (int tick = round.next() / Script.PACKET - 2; tick < round.next() / Script.PACKET; tick++) {
                assertThat(wire.at(tick)).hasSize(1);
            }
        }
    }

    @Test
    void whatIsHeldUpComesInItsOrderAndAtOnce() {
        Script script = script(Condition.Way.stalls(0.15));
        Wire wire = new Wire(script, 4, TYPE);
        int empty = 0;
        int most = 0;
        int latest = 0;
        for (int tick = 0; tick < script.packets(); tick++) {
            for (Packet packet : wire.at(tick)) {
                latest = Math.max(latest, tick - tick(packet));
                assertThat(tick).isGreaterThanOrEqualTo(tick(packet));
            }
            empty += wire.at(tick).isEmpty() ? 1 : 0;
            most = Math.max(most, wire.at(tick).size());
        }
        assertThat(latest).isEqualTo(3);
        assertThat(most).isEqualTo(4);
        assertThat(empty).isGreaterThan(script.packets() / 10);
        assertThat(all(script, wire))
                .hasSize(script.packets())
                .isSortedAccordingTo(Comparator.comparingInt(Packet::sequence));
    }

    @Test
    void whatIsOvertakenComesBehindTheNext() {
        Script script = script(Condition.Way.swaps(0.05));
        Wire wire = new Wire(script, 5, TYPE);
        List<Packet> all = all(script, wire);
        assertThat(all).hasSize(script.packets());
        int swaps = 0;
        for (int i = 0; i < all.size(); i++) {
            int early = all.get(i).sequence() - i;
            assertThat(early).isBetween(-1, 1);
            assertThat(all.get(i).timestamp()).isEqualTo(all.get(i).sequence() * Script.PACKET);
            swaps += early > 0 ? 1 : 0;
        }
        assertThat((double) swaps / all.size()).isBetween(0.03, 0.06);
    }

    /**
     * <pre>
     *  tone           560 samples
     *  its event from from + 320, or - 240, or 0
     * </pre>
     */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TONE")
    void eachKeyIsToldFromItsBeginningToItsEndBesideTheAudio(Condition.Carriers carriers) {
        Script script = script(Condition.Way.by(carriers));
        Wire wire = new Wire(script, 6, TYPE);
        List<Packet> all = all(script, wire);
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).sequence()).isEqualTo(i);
        }
        assertThat(all.stream().filter(packet -> packet.type() != TYPE)).hasSize(script.packets());
        List<Packet> events =
                all.stream().filter(packet -> packet.type() == TYPE).toList();
        int at = 0;
        for (Script.Round round : script.rounds()) {
            for (Press press : round.presses()) {
                int from = press.from()
                        + switch (carriers) {
                            case EVENT_BEHIND -> 320;
                            case EVENT_AHEAD -> -240;
                            default -> 0;
                        };
                int until = press.until() + (carriers == Condition.Carriers.EVENT_BEHIND ? 320 : 0);
                at = checkPress(events, at, press.digit(), from, until);
            }
        }
        assertThat(at).isEqualTo(events.size());
        assertThat(wire.audio()).isEqualTo(script.packets());
    }

    /** RFC 4733 §2.5.1: marker at the first, one timestamp, a duration that grows, the end three times. */
    private static int checkPress(List<Packet> events, int first, int digit, int from, int until) {
        int ends = 0;
        int at = first;
        int before = 0;
        while (ends < 3) {
            Packet event = events.get(at);
            ByteBuffer payload = ByteBuffer.wrap(event.payload());
            assertThat(event.marker()).isEqualTo(at == first);
            assertThat(event.timestamp()).isEqualTo(from);
            assertThat(payload.get(0)).isEqualTo((byte) digit);
            ends += (payload.get(1) & END) != 0 ? 1 : 0;
            int duration = payload.getShort(2);
            assertThat(duration).isGreaterThan(ends > 1 ? before - 1 : before);
            assertThat(duration == until - from).isEqualTo(ends > 0);
            before = duration;
            at++;
        }
        assertThat(payloadBytes(events)).isEqualTo(4);
        return at;
    }

    private static int payloadBytes(List<Packet> events) {
        return events.getFirst().payload().length;
    }
}
