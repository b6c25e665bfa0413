package sotto.media.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/** Packets that the peer did not send: none is let through, none moves state (RFC 3711 §3.3). */
final class ForgedTest {
    private static final int SSRC = 0x8000_0001;

    private final Packets packets = new Packets();

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#withSuites")
    void refusesOneChangedOctetAnywhere(Engine engine, SrtpSuite suite) {
        try (SrtpKeys keys = Packets.keys(suite, 6);
                SrtpTransform sealing = engine.of(keys);
                SrtpTransform opening = engine.of(keys)) {
            byte[] first = seal(sealing, Packets.rtp(SSRC, 65_535, 40));
            byte[] plain = Packets.rtp(SSRC, 65_536, 40);
            byte[] second = seal(sealing, plain);
            assertThat(opening.open(packets.view(first))).isEqualTo(Verdict.NEXT);
            int tried = 0;
            for (int bit = 0; bit < 8 * second.length; bit++) {
                byte[] forged = second.clone();
                forged[bit / 8] ^= (byte) (1 << bit % 8);
                long address = packets.put(forged);
                RtpView view = new RtpView(NativeMemory.MEMORY.asSlice(address - Packets.OFFSET, 4096));
                if (view.wrap(Packets.OFFSET, forged.length)) { // else it was no RTP packet to begin with
                    assertThat(opening.open(view)).as("bit " + bit).isNotEqualTo(Verdict.NEXT);
                    tried++;
                }
            }
            assertThat(tried).isGreaterThan(8 * second.length - 8);
            assertThat(opening.open(packets.view(second))).isEqualTo(Verdict.NEXT);
            assertThat(packets.octets()).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#withSuites")
    void refusesRtcpWithOneChangedBitAnywhere(Engine engine, SrtpSuite suite) {
        try (SrtpKeys keys = Packets.keys(suite, 7);
                SrtpTransform sealing = engine.of(keys);
                SrtpTransform opening = engine.of(keys)) {
            byte[] plain = Packets.rtcp(SSRC, 52);
            int sealedBytes = sealing.sealRtcp(packets.put(plain), 52);
            byte[] sealed = packets.octets(sealedBytes);
            for (int bit = 0; bit < 8 * sealedBytes; bit++) { // the E bit and the index too
                byte[] forged = sealed.clone();
                forged[bit / 8] ^= (byte) (1 << bit % 8);
                assertThat(opening.openRtcp(packets.put(forged), sealedBytes))
                        .as("bit " + bit)
                        .isEqualTo(-1);
            }
            assertThat(opening.openRtcp(packets.put(sealed), sealedBytes)).isEqualTo(52);
            assertThat(packets.octets(52)).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#withSuites")
    void refusesAnotherKeyOrSalt(Engine engine, SrtpSuite suite) {
        byte[] inline = new byte[suite.keyBytes() + suite.saltBytes()];
        try (SrtpKeys right = new SrtpKeys(suite, inline.clone());
                SrtpTransform sealing = engine.of(right)) {
            byte[] sealed = seal(sealing, Packets.rtp(SSRC, 1, 160));
            int sealedBytes = sealing.sealRtcp(packets.put(Packets.rtcp(SSRC, 52)), 52);
            byte[] sealedRtcp = packets.octets(sealedBytes);
            for (int at : new int[] {0, suite.keyBytes() - 1, suite.keyBytes(), inline.length - 1}) {
                byte[] other = inline.clone();
                other[at] = 1;
                try (SrtpKeys wrong = new SrtpKeys(suite, other);
                        SrtpTransform opening = engine.of(wrong)) {
                    assertThat(opening.open(packets.view(sealed))).isEqualTo(Verdict.SRTP_BAD_TAG);
                    assertThat(opening.openRtcp(packets.put(sealedRtcp), sealedBytes))
                            .isEqualTo(-1);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#withSuites")
    void refusesWhatIsTooShortForATag(Engine engine, SrtpSuite suite) {
        try (SrtpKeys keys = Packets.keys(suite, 8);
                SrtpTransform opening = engine.of(keys)) {
            for (int lengthBytes = 12; lengthBytes < 12 + suite.tagBytes(); lengthBytes++) {
                assertThat(opening.open(packets.view(Packets.rtp(SSRC, 1, lengthBytes - 12))))
                        .isEqualTo(Verdict.SRTP_BAD_TAG);
            }
            byte[] sources = Packets.rtp(SSRC, 1, 60 + suite.tagBytes() - 1);
            sources[0] = (byte) 0x8F; // 15 contributing sources: 60 octets of header more
            assertThat(opening.open(packets.view(sources))).isEqualTo(Verdict.SRTP_BAD_TAG);
            for (int lengthBytes = 0; lengthBytes <= 8 + 4 + suite.rtcpTagBytes(); lengthBytes++) {
                assertThat(opening.openRtcp(packets.put(new byte[lengthBytes]), lengthBytes))
                        .isEqualTo(-1);
            }
            for (int lengthBytes = 0; lengthBytes < 8; lengthBytes++) {
                assertThat(opening.sealRtcp(packets.put(new byte[lengthBytes]), lengthBytes))
                        .isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsNothingOfAStranger(SrtpSuite suite) {
        Engine.needLibcrypto();
        try (SrtpKeys keys = Packets.keys(suite, 9);
                SrtpTransform sealing = Engine.LIBCRYPTO.of(keys);
                LibcryptoTransform opening = LibcryptoTransform.of(keys)) {
            for (int stranger = 1; stranger <= 1000; stranger++) {
                byte[] forged = Packets.rtp(stranger, 1, 100);
                assertThat(opening.open(packets.view(forged))).isEqualTo(Verdict.SRTP_BAD_TAG);
                assertThat(opening.openRtcp(packets.put(forged), forged.length)).isEqualTo(-1);
            }
            assertThat(opening.rtpSourceCount()).isZero();
            assertThat(opening.rtcpSourceCount()).isZero();
            byte[] sealed = seal(sealing, Packets.rtp(SSRC, 1, 100));
            assertThat(opening.open(packets.view(sealed))).isEqualTo(Verdict.NEXT);
            assertThat(opening.rtpSourceCount()).isEqualTo(1);
        }
    }

    private byte[] seal(SrtpTransform sealing, byte[] plain) {
        assertThat(sealing.seal(packets.view(plain))).isEqualTo(Verdict.NEXT);
        return packets.octets();
    }
}
