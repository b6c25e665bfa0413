package sotto.media.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static sotto.media.srtp.NativeMemory.BYTE;
import static sotto.media.srtp.NativeMemory.MEMORY;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sotto.media.packet.Verdict;

/** Keys end with the transform that they were for, and nothing of it works or prints afterwards. */
final class KeyLifeTest {
    private final Packets packets = new Packets();

    @BeforeAll
    static void needLibcrypto() {
        Engine.needLibcrypto();
    }

    @Test
    void wipesWhatCameFromTheKeyBeforeFreeingIt() {
        try (SrtpKeys keys = Packets.keys(SrtpSuite.AES_CM_128_HMAC_SHA1_80, 15);
                SessionKeys session = SessionKeys.derive(keys, false);
                AesCmHmac cipher = new AesCmHmac(session, 10)) {
            assertThat(cipher.seal(packets.put(Packets.rtp(1, 1, 160)), 12, 172, 1))
                    .isTrue();
            assertThat(nonZero(cipher.memory(), AesCmHmac.BYTES)).isGreaterThan(54); // salt, two hash states
            cipher.wipe();
            assertThat(nonZero(cipher.memory(), AesCmHmac.BYTES)).isZero();
        }
        try (SrtpKeys keys = Packets.keys(SrtpSuite.AEAD_AES_128_GCM, 15);
                SessionKeys session = SessionKeys.derive(keys, false);
                AesGcm cipher = new AesGcm(session)) {
            assertThat(cipher.seal(packets.put(Packets.rtp(1, 1, 160)), 12, 172, 1))
                    .isTrue();
            assertThat(nonZero(cipher.memory(), AesGcm.BYTES)).isPositive();
            cipher.wipe();
            assertThat(nonZero(cipher.memory(), AesGcm.BYTES)).isZero();
        }
    }

    private static int nonZero(long address, int bytes) {
        int count = 0;
        for (byte octet : MEMORY.asSlice(address, bytes).toArray(BYTE)) {
            count += octet == 0 ? 0 : 1;
        }
        return count;
    }

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#withSuites")
    void refusesAllAfterClose(Engine engine, SrtpSuite suite) {
        try (SrtpKeys keys = Packets.keys(suite, 16)) {
            SrtpTransform closed = engine.of(keys);
            assertThat(closed.seal(packets.view(Packets.rtp(1, 1, 160)))).isEqualTo(Verdict.NEXT);
            closed.close();
            byte[] plain = Packets.rtp(1, 2, 160);
            assertThat(closed.seal(packets.view(plain))).isEqualTo(Verdict.SRTP_SEAL_REFUSED);
            assertThat(packets.octets()).isEqualTo(plain);
            assertThat(closed.open(packets.view(plain))).isEqualTo(Verdict.SRTP_BAD_TAG);
            assertThat(closed.sealRtcp(packets.put(plain), plain.length)).isEqualTo(-1);
            assertThat(closed.openRtcp(packets.put(plain), plain.length)).isEqualTo(-1);
            closed.close(); // once more, which does nothing
        }
    }

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#withSuites")
    void needsItsKeysOnlyWhileItIsMade(Engine engine, SrtpSuite suite) {
        SrtpKeys keys = Packets.keys(suite, 17);
        SrtpKeys same = Packets.keys(suite, 17);
        try (SrtpTransform sealing = engine.of(keys);
                SrtpTransform opening = engine.of(same)) {
            keys.close();
            byte[] plain = Packets.rtp(1, 1, 160);
            assertThat(sealing.seal(packets.view(plain))).isEqualTo(Verdict.NEXT);
            byte[] sealed = packets.octets();
            assertThat(opening.open(packets.view(sealed))).isEqualTo(Verdict.NEXT);
            assertThat(packets.octets()).isEqualTo(plain);
        }
        same.close();
    }

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#withSuites")
    void printsNoKey(Engine engine, SrtpSuite suite) {
        try (SrtpKeys keys = new SrtpKeys(suite, new byte[suite.keyBytes() + suite.saltBytes()]);
                SrtpTransform transform = engine.of(keys)) {
            assertThat(transform.toString()).matches("sotto\\.media\\.srtp\\.\\w+@\\p{XDigit}+");
            assertThat(keys.toString()).isEqualTo("SrtpKeys[" + suite + "]");
        }
    }

    @Test
    void choosesLibcryptoAndSaysSo() {
        try (SrtpKeys keys = Packets.keys(SrtpSuite.AEAD_AES_128_GCM, 18);
                SrtpTransform chosen = SrtpTransforms.of(keys)) {
            assertThat(chosen).isInstanceOf(LibcryptoTransform.class);
            assertThat(SrtpTransforms.engine()).matches("libcrypto, OpenSSL 3\\.\\d.*");
        }
    }
}
