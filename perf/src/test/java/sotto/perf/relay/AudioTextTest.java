package sotto.perf.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sotto.media.srtp.SrtpSuite;

final class AudioTextTest {
    private static final InetSocketAddress OURS = at("127.11.0.1", 18_000);
    private static final String OFFER =
            """
            v=0\r
            c=IN IP4 127.0.0.1\r
            t=0 0\r
            m=audio 40000 RTP/SAVP 0\r
            a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r
            a=crypto:2 AEAD_AES_128_GCM inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r
            """; // the second without padding, as rtpengine has it

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    @Test
    void answersWithTheSuiteThatIsAskedFor() {
        AudioText.Answer answer = AudioText.answer(OFFER, OURS, Optional.of(SrtpSuite.AEAD_AES_128_GCM));
        assertThat(answer.leg().relay()).isEqualTo(at("127.0.0.1", 40_000));
        LegEnd.Keys keys = answer.leg().keys().orElseThrow();
        assertThat(keys.theirs().masterKey()).containsOnly(0).hasSize(16);
        assertThat(answer.text())
                .contains("RTP/SAVP", "c=IN IP4 127.11.0.1", "m=audio 18000 ", "a=crypto:2 AEAD_AES_128_GCM inline:");
        keys.ours().close();
        keys.theirs().close();
    }

    @Test
    void plainRtpHasNoKeys() {
        AudioText.Answer answer = AudioText.answer(OFFER, OURS, Optional.empty());
        assertThat(answer.leg().keys()).isEmpty();
        assertThat(answer.text()).contains("RTP/AVP").doesNotContain("crypto");
    }

    @Test
    void aSuiteThatIsNotOfferedIsAFault() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AudioText.answer(OFFER, OURS, Optional.of(SrtpSuite.AES_256_CM_HMAC_SHA1_80)));
        assertThatIllegalArgumentException().isThrownBy(() -> AudioText.rtp("v=0\r\n"));
    }
}
