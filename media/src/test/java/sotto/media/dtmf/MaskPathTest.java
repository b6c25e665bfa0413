package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/** The mask as a stage of the media path: no garbage, hostile input, and both carriers of one press. */
@Timeout(120)
final class MaskPathTest {
    private static final int PACKETS = 20_000;
    private static final int SAMPLES = 160;

    private final Mask mask = new Mask();
    private final KeyRing keys = new KeyRing();
    private int copies;
    private final EchoMask echo = new EchoMask(mask, (packet, nowNs) -> {
        copies++;
        return Verdict.NEXT;
    });

    MaskPathTest() {
        mask.settle(AudioFormat.PCMA, Stream.AUDIO, OptionalInt.of(Stream.EVENT));
        echo.settle(AudioFormat.PCMA, Stream.AUDIO);
    }

    @Test
    void armedItAllocatesNothing() throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        MemorySegment memory = Arena.ofAuto().allocate(4096);
        RtpView view = new RtpView(memory);
        MemorySegment line = lineWithKeys();
        echo.arm(MaskSettings.DEFAULT);
        mask.arm(keys);
        long heard = 0;
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 5 && allocated > 0; round++) { // the first ones warm up
            long before = threads.getCurrentThreadAllocatedBytes();
            heard += send(view, line, round * PACKETS);
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).isZero();
        assertThat(heard).isGreaterThan(PACKETS / 50);
        assertThat(copies).isGreaterThan(PACKETS / 2);
    }

    private int send(RtpView view, MemorySegment line, int from) throws InterruptedException {
        MemorySegment memory = view.memory();
        int heard = 0;
        for (int i = from; i < from + PACKETS; i++) {
            memory.set(ValueLayout.JAVA_BYTE, 100, (byte) 0x80);
            view.wrap(100, RtpView.FIXED_HEADER_BYTES + SAMPLES);
            view.marker(false);
            view.payloadType(Stream.AUDIO);
            view.sequence(i);
            view.timestamp(i * SAMPLES);
            view.ssrc(9);
            MemorySegment.copy(line, (long) (i % 100) * SAMPLES, memory, view.payloadOffset(), SAMPLES);
            echo.process(view, i * 20_000_000L); // as if the agent said the same
            mask.process(view, i * 20_000_000L);
            if (i % 50 == 0) { // and an event between
                view.wrap(100, RtpView.FIXED_HEADER_BYTES + 4);
                view.payloadType(Stream.EVENT);
                memory.set(ValueLayout.JAVA_BYTE, view.payloadOffset(), (byte) 11);
                mask.process(view, i * 20_000_000L);
            }
            heard += keys.next(Duration.ZERO) >= 0 ? 1 : 0;
        }
        return heard;
    }

    private static MemorySegment lineWithKeys() {
        double[] line = new double[100 * SAMPLES];
        Random random = new Random(2);
        for (int i = 0; i < 10; i++) {
            new Tones.Press(i, -12, 0, 0, 0).addTo(line, 300 + i * 1600, 600, random);
        }
        Tones.noise(line, -45, random);
        MemorySegment octets = Arena.ofAuto().allocate(line.length);
        for (int i = 0; i < line.length; i++) {
            octets.set(ValueLayout.JAVA_BYTE, i, G711.A_LAW.octet((int) line[i]));
        }
        return octets;
    }

    @Test
    void anyOctetsNeitherThrowNorStall() throws InterruptedException {
        Random random = new Random(6);
        byte[] octets = new byte[700];
        MemorySegment memory = Arena.ofAuto().allocate(900);
        RtpView view = new RtpView(memory);
        int passed = 0;
        for (int i = 0; i < 100_000; i++) {
            random.nextBytes(octets);
            octets[0] = (byte) (0x80 | (octets[0] & 0x3F));
            if (i % 2 == 0) { // half of them get as far as the audio or the events
                octets[0] = (byte) 0x80;
                octets[1] = (byte) (i % 4 == 0 ? Stream.AUDIO : Stream.EVENT);
                System.arraycopy(new byte[] {0, 0, 0, 1}, 0, octets, 8, 4);
            }
            int length = random.nextInt(12, octets.length);
            MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, 150, length);
            if (view.wrap(150, length)) {
                passed += mask.process(view, random.nextLong()) == Verdict.NEXT ? 1 : 0;
                assertThat(view.lengthBytes()).isLessThanOrEqualTo(700);
            }
            churn(i);
            keys.next(Duration.ZERO);
        }
        assertThat(passed).isPositive();
    }

    private void churn(int i) {
        switch (i % 997) {
            case 0 -> mask.arm(keys);
            case 600 -> mask.disarm();
            case 700 -> mask.settle(AudioFormat.OPAQUE, Stream.AUDIO, OptionalInt.empty());
            case 800 -> mask.settle(AudioFormat.PCMU, Stream.AUDIO, OptionalInt.of(Stream.EVENT));
            default -> {}
        }
    }

    @Test
    void aPressToldByBothCarriersIsOneKey() throws InterruptedException {
        double[] line = new double[9 * 1600];
        for (int i = 0; i < 8; i++) {
            new Tones.Press(5, -12, 0, 0, 0).addTo(line, 800 + i * 1600, 800, new Random(i));
        }
        mask.arm(keys);
        Stream stream = new Stream(7);
        List<Integer> heard = new ArrayList<>();
        int zero = stream.timestamp;
        for (int at = 0; at + SAMPLES <= line.length; at += SAMPLES) {
            byte[] octets = new byte[SAMPLES];
            for (int i = 0; i < SAMPLES; i++) {
                octets[i] = G711.A_LAW.octet((int) line[at + i]);
            }
            RtpView audio = stream.audio(octets);
            if (mask.process(audio, 0) == Verdict.NEXT) {
                for (byte octet : Stream.payload(audio)) {
                    assertThat(Math.abs(G711.A_LAW.linear(octet))).isLessThan((short) 50);
                }
            }
            int press = (at - 800) / 1600;
            int since = at - 800 - press * 1600;
            if (at >= 1600
                    && press < 8
                    && press % 2 == 0
                    && since >= 320
                    && since <= 800) { // every second has an event too; of the first only the end comes
                mask.process(stream.event(5, since == 800, since == 320, zero + at - since, since), 0);
            }
            int key = keys.next(Duration.ZERO);
            if (key >= 0) {
                heard.add(key);
            }
        }
        assertThat(heard).hasSize(8).containsOnly(5);
        assertThat(mask.inBandTones()).isEqualTo(8);
        assertThat(mask.telephoneEvents()).isEqualTo(4);
    }

    @Test
    void aToneThatSoundsWhileTheMaskGoesOffStaysMasked() {
        double[] line = new double[100 * SAMPLES];
        int onset = 20 * SAMPLES + 77;
        int end = 60 * SAMPLES;
        new Tones.Press(3, -12, 0, 0, 0).addTo(line, onset, end - onset, new Random(1));
        mask.arm(keys);
        Stream stream = new Stream(0);
        boolean back = false;
        for (int packet = 0; packet < 100; packet++) {
            if (packet == 21) { // the tone has just begun, and was not heard yet
                mask.disarm();
                keys.close();
            }
            byte[] octets = new byte[SAMPLES];
            for (int i = 0; i < SAMPLES; i++) {
                octets[i] = G711.A_LAW.octet((int) line[packet * SAMPLES + i]);
            }
            RtpView audio = stream.audio(octets);
            back = mask.process(audio, packet * 20_000_000L) == Verdict.NEXT
                    && audio.timestamp() == stream.timestamp - SAMPLES;
            if (back) {
                assertThat(packet).isGreaterThanOrEqualTo(60);
            }
        }
        assertThat(back).isTrue();
    }
}
