package sotto.media.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/** What one engine seals, the other opens, and both seal to the same octets. */
final class TwoEnginesTest {
    private static final int ROUNDS = 300;
    private static final int MOST_PAYLOAD_BYTES = 1400;
    private static final int SSRC = 0xCAFE_BABE;

    private final Packets packets = new Packets();

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#pairsWithSuites")
    void opensWhatTheOtherSeals(Engine sealingEngine, Engine openingEngine, SrtpSuite suite) {
        Random random = new Random(3711);
        try (SrtpKeys keys = Packets.keys(suite, 1);
                SrtpTransform sealing = sealingEngine.of(keys);
                SrtpTransform opening = openingEngine.of(keys)) {
            for (int i = 0; i < ROUNDS; i++) {
                byte[] plain = anyPacket(random, 65_400 + i); // over the wrap
                RtpView packet = packets.view(plain);
                assertThat(sealing.seal(packet)).isEqualTo(Verdict.NEXT);
                assertThat(packet.lengthBytes()).isEqualTo(plain.length + suite.tagBytes());
                assertThat(packets.isUntouchedAround(plain.length)).isTrue();
                assertThat(clearPart(packet)).isEqualTo(Arrays.copyOf(plain, packet.headerBytes()));
                byte[] sealed = packets.octets();
                RtpView arrived = packets.view(sealed);
                assertThat(opening.open(arrived)).isEqualTo(Verdict.NEXT);
                assertThat(packets.octets()).isEqualTo(plain);
                assertThat(packets.isUntouchedAround(sealed.length)).isTrue();
            }
        }
    }

    private byte[] clearPart(RtpView packet) {
        return packets.octets(packet.headerBytes());
    }

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#pairsWithSuites")
    void opensTheRtcpThatTheOtherSeals(Engine sealingEngine, Engine openingEngine, SrtpSuite suite) {
        try (SrtpKeys keys = Packets.keys(suite, 2);
                SrtpTransform sealing = sealingEngine.of(keys);
                SrtpTransform opening = openingEngine.of(keys)) {
            for (int lengthBytes = 8; lengthBytes <= MOST_PAYLOAD_BYTES; lengthBytes += 4) {
                byte[] plain = Packets.rtcp(SSRC, lengthBytes);
                long address = packets.put(plain);
                int sealedBytes = sealing.sealRtcp(address, lengthBytes);
                assertThat(sealedBytes).isEqualTo(lengthBytes + suite.rtcpTagBytes() + 4);
                assertThat(packets.isUntouchedAround(lengthBytes)).isTrue();
                assertThat(Arrays.equals(packets.octets(lengthBytes), plain)).isEqualTo(lengthBytes == 8);
                assertThat(opening.openRtcp(address, sealedBytes)).isEqualTo(lengthBytes);
                assertThat(packets.octets(lengthBytes)).isEqualTo(plain);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void sealToTheSameOctets(SrtpSuite suite) {
        Random random = new Random(7714);
        try (SrtpKeys keys = Packets.keys(suite, 3);
                SrtpTransform one = Engine.LIBCRYPTO.of(keys);
                SrtpTransform other = Engine.JITSI.of(keys)) {
            for (int i = 0; i < ROUNDS; i++) {
                byte[] plain = anyPacket(random, i);
                assertThat(one.seal(packets.view(plain))).isEqualTo(Verdict.NEXT);
                byte[] sealed = packets.octets();
                assertThat(other.seal(packets.view(plain))).isEqualTo(Verdict.NEXT);
                assertThat(packets.octets()).isEqualTo(sealed);
            }
        }
    }

    /** Any number of contributing sources, an extension or none, padding or none. */
    private static byte[] anyPacket(Random random, int sequence) {
        int sources = random.nextInt(16);
        int extensionWords = random.nextInt(5) - 1; // -1: none
        int header = 12 + 4 * sources + (extensionWords < 0 ? 0 : 4 + 4 * extensionWords);
        int payloadBytes = sequence % 50 == 0 ? 0 : random.nextInt(MOST_PAYLOAD_BYTES + 1);
        byte[] packet = new byte[header + payloadBytes];
        random.nextBytes(packet);
        boolean padded = payloadBytes > 0 && random.nextBoolean();
        packet[0] = (byte) (0x80 | (padded ? 0x20 : 0) | (extensionWords < 0 ? 0 : 0x10) | sources);
        packet[2] = (byte) (sequence >> 8);
        packet[3] = (byte) sequence;
        Packets.writeInt(packet, 8, SSRC);
        if (extensionWords >= 0) {
            int at = 12 + 4 * sources;
            Packets.writeInt(packet, at, 0xBEDE_0000 | extensionWords);
        }
        if (padded) {
            packet[packet.length - 1] = (byte) (1 + random.nextInt(Math.min(payloadBytes, 255)));
        }
        return packet;
    }
}
