package sotto.proxy.demo;

import java.util.ArrayList;
import java.util.List;

/** All that came to one end of a call, in order of arrival. Thread-safe: the receiver writes, the judge reads. */
final class Heard {
    /** One packet; {@code samples} is empty where it is no audio. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Packet(long arrivalNs, int payloadType, short[] samples) {}

    private final List<Packet> packets = new ArrayList<>();

    synchronized void add(long arrivalNs, int payloadType, short[] samples) {
        packets.add(new Packet(arrivalNs, payloadType, samples));
        notifyAll();
    }

    /** Audio that arrived in a stretch of time, ends by {@link System#nanoTime}. */
    synchronized short[] between(long fromNs, long toNs) {
        List<Packet> in = packets.stream()
                .filter(p -> p.arrivalNs - fromNs >= 0 && p.arrivalNs - toNs < 0)
                .toList();
        short[] samples = new short[in.stream().mapToInt(p -> p.samples.length).sum()];
        int at = 0;
        for (Packet packet : in) {
            System.arraycopy(packet.samples, 0, samples, at, packet.samples.length);
            at += packet.samples.length;
        }
        return samples;
    }

    /** Packets other than audio that arrived in a stretch of time: telephone-events. */
    synchronized int eventsBetween(long fromNs, long toNs) {
        return (int) packets.stream()
                .filter(p -> p.samples.length == 0 && p.arrivalNs - fromNs >= 0 && p.arrivalNs - toNs < 0)
                .count();
    }

    /** All packets so far. */
    synchronized int count() {
        return packets.size();
    }

    /** Waits until this many packets are in. */
    synchronized boolean await(int count, long atMostNs) throws InterruptedException {
        long endNs = System.nanoTime() + atMostNs;
        while (packets.size() < count) {
            long leftMs = (endNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }
}
