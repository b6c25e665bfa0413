package sotto.proxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sotto.media.dtls.DtlsIdentity;

/**
 * Whatever an offer has, it is read or refused, and what is read is answered with as many m= lines. Runs over the seeds;
 * {@code make fuzz} lets jazzer change them.
 */
final class SdpFuzzTest {
    private static final CodecPolicy FAX =
            new CodecPolicy(CodecPolicy.ANY.order(), CodecPolicy.ANY.allowed(), true, true);
    private static final Protection EITHER =
            Protection.encrypted(Keying.SDES, DtlsIdentity.create(new SecureRandom(), Instant.EPOCH));
    private static final Path RESOURCES = Path.of("src/test/resources");

    static Stream<Arguments> seeds() throws IOException {
        return Stream.concat(
                        bodies(),
                        Stream.of(
                                Sdp.of("m=audio 4000 RTP/SAVP 0 8 101", Sdp.CM_LINE, Sdp.GCM_LINE),
                                Browser.chromium(),
                                Browser.firefox(),
                                Browser.answer("a=fingerprint:sha-384 00:11", "a=ice-lite", "a=mid:"),
                                Sdp.of("m=audio 0 RTP/AVP 0", "m=image 4000 udptl t38", "a=T38FaxMaxDatagram:4000"),
                                Sdp.of("m=video 9 RTP/AVP 31", "m=audio 65534 RTP/AVP 0", "a=rtcp:4 IN IP6 ::1"),
                                Sdp.of("m=audio 4000 RTP/AVP 96 97", "c=IN IP6 2001:db8::1", "a=inactive")))
                .map(Arguments::of);
    }

    /** What is after the empty line in the messages of RFC 4475 and RFC 5118. */
    private static Stream<byte[]> bodies() throws IOException {
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            return files
                    .filter(file -> file.toString().matches(".*/rfc(4475|5118)/.*"))
                    .sorted()
                    .map(SdpFuzzTest::text)
                    .filter(text -> text.contains("\r\n\r\nv=0"))
                    .map(text -> text.substring(text.indexOf("\r\n\r\nv=0") + 4).getBytes(StandardCharsets.ISO_8859_1))
                    .toList()
                    .stream();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void readsOrRefuses(byte[] body) {
        for (Protection protection : List.of(Protection.PLAIN, Protection.SDES, EITHER)) {
            try (LocalAudio audio = new LocalAudio(InetAddress.ofLiteral("192.0.2.7"), 20000, protection, FAX);
                    LocalAudio other =
                            new LocalAudio(InetAddress.ofLiteral("192.0.2.7"), 20002, Protection.PLAIN, FAX)) {
                AudioSession offer = audio.readOffer(body);
                AudioSession answer =
                        other.readOffer(Sdp.of(offer.isFax() ? "m=image 4000 udptl t38" : "m=audio 4000 RTP/AVP 0 8"));
                assertThat(other.offer(offer)).isNotEmpty();
                byte[] answered = audio.answer(offer, answer);
                assertThat(Sdp.lines(answered, "m=")).hasSameSizeAs(offer.mediaLines());
                offer.wipeKeys();
            } catch (SdpRefused e) {
                assertThat(e).hasMessageNotContaining("inline:").hasMessageNotContaining(Browser.PASSWORD);
            }
        }
    }
}
