package sotto.media.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static sotto.media.srtp.NativeMemory.BYTE;
import static sotto.media.srtp.NativeMemory.MEMORY;
import static sotto.media.srtp.Packets.HEX;
import static sotto.media.srtp.Packets.hex;

import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/** What the RFCs, and libsrtp's own check of itself, say that each octet must be. */
final class VectorsTest {
    private static final byte[] NONE = {};

    private final Packets packets = new Packets();

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # section,      derives,     lies at, session key
            RFC 3711 B.3,   cipher key,  0,       c61e7a93744f39ee10734afe3ff7a087
            RFC 3711 B.3,   cipher salt, 32,      30cbbc08863d8c85d49db34a9ae1
            RFC 3711 B.3,   auth key,    48,      cebe321f6ff7716b6fd4ab49af256a156d38baa4
            RFC 6188 §7.2,  cipher key,  0,       5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4
            RFC 6188 §7.2,  cipher salt, 32,      fa31791685ca444a9e07c6c64e93
            RFC 6188 §7.2,  auth key,    48,      fd9c32d39ed5fbb5a9dc96b30818454d1313dc05
            """)
    void derivesSessionKeys(String section, String what, int at, String expected) {
        boolean isLong = section.startsWith("RFC 6188");
        byte[] inline = hex(
                isLong
                        ? "f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b63b04803de51ee7c96423ab5b78d2"
                        : "E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6");
        SrtpSuite suite = isLong ? SrtpSuite.AES_256_CM_HMAC_SHA1_80 : SrtpSuite.AES_CM_128_HMAC_SHA1_80;
        try (SrtpKeys master = new SrtpKeys(suite, inline);
                SessionKeys session = SessionKeys.derive(master, false)) {
            byte[] derived =
                    MEMORY.asSlice(session.key() + at, expected.length() / 2).toArray(BYTE);
            assertThat(HEX.formatHex(derived)).as(section + " " + what).isEqualTo(expected);
        }
    }

    /** SSRC, rollover counter and sequence number are 0 there, so that the IV is the salt. */
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # section,     block, key stream
            RFC 3711 B.2,  0,     e03ead0935c95e80e166b16dd92b4eb4
            RFC 3711 B.2,  1,     d23513162b02d0f72a43a2fe4a5f97ab
            RFC 3711 B.2,  2,     41e95b3bb0a2e8dd477901e4fca894c0
            RFC 3711 B.2,  65279, ec8cdf7398607cb0f2d21675ea9ea1e4
            RFC 3711 B.2,  65280, 362b7c3c6773516318a077d7fc5073ae
            RFC 3711 B.2,  65281, 6a2cc3787889374fbeb4c81b17ba6c44
            RFC 6188 §7.1, 0,     92bdd28a93c3f52511c677d08b5515a4
            RFC 6188 §7.1, 1,     9da71b2378a854f67050756ded165bac
            RFC 6188 §7.1, 2,     63c4868b7096d88421b563b8c94c9a31
            RFC 6188 §7.1, 65279, cea518c90fd91ced9cbb18c078a54711
            RFC 6188 §7.1, 65280, 3dbc4814f4da5f00a08772b63c6a046d
            RFC 6188 §7.1, 65281, 6eb246913062a16891433e97dd01a57f
            """)
    void encryptsByTheKeyStream(String section, int block, String expected) {
        byte[] key = hex(
                section.startsWith("RFC 6188")
                        ? "57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98"
                        : "2B7E151628AED2A6ABF7158809CF4F3C");
        byte[] salt = hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD");
        int lengthBytes = 12 + 16 * (block + 1);
        try (Arena arena = Arena.ofConfined();
                SessionKeys session = SessionKeys.given(key, salt, NONE);
                AesCmHmac cipher = new AesCmHmac(session, 10)) {
            long packet = arena.allocate(lengthBytes + RtpView.TAIL_ROOM_BYTES).address();
            assertThat(cipher.seal(packet, 12, lengthBytes, 0)).as(section).isTrue();
            byte[] stream = MEMORY.asSlice(packet + lengthBytes - 16, 16).toArray(BYTE);
            assertThat(HEX.formatHex(stream)).as(section + " block " + block).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # section,        suite,            RTP,                                                                                                  SRTP
            RFC 7714 §16.1.1, AEAD_AES_128_GCM, 8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573, 8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce
            RFC 7714 §16.2.1, AEAD_AES_256_GCM, 8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573, 8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13
            """)
    void sealsAndOpensGcm(String section, SrtpSuite suite, String plain, String sealed) {
        try (SessionKeys session = quidProQuo(suite);
                LibcryptoTransform sealing = gcm(session, suite);
                LibcryptoTransform opening = gcm(session, suite)) {
            RtpView packet = packets.view(hex(plain));
            assertThat(sealing.seal(packet)).as(section).isEqualTo(Verdict.NEXT);
            assertThat(HEX.formatHex(packets.octets())).isEqualTo(sealed);
            assertThat(opening.open(packet)).isEqualTo(Verdict.NEXT);
            assertThat(HEX.formatHex(packets.octets())).isEqualTo(plain);
        }
    }

    /** The index is 5d4; the E bit before it says whether the packet is encrypted, or authenticated only. */
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # section,      suite,            word,     SRTCP
            RFC 7714 §17.1, AEAD_AES_128_GCM, 800005d4, 81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4
            RFC 7714 §17.2, AEAD_AES_256_GCM, 800005d4, 81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4
            RFC 7714 §17.3, AEAD_AES_128_GCM, 000005d4, 81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef841dd9683dd78ec92ae58790125f62b3000005d4
            RFC 7714 §17.4, AEAD_AES_256_GCM, 000005d4, 81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef91db4afbfeee5a978fab4393ed2615fe000005d4
            """)
    void sealsAndOpensGcmRtcp(String section, SrtpSuite suite, String word, String sealed) {
        String plain = "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
                + "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
        try (SessionKeys session = quidProQuo(suite);
                AesGcm cipher = new AesGcm(session);
                LibcryptoTransform opening = gcm(session, suite)) {
            long packet = packets.put(hex(plain));
            int index = Integer.parseUnsignedInt(word, 16);
            assertThat(cipher.sealRtcp(packet, plain.length() / 2, index))
                    .as(section)
                    .isTrue();
            assertThat(HEX.formatHex(packets.octets(sealed.length() / 2))).isEqualTo(sealed);
            assertThat(opening.openRtcp(packet, sealed.length() / 2)).isEqualTo(plain.length() / 2);
            assertThat(HEX.formatHex(packets.octets(plain.length() / 2))).isEqualTo(plain);
        }
    }

    @BeforeAll
    static void needLibcrypto() {
        Engine.needLibcrypto();
    }

    private static SessionKeys quidProQuo(SrtpSuite suite) {
        byte[] key = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        return SessionKeys.given(Arrays.copyOf(key, suite.keyBytes()), hex("517569642070726f2071756f"), NONE);
    }

    private static LibcryptoTransform gcm(SessionKeys session, SrtpSuite suite) {
        return new LibcryptoTransform(new AesGcm(session), new AesGcm(session), suite);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # libsrtp, srtp_validate; engine, SRTP
            LIBCRYPTO, 800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb
            JITSI,     800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb
            """)
    void sealsAndOpensAesCm(Engine engine, String sealed) {
        String plain = "800f1234decafbadcafebabe" + "ab".repeat(16);
        byte[] inline = hex("E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6");
        try (SrtpKeys keys = new SrtpKeys(SrtpSuite.AES_CM_128_HMAC_SHA1_80, inline);
                SrtpTransform sealing = engine.of(keys);
                SrtpTransform opening = engine.of(keys)) {
            RtpView packet = packets.view(hex(plain));
            assertThat(sealing.seal(packet)).isEqualTo(Verdict.NEXT);
            assertThat(HEX.formatHex(packets.octets())).isEqualTo(sealed);
            assertThat(opening.open(packet)).isEqualTo(Verdict.NEXT);
            assertThat(HEX.formatHex(packets.octets())).isEqualTo(plain);
        }
    }

    /** libsrtp counts from 1: its first index is our second. */
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # libsrtp, srtp_validate; engine, SRTCP of index 1
            LIBCRYPTO, 81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798
            JITSI,     81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798
            """)
    void sealsAndOpensAesCmRtcp(Engine engine, String sealed) {
        String plain = "81c8000bcafebabe" + "ab".repeat(16);
        byte[] inline = hex("E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6");
        try (SrtpKeys keys = new SrtpKeys(SrtpSuite.AES_CM_128_HMAC_SHA1_80, inline);
                SrtpTransform sealing = engine.of(keys);
                SrtpTransform opening = engine.of(keys)) {
            assertThat(sealing.sealRtcp(packets.put(hex(plain)), plain.length() / 2))
                    .isEqualTo(sealed.length() / 2);
            long packet = packets.put(hex(plain));
            assertThat(sealing.sealRtcp(packet, plain.length() / 2)).isEqualTo(sealed.length() / 2);
            assertThat(HEX.formatHex(packets.octets(sealed.length() / 2))).isEqualTo(sealed);
            assertThat(opening.openRtcp(packet, sealed.length() / 2)).isEqualTo(plain.length() / 2);
            assertThat(HEX.formatHex(packets.octets(plain.length() / 2))).isEqualTo(plain);
        }
    }
}
