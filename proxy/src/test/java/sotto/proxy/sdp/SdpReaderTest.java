package sotto.proxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.srtp.SrtpSuite;

/** What is read, and what is refused. In the tables, a semicolon ends a line. */
final class SdpReaderTest {
    private static final int MUTATIONS = 100_000;
    private static final String HEAD = "v=0;o=- 1 1 IN IP4 192.0.2.1;s=-;c=IN IP4 192.0.2.1;t=0 0;";

    private static AudioSession read(byte[] body, boolean srtp) throws SdpRefused {
        return SdpReader.read(body, Set.of(srtp ? Keying.SDES : Keying.PLAIN), false);
    }

    @Test
    void readsTheOfferOfRfc3264Section10Point1() throws Exception {
        AudioSession alice = read(
                Sdp.bytes(
                        """
                        v=0
                        o=alice 2890844526 2890844526 IN IP4 host.anywhere.com
                        s=
                        c=IN IP4 192.0.2.17
                        t=0 0
                        m=audio 49170 RTP/AVP 0
                        a=rtpmap:0 PCMU/8000
                        m=video 51372 RTP/AVP 31
                        a=rtpmap:31 H261/90000
                        m=video 53000 RTP/AVP 32
                        a=rtpmap:32 MPV/90000
                        """),
                false);
        assertThat(alice.rtp().toString()).isEqualTo("/192.0.2.17:49170");
        assertThat(alice.rtcp().getPort()).isEqualTo(49171);
        assertThat(alice.codecs()).containsExactly(new AudioSession.Codec(0, Encoding.PCMU));
        assertThat(alice.telephoneEvent()).isEmpty();
        assertThat(alice.direction()).isEqualTo(Direction.SENDRECV);
        assertThat(alice.mediaLines())
                .containsExactly("audio 49170 RTP/AVP 0", "video 51372 RTP/AVP 31", "video 53000 RTP/AVP 32");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # section       | lines from m= on                                                | codecs       | event
            RFC 3551 §6     | m=audio 4000 RTP/AVP 8 0                                        | PCMA/8000:8 PCMU/8000:0 | -1
            RFC 3264 §6.1   | m=audio 4000 RTP/AVP 18 0;a=rtpmap:18 G729/8000                 | G729/8000:18 PCMU/8000:0 | -1
            RFC 8866 §6.6   | m=audio 4000 RTP/AVP 96;a=rtpmap:96 pcmu/8000/1                 | PCMU/8000:96      | -1
            RFC 8866 §6.6   | m=audio 4000 RTP/AVP 97 8;a=rtpmap:97 PCMU/16000                | PCMA/8000:8       | -1
            RFC 8866 §6.6   | m=audio 4000 RTP/AVP 97 8;a=rtpmap:97 PCMA/8000/2               | PCMA/8000:8       | -1
            RFC 8866 §6.6   | m=audio 4000 RTP/AVP 0 8;a=rtpmap:0 L16/8000                    | L16/8000:0 PCMA/8000:8       | -1
            RFC 8866 §6.6   | m=audio 4000 RTP/AVP 0 96;a=rtpmap:96 OPUS/48000/2              | PCMU/8000:0 opus/48000/2:96 | -1
            RFC 4733 §2.4   | m=audio 4000 RTP/AVP 0 101;a=rtpmap:101 telephone-event/8000;a=fmtp:101 0-16 | PCMU/8000:0 | 101
            RFC 4733 §2.4   | m=audio 4000 RTP/AVP 0 101;a=rtpmap:101 telephone-event/48000   | PCMU/8000:0       | -1
            RFC 4733 §2.4   | m=audio 4000 RTP/AVP 0;a=rtpmap:101 telephone-event/8000        | PCMU/8000:0       | -1
            RFC 8866 §5.14  | m=video 9 RTP/AVP 31;m=audio 0 RTP/AVP 0;m=audio 4000 RTP/AVP 8 | PCMA/8000:8       | -1
            RFC 8866 §5.14  | m=audio 4000 RTP/AVP 8;m=audio 4002 RTP/AVP 0                   | PCMA/8000:8       | -1
            RFC 3264 §5.1   | m=audio 4000 RTP/AVP 0 0 96;a=rtpmap:96 PCMU/8000               | PCMU/8000:0       | -1
            """)
    void readsCodecs(String section, String media, String codecs, int event) throws Exception {
        AudioSession session = read(body(HEAD + media), false);
        List<String> found = session.codecs().stream()
                .map(codec -> codec.encoding().rtpmap() + ":" + codec.payloadType())
                .toList();
        assertThat(found).as(section).containsExactly(codecs.split(" "));
        assertThat(session.telephoneEvent().map(AudioSession.Codec::payloadType).orElse(-1))
                .isEqualTo(event);
        assertThat(session.mediaLines().get(session.audioLine())).startsWith("audio 4000 ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # section      | session level / media level                | read as  | address
            RFC 8866 §6.7  | a=x / a=sendonly                           | SENDONLY | 192.0.2.1
            RFC 8866 §6.7  | a=inactive / a=x                           | INACTIVE | 192.0.2.1
            RFC 8866 §6.7  | a=sendonly / a=recvonly                    | RECVONLY | 192.0.2.1
            RFC 8866 §6.7  | a=sendonlyx / a=x                          | SENDRECV | 192.0.2.1
            RFC 8866 §5.7  | a=x / c=IN IP4 192.0.2.9                   | SENDRECV | 192.0.2.9
            RFC 8866 §5.7  | a=x / c=IN IP6 2001:db8::1                 | SENDRECV | 2001:db8:0:0:0:0:0:1
            RFC 3264 §8.4  | a=x / c=IN IP4 0.0.0.0                     | SENDONLY | 0.0.0.0
            RFC 3264 §8.4  | a=x / c=IN IP4 0.0.0.0;a=recvonly          | INACTIVE | 0.0.0.0
            """)
    void readsDirectionAndAddress(String section, String lines, Direction direction, String address) throws Exception {
        String[] levels = lines.split(" / ");
        AudioSession session = read(body(HEAD + levels[0] + ";m=audio 4000 RTP/AVP 0;" + levels[1]), false);
        assertThat(session.direction()).as(section).isEqualTo(direction);
        assertThat(session.rtp().getAddress().getHostAddress()).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # section     | attribute                        | RTCP at
            RFC 3605 §2.1 | a=rtcp:53020                     | /192.0.2.1:53020
            RFC 3605 §2.1 | a=rtcp:53020 IN IP4 126.16.64.4  | /126.16.64.4:53020
            RFC 3550 §11  | a=x                              | /192.0.2.1:4001
            """)
    void readsRtcp(String section, String attribute, String rtcp) throws Exception {
        AudioSession session = read(body(HEAD + "m=audio 4000 RTP/AVP 0;" + attribute), false);
        assertThat(session.rtcp().toString()).as(section).isEqualTo(rtcp);
    }

    @Test
    void readsPacketTimeAndToleratesBareLineFeeds() throws Exception {
        byte[] body =
                (HEAD + "m=audio 4000 RTP/AVP 0;a=ptime:30").replace(';', '\n').getBytes(StandardCharsets.US_ASCII);
        assertThat(read(body, false).ptimeMs()).isEqualTo(OptionalInt.of(30));
    }

    /** RFC 4568 §6.1, the examples, and RFC 7714 §14.2. */
    @Test
    void readsKeys() throws Exception {
        AudioSession session = read(Sdp.of("m=audio 4000 RTP/SAVP 0", Sdp.CM_LINE, Sdp.GCM_LINE), true);
        assertThat(session.crypto()).extracting(AudioSession.Crypto::tag).containsExactly(1, 2);
        assertThat(session.crypto())
                .extracting(line -> line.keys().suite())
                .containsExactly(SrtpSuite.AES_CM_128_HMAC_SHA1_80, SrtpSuite.AEAD_AES_128_GCM);
        byte[] both = Base64.getDecoder().decode("WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz");
        assertThat(session.crypto().getFirst().keys().masterKey()).isEqualTo(Arrays.copyOf(both, 16));
        assertThat(session.crypto().getFirst().keys().masterSalt()).isEqualTo(Arrays.copyOfRange(both, 16, 30));
        assertThat(session.toString()).doesNotContain("WVNf").doesNotContain("AAEC");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            textBlock =
                    """
            # section       ! line                                                           ! why, or the tag
            RFC 4568 §6.1   ! 1 AES_CM_128_HMAC_SHA1_80 inline:KEY|2^20|1:4                  ! MKI
            RFC 4568 §6.1   ! 1 AES_CM_128_HMAC_SHA1_80 inline:KEY|1:4                       ! MKI
            RFC 4568 §6.1   ! 1 AES_CM_128_HMAC_SHA1_80 inline:KEY|2^20|1:4;inline:KEY|2^20|2:4 ! more than one key
            RFC 4568 §6.1   ! 1 AES_CM_128_HMAC_SHA1_80 inline:KEY|2^20                      ! tag 1
            RFC 4568 §6.1   ! 1 AES_CM_128_HMAC_SHA1_80 inline:KEY|1048576                   ! tag 1
            RFC 4568 §6.1   ! 1 AES_CM_128_HMAC_SHA1_80 inline:KEY|soon                      ! lifetime
            RFC 4568 §6.1   ! 1 AES_CM_128_HMAC_SHA1_80 inline:AAAA                          ! wrong length
            RFC 4568 §6.1   ! 1 AES_CM_128_HMAC_SHA1_80 inline:**##                          ! not base64
            RFC 4568 §6.1   ! 1 AES_CM_128_HMAC_SHA1_80 uri:KEY                              ! not inline
            RFC 4568 §6.2   ! 1 AES_CM_128_HMAC_SHA1_32 inline:KEY                           ! tag 1
            RFC 6188 §4     ! 1 AES_256_CM_HMAC_SHA1_80 inline:KEY                           ! wrong length
            RFC 7714 §14.2  ! 1 AEAD_AES_256_GCM inline:KEY                                  ! wrong length
            RFC 4568 §6.2.3 ! 1 F8_128_HMAC_SHA1_80 inline:KEY                               ! suite
            RFC 4568 §6.2   ! 1 aes_cm_128_hmac_sha1_80 inline:KEY                           ! suite
            RFC 4568 §4.1   ! 01 AES_CM_128_HMAC_SHA1_80 inline:KEY                          ! not a tag
            RFC 4568 §9.1   ! 1 AES_CM_128_HMAC_SHA1_80                                      ! not a tag
            RFC 4568 §6.3.2 ! 1 AES_CM_128_HMAC_SHA1_80 inline:KEY UNENCRYPTED_SRTP          ! session parameter
            RFC 4568 §6.3.2 ! 1 AES_CM_128_HMAC_SHA1_80 inline:KEY UNENCRYPTED_SRTCP         ! session parameter
            RFC 4568 §6.3.3 ! 1 AES_CM_128_HMAC_SHA1_80 inline:KEY UNAUTHENTICATED_SRTP      ! session parameter
            RFC 4568 §6.3.1 ! 1 AES_CM_128_HMAC_SHA1_80 inline:KEY KDR=1                     ! session parameter
            RFC 4568 §6.3.4 ! 1 AES_CM_128_HMAC_SHA1_80 inline:KEY FEC_ORDER=FEC_SRTP        ! session parameter
            RFC 4568 §6.3.7 ! 1 AES_CM_128_HMAC_SHA1_80 inline:KEY WSH=64                    ! tag 1
            RFC 4568 §6.3.8 ! 1 AES_CM_128_HMAC_SHA1_80 inline:KEY -new=1                    ! tag 1
            """)
    void judgesCryptoLines(String section, String line, String expected) throws Exception {
        String key = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
        byte[] body = Sdp.of("m=audio 4000 RTP/SAVP 0", "a=crypto:" + line.replace("KEY", key));
        if (expected.equals("tag 1")) {
            assertThat(read(body, true).crypto()).as(section).hasSize(1);
        } else {
            assertThatExceptionOfType(SdpRefused.class)
                    .as(section)
                    .isThrownBy(() -> read(body, true))
                    .withMessageContaining(expected)
                    .withMessageNotContaining("WVNf")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(SdpRefused.Reason.SRTP_REQUIRED));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # leg   | protocol          | crypto line | reason
            plain   | RTP/SAVP          | yes         | SRTP_FORBIDDEN
            plain   | UDP/TLS/RTP/SAVPF | no          | SRTP_FORBIDDEN
            plain   | RTP/AVPF          | no          | NO_AUDIO
            srtp    | RTP/AVP           | no          | SRTP_REQUIRED
            srtp    | RTP/AVP           | yes         | SRTP_REQUIRED
            srtp    | RTP/SAVP          | no          | SRTP_REQUIRED
            srtp    | UDP/TLS/RTP/SAVP  | yes         | SRTP_REQUIRED
            plain   | RTP/AVP           | yes         |
            srtp    | RTP/SAVP          | yes         |
            """)
    void keepsToTheTransportOfTheLeg(String leg, String protocol, String crypto, SdpRefused.@Nullable Reason reason)
            throws Exception {
        byte[] body = Sdp.of("m=audio 4000 " + protocol + " 0", crypto.equals("yes") ? Sdp.CM_LINE : "a=x");
        if (reason == null) {
            assertThat(read(body, leg.equals("srtp")).crypto()).hasSize(leg.equals("srtp") ? 1 : 0);
        } else {
            assertThatExceptionOfType(SdpRefused.class)
                    .isThrownBy(() -> read(body, leg.equals("srtp")))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # section      | body                                                                  | reason        | says
            RFC 8866 §5    | ''                                                                    | MALFORMED     | 0 octets
            RFC 8866 §5.1  | v=1;o=- 1 1 IN IP4 192.0.2.1;s=-;t=0 0;                               | MALFORMED     | v=0
            RFC 8866 §5.1  | o=- 1 1 IN IP4 192.0.2.1;v=0;s=-;t=0 0;                               | MALFORMED     | v=0
            RFC 8866 §5.2  | v=0;s=-;t=0 0;m=audio 4000 RTP/AVP 0;                                 | MALFORMED     | o=
            RFC 8866 §5.2  | v=0;o=- x 1 IN IP4 192.0.2.1;s=-;t=0 0;m=audio 4000 RTP/AVP 0;        | MALFORMED     | line 2
            RFC 8866 §5.9  | v=0;o=- 1 1 IN IP4 192.0.2.1;s=-;c=IN IP4 192.0.2.1;m=audio 4 RTP/AVP 0; | MALFORMED  | t=
            RFC 8866 §5.7  | v=0;o=- 1 1 IN IP4 192.0.2.1;s=-;t=0 0;m=audio 4000 RTP/AVP 0;        | MALFORMED     | no c=
            RFC 8866 §5.7  | HEADm=audio 4000 RTP/AVP 0;c=IN IP4 pbx.example.com;                  | MALFORMED     | no host name
            RFC 8866 §5.7  | HEADm=audio 4000 RTP/AVP 0;c=IN IP4 224.2.1.1/127;                    | MALFORMED     | no multicast
            RFC 8866 §5.7  | HEADm=audio 4000 RTP/AVP 0;c=IN IP4 224.2.1.1;                        | MALFORMED     | no multicast
            RFC 8866 §5.7  | HEADm=audio 4000 RTP/AVP 0;c=IN IP4 192.0.2.999;                      | MALFORMED     | is not one
            RFC 8866 §5.7  | HEADm=audio 4000 RTP/AVP 0;c=IN IP6 192.0.2.1;                        | MALFORMED     | line 7
            RFC 8866 §5.7  | HEADm=audio 4000 RTP/AVP 0;c=IN IP4 192.0.2.1;c=IN IP4 192.0.2.2;     | MALFORMED     | second c=
            RFC 8866 §5.14 | HEADm=audio 65536 RTP/AVP 0;                                          | MALFORMED     | port
            RFC 8866 §5.14 | HEADm=audio 65535 RTP/AVP 0;                                          | MALFORMED     | RTCP
            RFC 8866 §5.14 | HEADm=audio 4000/2 RTP/AVP 0;                                         | MALFORMED     | port
            RFC 8866 §5.14 | HEADm=audio 4000 RTP/AVP;                                             | MALFORMED     | line 6
            RFC 8866 §5.14 | HEADm=audio 4000 RTP/AVP 128;                                         | MALFORMED     | 0 to 127
            RFC 8866 §6.6  | HEADm=audio 4000 RTP/AVP 96;a=rtpmap:96;                              | MALFORMED     | line 7
            RFC 8866 §6.4  | HEADm=audio 4000 RTP/AVP 0;a=ptime:0;                                 | MALFORMED     | milliseconds
            RFC 8866 §5    | HEADm=audio 4000 RTP/AVP 0;nonsense;                                  | MALFORMED     | line 7
            RFC 8866 §5    | HEADm=audio 4000 RTP/AVP 0;A=ptime:20;                                | MALFORMED     | line 7
            RFC 3605 §2.1  | HEADm=audio 4000 RTP/AVP 0;a=rtcp:70000;                              | MALFORMED     | line 7
            RFC 3264 §6    | HEADm=audio 0 RTP/AVP 0;                                              | NO_AUDIO      | m=audio
            RFC 3264 §6    | HEADm=video 4000 RTP/AVP 31;                                          | NO_AUDIO      | m=audio
            RFC 3264 §6    | HEADm=audio 4000 RTP/AVP 13 101;a=rtpmap:101 telephone-event/8000;     | UNKNOWN_CODEC | PCMU or PCMA
            """)
    void refuses(String section, String body, SdpRefused.Reason reason, String says) {
        assertThatExceptionOfType(SdpRefused.class)
                .as(section)
                .isThrownBy(() -> read(body(body.replace("HEAD", HEAD)), false))
                .withMessageContaining(says)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void boundsWhatItReads() throws Exception {
        String good = HEAD + "m=audio 4000 RTP/AVP 0;";
        String notes = "i=x;"; // a line that is none of the others
        assertAtMost(
                SdpLine.MOST_LINES,
                n -> HEAD + notes.repeat(n - 6) + "m=audio 4000 RTP/AVP 0;",
                SdpLine.MOST_LINES + " lines");
        assertAtMost(SdpLine.MOST_LINE_BYTES, n -> good + "a=" + "x".repeat(n - 2), "1000");
        assertAtMost(SdpLine.MOST_BYTES, SdpReaderTest::ofBytes, String.valueOf(SdpLine.MOST_BYTES));
        assertAtMost(SdpReader.MOST_MEDIA, n -> good + "m=video 0 RTP/AVP 31;".repeat(n - 1), "m= lines");
        assertAtMost(SdpReader.MOST_ATTRIBUTES, n -> good + "a=x;".repeat(n), "of the audio");
        assertAtMost(SdpReader.MOST_ATTRIBUTES, n -> HEAD + "a=x;".repeat(n) + "m=audio 4000 RTP/AVP 0;", "session");
        assertAtMost(SdpReader.MOST_FORMATS, n -> HEAD + "m=audio 4000 RTP/AVP" + " 0".repeat(n), "payload types");
        assertRefused(good + "a=\u0000", "control");
    }

    private static String ofBytes(int bytes) {
        String head = HEAD + "m=audio 4000 RTP/AVP 0;";
        int lineEnds = head.length() - head.replace(";", "").length();
        String lines = ("a=" + "x".repeat(96) + ";").repeat(116); // each 100 octets with CRLF
        int left = bytes - head.length() - lineEnds - 11_600;
        return head + lines + "a=" + "x".repeat(left - 4) + ";";
    }

    /** At the bound it is read, one beyond it is not. */
    private static void assertAtMost(int most, IntFunction<String> bodyOf, String says) throws SdpRefused {
        assertThat(read(body(bodyOf.apply(most)), false).codecs()).hasSize(1);
        assertRefused(bodyOf.apply(most + 1), says);
    }

    private static void assertRefused(String body, String says) {
        assertThatExceptionOfType(SdpRefused.class)
                .isThrownBy(() -> read(body(body), false))
                .withMessageContaining(says);
    }

    /** Whatever comes, nothing but a refusal comes out, and no refusal quotes a key. */
    @Test
    void survivesMutations() {
        Random random = new Random(4568);
        List<byte[]> seeds = List.of(
                Sdp.of("m=audio 4000 RTP/SAVP 0 8 101", Sdp.CM_LINE, Sdp.GCM_LINE, "a=rtpmap:101 telephone-event/8000"),
                Sdp.of("m=video 9 RTP/AVP 31", "m=audio 65534 RTP/AVP 0", "a=rtcp:4 IN IP6 ::1", "a=ptime:20"),
                Sdp.of("m=audio 4000 RTP/AVP 96 97", "c=IN IP6 2001:db8::1", "a=rtpmap:96 PCMU/8000", "a=inactive"));
        List<String> refusals = new ArrayList<>();
        int read = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] body = mutate(seeds.get(i % seeds.size()), random);
            try {
                assertThat(read(body, i % 3 == 0).codecs()).isNotEmpty();
                read++;
            } catch (SdpRefused e) {
                refusals.add(String.valueOf(e.getMessage()));
            }
        }
        assertThat(read).isBetween(MUTATIONS / 10, MUTATIONS * 9 / 10); // else the mutations say nothing
        assertThat(refusals).noneMatch(text -> text.contains("WVNf") || text.contains("AAEC"));
    }

    private static byte[] mutate(byte[] seed, Random random) {
        byte[] body = Arrays.copyOf(seed, random.nextInt(20) == 0 ? random.nextInt(seed.length) : seed.length);
        String interesting = "0123456789/:=|;\r\n .-a\u00ff\u0000";
        for (int n = random.nextInt(4); n >= 0 && body.length > 0; n--) {
            int at = random.nextInt(body.length);
            switch (random.nextInt(4)) {
                case 0 -> body[at] = (byte) random.nextInt(256);
                case 1 -> body[at] = (byte) interesting.charAt(random.nextInt(interesting.length()));
                case 2 -> { // an octet goes
                    System.arraycopy(body, at + 1, body, at, body.length - at - 1);
                    body = Arrays.copyOf(body, body.length - 1);
                }
                default -> { // a stretch comes again elsewhere
                    int length = random.nextInt(Math.min(40, body.length - at));
                    System.arraycopy(body, at, body, random.nextInt(body.length - length), length);
                }
            }
        }
        return body;
    }

    private static byte[] body(String semicolons) {
        return Sdp.bytes(semicolons.replace(';', '\n'));
    }
}
