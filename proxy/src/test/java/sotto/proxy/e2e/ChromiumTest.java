package sotto.proxy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real browser as the agent's phone, with the beeps of its fake microphone; its SIP is spoken by the test.
 *
 * <pre>
 *  softphone           Sotto                      Chromium
 *    | <- INVITE, RTP/AVP| <- INVITE, audio, video -- |
 *    | 200 ------------> | 200, ice-lite, video 0 --> |
 *    |                   | <-------- ICE, then DTLS - |
 *    | tone, RTP ------> | ------------- tone, SRTP > |
 *    | <- beeps, RTP --- | <------------ beeps, SRTP- |
 *    |                   | <- INVITE, sendonly ------ |  hold, and back
 *    |                   | <- INVITE, other ufrag --- |  ICE restart
 * </pre>
 */
final class ChromiumTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @BeforeEach
    void peersAreThere() {
        Peers.require("chromium", "chromium");
        Peers.require("baresip", "baresip");
    }

    @Test
    void talksToABrowser() throws Exception {
        Path tone = ToneFile.write(directory.resolve("tone.wav"), 1040, 120);
        try (Program program = Program.start(directory, "either");
                Baresip phone = Baresip.start(
                        Files.createDirectory(directory.resolve("agent")), program.trunkPort(), "", tone);
                RawSip sip = new RawSip("127.0.0.1", program.agentPort(), program.sipPort());
                BrowserPage page = BrowserPage.open(directory, sip)) {
            SottoProcess sotto = program.sotto();
            page.tell("offer");
            Wait.until(
                    "DTLS; " + page.directory(), SOON, () -> page.stats("dtls").equals("connected"));
            Wait.until(
                    "keys",
                    SOON,
                    () -> browserLeg(sotto).path("keying").asText().equals("dtls"));
            assertThat(browserLeg(sotto).path("srtp").asText()).matches("AEAD_AES_128_GCM|AES_CM_128_HMAC_SHA1_80");
            Wait.until("beeps at the softphone", SOON, () -> loud(phone) > 1_000);
            hears(page, phone, "after the call began");

            page.tell("hold");
            page.tell("resume");
            hears(page, phone, "after hold");

            page.tell("restart");
            hears(page, phone, "after an ICE restart");
            assertThat(page.stats("dtls")).isEqualTo("connected");
        }
    }

    private static JsonNode browserLeg(SottoProcess sotto) throws Exception {
        return sotto.json("/v1/calls").at("/0/legs/1");
    }

    /** The tone comes to the browser, and a key of it to the softphone. */
    private static void hears(BrowserPage page, Baresip phone, String when) {
        double energy = page.number("energy");
        Wait.until(when + ": tone in the browser", SOON, () -> page.number("energy") > energy + 0.001);
        int keys = phone.keysHeard().size();
        page.tell("key");
        Wait.until(
                when + ": key at the softphone", SOON, () -> phone.keysHeard().size() > keys);
    }

    /** Samples above half a beep, of what it heard so far; it writes until the first hold. */
    private static long loud(Baresip phone) throws IOException {
        long loud = 0;
        for (Path file : phone.heard()) {
            byte[] wav = Files.readAllBytes(file);
            for (int i = 44; i + 1 < wav.length; i += 2) {
                loud += Math.abs((short) ((wav[i] & 0xFF) | (wav[i + 1] << 8))) > 1_500 ? 1 : 0;
            }
        }
        return loud;
    }
}
